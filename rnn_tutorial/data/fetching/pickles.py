r"""Pickles of arrays and tables, opened so that nothing outside a short list can be called.

A pickle is a program: an ordinary unpickler runs any function that the file names. This one looks every name up in a
table and refuses what is not in it.
"""

import io
import pickle
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

from rnn_tutorial.data.errors import IntegrityError

Globals = Mapping[tuple[str, str], str]
"""(module, name) as a pickle writes them, and the module that keeps the name today."""

# NumPy 2 moved its private parts; old pickles still ask for them under the old name.
_CORE = "numpy._core" if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else "numpy.core"

ARRAYS: Globals = {
    ("numpy", "ndarray"): "numpy",
    ("numpy", "dtype"): "numpy",
    ("numpy.core.multiarray", "_reconstruct"): f"{_CORE}.multiarray",
}
TABLES: Globals = {
    **ARRAYS,
    ("numpy.core.numeric", "_frombuffer"): f"{_CORE}.numeric",
    ("builtins", "slice"): "builtins",
    ("pandas.core.frame", "DataFrame"): "pandas",
    ("pandas.core.indexes.base", "Index"): "pandas",
    ("pandas.core.indexes.range", "RangeIndex"): "pandas",
    ("pandas.core.indexes.base", "_new_Index"): "pandas.core.indexes.base",
    ("pandas.core.internals.managers", "BlockManager"): "pandas.core.internals.managers",
    ("pandas._libs.internals", "_unpickle_block"): "pandas._libs.internals",
}


class _Restricted(pickle.Unpickler):
    """Finds the names of one table and no others."""

    def __init__(self, stream: io.BufferedIOBase, allowed: Globals) -> None:
        super().__init__(stream, encoding="latin1")  # what NumPy's Python 2 strings need; of no effect on later ones
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        """What the pickle means by ``module.name``; anything outside the table is refused."""
        if (module, name) not in self._allowed:
            raise IntegrityError(f"The pickle asks for {module}.{name}, which its data do not need: refused.")
        return getattr(import_module(self._allowed[module, name]), name)


def unpickle(stream: io.BufferedIOBase, allowed: Globals) -> Any:
    r"""Unpickle numbers, texts, lists, tuples, dictionaries and what ``allowed`` names, and nothing else.

    Args:
        stream: Binary stream of one pickle, as Python 2 or 3 wrote it.
        allowed: ``ARRAYS`` for NumPy arrays, ``TABLES`` for pandas DataFrames of them.

    Returns:
        What the pickle holds.

    Raises:
        IntegrityError: The pickle is damaged, or names anything else.
    """
    try:
        return _Restricted(stream, allowed).load()
    except IntegrityError:
        raise
    except Exception as error:  # a damaged pickle may fail in any way
        raise IntegrityError(f"The pickle is damaged: {error}") from error
