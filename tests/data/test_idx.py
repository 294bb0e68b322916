import numpy as np
import pytest

from rnn_tutorial.data import IntegrityError
from rnn_tutorial.data.fetching.idx import decode_idx, encode_idx


@pytest.mark.parametrize("shape", [(7,), (3, 4, 5), (0, 2)])
def test_idx_round_trip(shape):
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    decoded = decode_idx(encode_idx(array))
    np.testing.assert_array_equal(decoded, array)
    assert decoded.flags.writeable


def test_idx_header_is_that_of_mnist():
    """2051, n, 28, 28 for images and 2049, n for labels, big-endian: the documented layout."""
    images = encode_idx(np.zeros((2, 28, 28), np.uint8))
    assert images[:16] == bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28])
    assert encode_idx(np.zeros(300, np.uint8))[:8] == bytes([0, 0, 8, 1, 0, 0, 1, 44])


@pytest.mark.parametrize(
    "data",
    [b"", b"\0\0", b"<html>", b"\0\0\x0d\x01\0\0\0\x01\0", encode_idx(np.zeros(9, np.uint8))[:-1], b"\0\0\x08\x03\0"],
)
def test_damaged_idx_is_refused(data):
    with pytest.raises(IntegrityError, match=r"IDX file"):
        decode_idx(data)
