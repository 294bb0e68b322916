import io
import pickle
from functools import partial

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import IntegrityError
from rnn_tutorial.data.fetching.pickles import ARRAYS, TABLES, unpickle

from .conftest import old_table, python2_array

opened = partial(unpickle, allowed=ARRAYS)

PYTHON2_ARRAY = b"\x80\x02" + python2_array(np.array([1, -127.5], np.float32)) + b"."


def test_reads_an_array_that_python_2_wrote():
    np.testing.assert_array_equal(opened(io.BytesIO(PYTHON2_ARRAY)), np.array([1, -127.5], np.float32))


class Evil:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    ("module", "name"),
    [(b"os", b"system"), (b"builtins", b"eval"), (b"numpy", b"load"), (b"numpy.core.multiarray", b"fromfile")],
)
def test_a_pickle_that_names_anything_else_is_refused(module, name):
    with pytest.raises(IntegrityError, match="refused"):
        opened(io.BytesIO(b"\x80\x02c" + module + b"\n" + name + b"\n."))


def test_an_evil_pickle_does_nothing(tmp_path):
    trace = tmp_path / "trace"
    with pytest.raises(IntegrityError, match="refused"):
        opened(io.BytesIO(pickle.dumps((1, Evil(open, str(trace), "w")), protocol=2)))
    assert not trace.exists()


@pytest.mark.parametrize("data", [b"", b"\x80\x02", PYTHON2_ARRAY[:-20], b"not a pickle"])
def test_a_damaged_pickle_is_refused(data):
    with pytest.raises(IntegrityError, match="damaged"):
        opened(io.BytesIO(data))


def test_a_table_comes_back():
    table = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, np.nan, -1.0], "c": [1, 0, 1]})
    data = old_table(table)
    pd.testing.assert_frame_equal(unpickle(io.BytesIO(data), TABLES), table, check_column_type=False)
    with pytest.raises(IntegrityError, match=r"asks for pandas\..*refused"):
        opened(io.BytesIO(data))


@pytest.mark.parametrize("value", [pd.Timestamp("2020-01-01"), Evil(eval, "1"), Evil(np.fromfile, "x"), pd.read_pickle])
def test_a_table_that_names_more_than_it_needs_is_refused(value):
    table = pd.DataFrame({"a": [value]}, dtype=object)
    with pytest.raises(IntegrityError, match="refused"):
        unpickle(io.BytesIO(old_table(table)), TABLES)
