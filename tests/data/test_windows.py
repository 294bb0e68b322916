import copy
import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from rnn_tutorial.data import WindowDataset


def test_a_window_is_the_past_and_what_follows():
    data = WindowDataset(np.arange(10.0), input_length=3, horizon=2)
    assert len(data) == 6
    inputs, target = data[1]
    assert inputs.tolist() == [[1], [2], [3]]
    assert target.tolist() == [4, 5]
    assert (inputs.dtype, target.dtype) == (torch.float32, torch.float32)
    np.testing.assert_array_equal(data.origins, [3, 4, 5, 6, 7, 8])
    assert data[-1][1].tolist() == [8, 9]
    with pytest.raises(IndexError):
        data[6]
    assert len(list(data)) == 6  # type: ignore[call-overload]


def test_several_features_and_another_target():
    values = np.stack([np.arange(8.0), 10 * np.arange(8.0)], axis=1)
    inputs, target = WindowDataset(values, 2, 3, target_column=-1, dtype=torch.float64)[0]
    assert inputs.tolist() == [[0, 0], [1, 10]]
    assert target.tolist() == [20, 30, 40]
    assert inputs.dtype == torch.float64


@given(
    steps=st.integers(2, 60),
    length=st.integers(1, 12),
    horizon=st.integers(1, 8),
    stride=st.integers(1, 7),
    cut=st.tuples(st.integers(0, 59), st.integers(1, 60)),
)
def test_every_window_fits_and_none_is_forgotten(steps, length, horizon, stride, cut):
    start, stop = min(cut[0], steps - 1), min(cut[1], steps)
    possible = [o for o in range(length, steps) if start <= o and o + horizon <= stop]
    if start >= stop or not possible:
        with pytest.raises(ValueError, match=r"No window fits|does not lie inside"):
            WindowDataset(np.arange(float(steps)), length, horizon, targets=slice(start, stop), stride=stride)
        return
    data = WindowDataset(np.arange(float(steps)), length, horizon, targets=slice(start, stop), stride=stride)
    assert data.origins.tolist() == possible[::stride]
    for (inputs, target), origin in zip(data, data.origins, strict=True):  # type: ignore[call-overload]
        assert inputs[:, 0].tolist() == list(range(origin - length, origin))
        assert target.tolist() == list(range(origin, origin + horizon))


def test_no_step_is_a_target_in_two_parts_and_no_target_is_an_input_of_an_earlier_part():
    values = np.arange(100.0)
    parts = [slice(0, 70), slice(70, 85), slice(85, 100)]
    seen, targets = [], []
    for part in parts:
        windows = list(WindowDataset(values, 12, 4, targets=part))  # type: ignore[call-overload]
        seen.append({v for inputs, target in windows for v in inputs.flatten().tolist() + target.tolist()})
        targets.append({v for _, target in windows for v in target.tolist()})
    assert targets[0] == set(range(12, 70))
    assert targets[1] == set(range(70, 85))  # also the first steps after the cut: their past is known
    assert targets[2] == set(range(85, 100))
    assert max(seen[0]) < 70
    assert max(seen[1]) < 85


def test_a_million_steps_are_not_copied_per_window():
    values = np.sin(np.arange(1_000_000) / 24)
    tracemalloc.start()  # sees what NumPy and Python take
    WindowDataset(values, 336, 48)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    cpu = [torch.profiler.ProfilerActivity.CPU]
    # sees what PyTorch takes; without acc_events some releases warn
    with torch.profiler.profile(activities=cpu, profile_memory=True, acc_events=True) as profile:
        data = WindowDataset(values, 336, 48)
    taken += sum(max(0, event.self_cpu_memory_usage) for event in profile.events() or ())
    assert len(data) == 1_000_000 - 336 - 48 + 1
    assert data.values.untyped_storage().nbytes() == values.nbytes // 2
    assert values.nbytes // 2 <= taken < 2 * values.nbytes
    for item in (data[0], data[len(data) - 1]):
        for part in item:
            assert part.untyped_storage().data_ptr() == data.values.untyped_storage().data_ptr()


@pytest.mark.parametrize("make", [torch.DoubleTensor, np.asarray, pd.Series, list])
def test_later_changes_to_the_series_do_not_reach_the_windows(make):
    values = make([1.0, 2.0, 3.0])
    data = WindowDataset(values, 1, 1, dtype=torch.float64)
    values[0] = 99.0
    assert data[0][0].item() == 1


def test_read_only_reversed_and_integer_arrays_will_do():
    values = np.arange(5)
    values.flags.writeable = False
    assert WindowDataset(values, 2, 1)[0][0].flatten().tolist() == [0, 1]
    assert WindowDataset(values[::-1], 2, 1)[0][0].flatten().tolist() == [4, 3]
    assert WindowDataset(torch.arange(5.0, requires_grad=True), 2, 1)[0][1].requires_grad is False


