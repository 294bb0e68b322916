r"""The options of an object as scikit-learn has them: what the constructor takes, read, changed and copied by name."""

import inspect
from typing import Any, Self, TypeVar

Value = TypeVar("Value")


class Parameters:
    r"""Base of objects whose constructor keeps each argument as the attribute of that name.

    One that is completed, such as a name that is made up where none was given, is kept as it came as well:
    ``given_name`` beside ``name``. With that, ``sklearn.base.clone`` copies them too.
    """

    @classmethod
    def parameter_names(cls) -> list[str]:
        """Return what the constructor takes."""
        own = inspect.signature(cls.__init__).parameters.values()
        return [one.name for one in own if one.name != "self" and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the options by name; ``deep``, those of parts as well, as ``part__name``."""
        found = {}
        for name in self.parameter_names():
            found[name] = getattr(self, f"given_{name}" if hasattr(self, f"given_{name}") else name)
        parts = {name: part for name, part in found.items() if deep and hasattr(part, "get_params")}
        nested = {f"{name}__{k}": v for name, part in parts.items() for k, v in part.get_params().items()}
        return found | nested

    def set_params(self, **options: Any) -> Self:
        r"""Change options; what was learnt is forgotten.

        Raises:
            ValueError: There is no option of that name, or its value is impossible.
        """
        known = self.get_params(deep=False)
        new = {name: value for name, value in options.items() if "__" not in name}
        nested: dict[str, dict[str, Any]] = {}
        for name, value in options.items():
            part, nests, inner = name.partition("__")
            if part not in known or (nests and not hasattr(new.get(part, known[part]), "set_params")):
                raise ValueError(f"{type(self).__name__} has no option {name!r}: choose among {', '.join(known)}")
            if nests:
                nested.setdefault(part, {})[inner] = value
        parts = {part: copy_of(new.get(part, known[part])).set_params(**inner) for part, inner in nested.items()}
        fresh = type(self)(**(known | new | parts))
        self.__dict__.clear()
        self.__dict__.update(fresh.__dict__)
        return self

    def __repr__(self) -> str:
        defaults = {name: one.default for name, one in inspect.signature(type(self).__init__).parameters.items()}
        shown = [f"{k}={v!r}" for k, v in self.get_params(deep=False).items() if not _same(v, defaults[k])]
        return f"{type(self).__name__}({', '.join(shown)})"


def copy_of(thing: Any) -> Any:
    """Return an unfitted copy of something that has options."""
    if not isinstance(thing, Parameters):
        from sklearn.base import clone

        return clone(thing)
    options = {name: copy_of(v) if hasattr(v, "get_params") else v for name, v in thing.get_params(deep=False).items()}
    return type(thing)(**options)


def kept(given: Value, normal: Value) -> Value:
    """Return what was given where it is in its normal form already, so that a copy holds the very same object."""
    return given if type(given) is type(normal) and given == normal else normal


def _same(value: object, default: object) -> bool:
    return type(value) is type(default) and value == default
