"""Other random numbers, or another way to compute, for every program started with this folder on PYTHONPATH.

Python imports a module of this name by itself when it starts, in notebooks' kernels and their worker processes too.
So ``tools.margins`` runs the notebooks as they are, without a seed being changed in any of them:

- ``RNN_TUTORIAL_SEED_SHIFT`` is added to every seed that is handed to torch or NumPy;
- ``RNN_TUTORIAL_SWEEP_BACKEND`` is what a layer with ``backend="auto"`` takes.

Modules are changed when they have been imported, not before: a program that uses neither pays nothing.
"""

import importlib.abc
import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

SHIFT = int(os.environ.get("RNN_TUTORIAL_SEED_SHIFT") or 0)
BACKEND = os.environ.get("RNN_TUTORIAL_SWEEP_BACKEND", "")


def shifted(seed: Any) -> Any:
    """Shift a seed that is one number; leave None, generators and lists as they are."""
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        return seed
    return (int(seed) + SHIFT) % 2**32


def numpy_random(module: Any) -> None:
    """Shift the seeds of new generators and of the old global one."""
    default_rng, seed, state = module.default_rng, module.seed, module.RandomState

    class RandomState(state):  # type: ignore[misc, valid-type]
        def __init__(self, seed: Any = None) -> None:
            super().__init__(shifted(seed))

    module.default_rng = lambda seed=None: default_rng(shifted(seed))
    module.seed = lambda number=None: seed(shifted(number))
    module.RandomState = RandomState


def torch_random(module: Any) -> None:
    """Shift the seeds of the global generator and of generators of one's own."""
    manual_seed, original = module.manual_seed, module.Generator

    class AlsoTheOriginals(type(original)):  # type: ignore[misc]
        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, original)

    class Generator(original, metaclass=AlsoTheOriginals):  # type: ignore[misc, valid-type]
        def manual_seed(self, seed: int) -> Any:
            return super().manual_seed(shifted(seed))

    module.Generator = Generator
    module.manual_seed = module.random.manual_seed = lambda seed: manual_seed(shifted(seed))


def layers_backends(module: Any) -> None:
    """Let "auto" mean another backend."""
    choose = module.choose

    def chosen(layer: Any, sequences: Any, every_state: bool) -> Any:
        return BACKEND if layer.backend == "auto" else choose(layer, sequences, every_state)

    module.choose = chosen


CHANGES: dict[str, Callable[[Any], None]] = {}
if SHIFT:
    CHANGES |= {"numpy.random": numpy_random, "torch": torch_random}
if BACKEND:
    CHANGES |= {"rnn_tutorial.layers.core.dispatch": layers_backends}


class AfterImport(importlib.abc.MetaPathFinder):
    """Finds nothing itself; has what others find changed once it has been executed."""

    def __init__(self) -> None:
        self.looking = False

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the module's own spec with a loader that changes the module in the end."""
        if name not in CHANGES or self.looking:
            return None
        self.looking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.looking = False
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_change(module: ModuleType) -> None:
            execute(module)
            CHANGES[name](module)

        spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]
        return spec


if CHANGES:
    sys.meta_path.insert(0, AfterImport())
