r"""The two file formats MNIST is found in: the original IDX files, and a Python pickle of NumPy arrays.

IDX is four bytes (0, 0, type, number of dimensions), the dimensions as big-endian 32-bit integers, then the values
in C order. MNIST's files are of type 8, unsigned bytes (LeCun, Cortes and Burges, *The MNIST database*).
"""

import importlib
import io
import pickle
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import IntegrityError

_UNSIGNED_BYTE = 8


def encode_idx(array: npt.NDArray[np.uint8]) -> bytes:
    """IDX file, as bytes, of a uint8 array of any shape."""
    header = struct.pack(f">4B{array.ndim}I", 0, 0, _UNSIGNED_BYTE, array.ndim, *array.shape)
    return header + np.ascontiguousarray(array).tobytes()


def decode_idx(data: bytes) -> npt.NDArray[np.uint8]:
    r"""The array in an IDX file of unsigned bytes.

    Args:
        data: The whole file.

    Returns:
        A writable uint8 array of the shape that the header names.

    Raises:
        IntegrityError: This is no IDX file of unsigned bytes, or it is cut short.
    """
    if len(data) < 4 or data[:3] != bytes([0, 0, _UNSIGNED_BYTE]):
        raise IntegrityError(f"Not an IDX file of unsigned bytes: it begins with {data[:4]!r}.")
    ndim = data[3]
    start = 4 + 4 * ndim
    if len(data) < start:
        raise IntegrityError(f"An IDX file of {len(data)} bytes is shorter than its own header.")
    shape = struct.unpack(f">{ndim}I", data[4:start])
    values = np.frombuffer(data, np.uint8, offset=start)
    if values.size != int(np.prod(shape)):
        raise IntegrityError(f"An IDX file of shape {shape} holds {values.size} values: it is damaged.")
    return values.reshape(shape).copy()


class ArrayUnpickler(pickle.Unpickler):
    r"""Unpickler that can build NumPy arrays, tuples and numbers, and refuses to call anything else.

    A pickle is a program: an ordinary unpickler runs any function that the file names. This one looks names up in a
    table of three. They are the names that NumPy wrote at the time of Python 2; NumPy 2 keeps the first of
    them under ``numpy._core``, so the table says what each stands for.
    """

    def find_class(self, module: str, name: str) -> Any:
        """What the pickle means by ``module.name``; anything outside the table is refused."""
        if (module, name) == ("numpy", "ndarray"):
            return np.ndarray
        if (module, name) == ("numpy", "dtype"):
            return np.dtype
        if (module, name) == ("numpy.core.multiarray", "_reconstruct"):
            core = "numpy._core" if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else "numpy.core"
            return importlib.import_module(f"{core}.multiarray")._reconstruct
        raise IntegrityError(f"The pickle asks for {module}.{name}, which arrays do not need: refused.")


def unpickle_arrays(stream: io.BufferedIOBase) -> Any:
    r"""Unpickle NumPy arrays in (nested) tuples from a stream, and nothing else.

    Args:
        stream: Binary stream of one pickle, as Python 2 or 3 wrote it.

    Returns:
        What the pickle holds.

    Raises:
        IntegrityError: The pickle is damaged, or names anything but an array.
    """
    try:
        return ArrayUnpickler(stream, encoding="latin1").load()
    except IntegrityError:
        raise
    except Exception as error:  # a damaged pickle may fail in any way
        raise IntegrityError(f"The pickle is damaged: {error}") from error
