r"""MNIST's own file format.

IDX is four bytes (0, 0, type, number of dimensions), the dimensions as big-endian 32-bit integers, then the values
in C order. MNIST's files are of type 8, unsigned bytes (LeCun, Cortes and Burges, *The MNIST database*).
"""

import struct

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data.errors import IntegrityError

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
