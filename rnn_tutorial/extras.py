r"""Which extra brings what, and the line to type where one is missing.

The core is torch, numpy and lazy-loader: layers, checks and converted weights need no more. Everything else is an
extra of ``pyproject.toml``; a test holds the table below and that file together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata, util

__all__ = ["MODULES", "MissingExtraError", "explained", "install_line", "repository", "require"]

DISTRIBUTION = "rnn-tutorial"
_FORECAST = (
    "accelerate", "filelock", "joblib", "matplotlib", "pandas", "platformdirs", "safetensors", "scipy", "sklearn",
    "statsmodels", "threadpoolctl", "tqdm",
)  # fmt: skip

MODULES: dict[str, tuple[str, ...]] = {
    "forecast": _FORECAST,
    "mnist": ("platformdirs", "sklearn", "torchvision"),
    "cli": (*_FORECAST, "typer"),
    "fast": ("numba", "llvmlite"),
    "grids": (*_FORECAST, "h5py"),
    "holidays": (*_FORECAST, "holidays"),
    "netcdf": ("h5netcdf", "xarray"),
    "onnx": ("onnx", "onnxruntime"),
    "video": ("PIL", "skimage"),
    "zarr": ("xarray", "zarr"),
    "notebook": ("IPython", "matplotlib_inline", "keras"),
    "book": ("myst_nb",),
}
"""What the package imports beside its core, by the extra that brings it. A module that two bring is the first one's."""


class MissingExtraError(ModuleNotFoundError):
    """A part of the package was asked for whose extra is not installed; ``name`` is the first module missed."""

    modules: tuple[str, ...]
    extra: str


def require(extra: str, what: str) -> None:
    r"""Make sure that an extra is there before a part of the package begins to need it.

    Args:
        extra: Its name in ``pyproject.toml``.
        what: Who needs it, for the message.

    Raises:
        MissingExtraError: Some of its modules are not installed; the message names them and the line to type.
    """
    if missing := _absent(extra):
        raise _error(missing, extra, what)


@contextmanager
def explained(what: str, extra: str | None = None) -> Iterator[None]:
    r"""Within ``with``: an import that fails for want of an extra says which, what needed it, and the line to type.

    Args:
        what: Who needs it, for the message; the outermost of several is named.
        extra: By default the one that brings the module.

    Raises:
        MissingExtraError: In place of a ``ModuleNotFoundError`` for a module of an extra. Others pass as they are.
    """
    try:
        yield
    except MissingExtraError as error:
        raise _error(error.modules, error.extra, what) from error.__cause__
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        bringing = [name for name, modules in MODULES.items() if module in modules]
        if not bringing:
            raise
        raise _error((module,), extra or bringing[0], what) from error


def install_line(extra: str) -> str:
    """Return the line that installs an extra, as one types it in a shell."""
    address = repository()
    if not address:  # a source tree that nobody has installed
        return f'pip install -e ".[{extra}]" in the folder of the sources'
    return f'pip install "{DISTRIBUTION}[{extra}] @ git+{address}"'


@cache
def repository() -> str:
    """Return the address of the repository, which ``pyproject.toml`` gives to the installed package; "" without one."""
    try:
        urls = metadata.metadata(DISTRIBUTION).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    return dict(url.split(", ", 1) for url in urls).get("Repository", "")


def _absent(extra: str) -> tuple[str, ...]:
    return tuple(module for module in MODULES[extra] if util.find_spec(module) is None)


def _error(modules: tuple[str, ...], extra: str, what: str) -> MissingExtraError:
    names = modules[0] if len(modules) == 1 else f"{', '.join(modules[:-1])} and {modules[-1]}"
    verb = "is" if len(modules) == 1 else "are"
    error = MissingExtraError(
        f"{what} needs {names}, which {verb} not installed: {install_line(extra)}", name=modules[0]
    )
    error.modules, error.extra = modules, extra
    return error