def test_works_with_a_loader_pickle_and_copy():
    data = WindowDataset(np.arange(20.0), 4, 2, stride=3)
    inputs, targets = next(iter(DataLoader(data, batch_size=3)))
    assert inputs.shape == (3, 4, 1)
    assert targets.shape == (3, 2)
    for other in (copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert other[1][1].tolist() == data[1][1].tolist()
    assert "5 windows: 4 x 1 -> 2, origins 4 to 16 by 3" in repr(data)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_found_and_named(bad):
    values = np.ones((50, 2))
    values[[17, 30], 1] = bad
    with pytest.raises(ValueError, match=r"NaN or infinite values at 2 step\(s\), the first at step 17"):
        WindowDataset(values, 3, 1)


def test_opposite_infinities_do_not_cancel():
    with pytest.raises(ValueError, match="first at step 1"):
        WindowDataset(np.array([0, np.inf, -np.inf, 0]), 1, 1)


def test_large_numbers_are_no_infinities():
    assert len(WindowDataset(np.full(10, 3e38), 2, 1)) == 8


@pytest.mark.parametrize("steps", [1, 5, 6])
def test_a_series_shorter_than_a_window_is_refused(steps):
    words = f"No window fits: 4 input steps, 3 target steps, a series of {steps} steps"
    with pytest.raises(ValueError, match=words):
        WindowDataset(np.zeros(steps), 4, 3)


@pytest.mark.parametrize("name", ["input_length", "horizon", "stride"])
@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (0, ValueError, "at least 1, got 0"),
        (-3, ValueError, "got -3"),
        (2.0, TypeError, "a whole number, got 2.0"),
        (True, TypeError, "a whole number, got True"),
    ],
)
def test_bad_lengths_are_refused(name, value, kind, words):
    lengths = {"input_length": 2, "horizon": 1, "stride": 1, name: value}
    with pytest.raises(kind, match=f"{name} should be .*{words}"):
        WindowDataset(np.arange(10.0), **lengths)


@pytest.mark.parametrize("shape", [(), (4, 3, 2)])
def test_wrong_rank_is_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(T,\) or \(T, F\), not"):
        WindowDataset(np.zeros(shape), 1, 1)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (5, 0)])
def test_an_empty_series_is_refused(shape):
    with pytest.raises(ValueError, match="The series is empty"):
        WindowDataset(np.zeros(shape), 1, 1)


@pytest.mark.parametrize("column", [2, -3])
def test_an_absent_column_is_refused(column):
    with pytest.raises(IndexError, match=rf"target_column={column}, but the series has 2 feature\(s\)"):
        WindowDataset(np.zeros((9, 2)), 1, 1, target_column=column)


@pytest.mark.parametrize("targets", [slice(0, 11), slice(-3, None), slice(5, 5), slice(8, 2), slice(10, None)])
def test_targets_outside_the_series_are_refused(targets):
    with pytest.raises(ValueError, match=r"does not lie inside the series of 10 steps"):
        WindowDataset(np.arange(10.0), 2, 1, targets=targets)


@pytest.mark.parametrize("targets", [slice(0, 10, 2), (0, 10)])
def test_targets_that_are_no_plain_slice_are_refused(targets):
    with pytest.raises(ValueError, match="targets must be a slice of consecutive steps"):
        WindowDataset(np.arange(10.0), 2, 1, targets=targets)


@pytest.mark.parametrize("values", [["a", "b", "c"], [1j, 2j, 3j], torch.ones(3, dtype=torch.complex64)])
def test_what_is_no_real_number_is_refused(values):
    with pytest.raises(TypeError, match="A series holds real numbers"):
        WindowDataset(values, 1, 1)


def test_an_integer_type_for_the_tensors_is_refused():
    with pytest.raises(TypeError, match=r"floating-point type, not float64 as torch\.int64"):
        WindowDataset(np.arange(5.0), 1, 1, dtype=torch.int64)


def test_a_list_of_indices_is_a_batch() -> None:
    windows = WindowDataset(np.arange(40.0).reshape(20, 2), 5, 3, target_column=1)
    chosen = [7, 0, 3]
    x, y = windows[chosen]
    assert x.shape == (3, 5, 2)
    for row, index in enumerate(chosen):
        one_x, one_y = windows[index]
        assert torch.equal(x[row], one_x)
        assert torch.equal(y[row], one_y)
    with pytest.raises(IndexError):
        windows[[0, len(windows)]]
