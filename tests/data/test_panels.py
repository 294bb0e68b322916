"""Windows over many series, with covariates and missing values: each equals what plain slicing gives."""

import copy
import pickle
import tracemalloc
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from rnn_tutorial.data import Covariates, WindowDataset
from rnn_tutorial.data.windows.origins import Origins
from rnn_tutorial.training.loaders import as_loader


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Some series, each of its own length, with or without covariates, gaps and slices of targets."""
    count, features = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    lengths = [draw(st.integers(1, 30)) for _ in range(count)]
    past, known, extra = draw(st.integers(0, 2)), draw(st.integers(0, 2)), draw(st.integers(0, 9))
    masked = draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    gaps = draw(st.sampled_from([0.0, 0.2, 0.8])) if masked else 0.0

    def table(rows: int, columns: int, holes: float = 0.0) -> np.ndarray:
        made = rng.normal(size=(rows, columns))
        made[rng.random(made.shape) < holes] = np.nan
        return made

    bounds = [sorted(draw(st.lists(st.integers(0, n), min_size=2, max_size=2, unique=True))) for n in lengths]
    return {
        "series": [table(n, features, gaps) for n in lengths],
        "covariates": [Covariates(table(n, past, gaps), table(n + extra, known)) for n in lengths]
        if past or known
        else None,
        "masked": masked,
        "targets": [slice(*pair) for pair in bounds] if draw(st.booleans()) else None,
        "length": draw(st.integers(1, 6)),
        "horizon": draw(st.integers(1, 5)),
        "stride": draw(st.integers(1, 4)),
        "column": draw(st.integers(0, features - 1)),
    }


def naive(case: dict[str, Any]) -> list[tuple[int, int, dict[str, np.ndarray], np.ndarray]]:
    """Every window by plain slicing of its own series: (series, origin, inputs, target)."""
    L, H, found = case["length"], case["horizon"], []
    for number, values in enumerate(case["series"]):
        part = case["targets"][number] if case["targets"] else slice(0, len(values))
        candidates = [o for o in range(L, len(values)) if part.start <= o and o + H <= part.stop][:: case["stride"]]
        for o in candidates:
            target = values[o : o + H, case["column"]]
            if case["masked"] and np.isnan(target).all():
                continue
            inputs = {"values": np.nan_to_num(values[o - L : o])}
            if case["masked"]:
                inputs["observed"] = ~np.isnan(values[o - L : o])
            if case["covariates"]:
                beside = case["covariates"][number]
                if beside.columns[0]:
                    inputs["past"] = np.nan_to_num(beside.past[o - L : o])
                    if case["masked"]:
                        inputs["past_observed"] = ~np.isnan(beside.past[o - L : o])
                if beside.columns[1]:
                    inputs["known"] = beside.known[o - L : o + H]
            found.append((number, o, inputs, target))
    return found


def dataset(case: dict[str, Any], **other: Any) -> WindowDataset:
    values = case["series"] if len(case["series"]) > 1 else case["series"][0]
    arguments: dict[str, Any] = {
        "targets": case["targets"],
        "stride": case["stride"],
        "target_column": case["column"],
        "covariates": case["covariates"],
        "missing": "mask" if case["masked"] else "refuse",
        "dtype": torch.float64,
    }
    return WindowDataset(values, case["length"], case["horizon"], **(arguments | other))


def as_dict(inputs: Any) -> dict[str, torch.Tensor]:
    return inputs if isinstance(inputs, dict) else {"values": inputs}


@given(cases())
def test_every_item_and_every_batch_is_the_naive_slice(case):
    expected = naive(case)
    if not expected:
        with pytest.raises(ValueError, match="No window fits"):
            dataset(case)
        return
    data = dataset(case)
    assert data.series.tolist() == [number for number, *_ in expected]
    assert data.origins.tolist() == [origin for _, origin, *_ in expected]
    assert len(data) == len(expected)
    batch, targets = data[list(range(len(data)))]
    for k, (_, _, inputs, target) in enumerate(expected):
        one, one_target = data[k]
        assert as_dict(one).keys() == inputs.keys()
        assert isinstance(one, dict) == (case["masked"] or case["covariates"] is not None)
        for name, wanted in inputs.items():
            np.testing.assert_array_equal(as_dict(one)[name].numpy(), wanted)
            np.testing.assert_array_equal(as_dict(batch)[name][k].numpy(), wanted)
        np.testing.assert_array_equal(one_target.numpy(), target)
        np.testing.assert_array_equal(targets[k].numpy(), target)


@given(cases())
def test_nothing_beyond_the_origin_is_read_but_what_is_known(case):
    """Values and past covariates from the origin on, and known ones from the last target on, may be anything."""
    expected = naive(case)
    if not expected:
        return
    number, o, _, _ = expected[len(expected) // 2]
    at = len(expected) // 2
    before = as_dict(dataset(case)[at][0])
    changed = copy.deepcopy(case)
    for k in range(len(case["series"])):
        rows = slice(o, None) if k == number else slice(None)  # of another series nothing is read at all
        later = slice(o + case["horizon"], None) if k == number else slice(None)
        changed["series"][k][rows] = np.where(np.isnan(changed["series"][k][rows]), np.nan, 1e9)
        if case["covariates"]:
            changed["covariates"][k].past[rows] = 1e9
            changed["covariates"][k].known[later] = 1e9
    for name, tensor in as_dict(dataset(changed)[at][0]).items():
        assert torch.equal(tensor, before[name])


RAMPS = [np.arange(20.0), 100 + np.arange(9.0), 1000 + np.arange(3.0)]


def test_one_slice_for_all_series_and_a_short_one_gives_none():
    data = WindowDataset(RAMPS, 4, 2, stride=3)
    assert data.series.tolist() == [0] * 5 + [1] * 2
    assert data.origins.tolist() == [4, 7, 10, 13, 16, 4, 7]
    assert data[5][0].flatten().tolist() == [100, 101, 102, 103]
    assert "7 windows: 4 x 1 -> 2, stride 3, from 2 of 3 series, 32 steps in all" in repr(data)
    part = WindowDataset(RAMPS[:2], 4, 2, targets=slice(5, 8))
    assert part.origins.tolist() == [5, 6, 5, 6]


def test_works_with_loaders_pickle_and_copy():
    gappy = [np.where(ramp % 5 == 0, np.nan, ramp) for ramp in RAMPS]
    known = [Covariates(known=ramp[:, None]) for ramp in RAMPS]
    data = WindowDataset(gappy, 4, 2, covariates=known, missing="mask")
    inputs, targets = next(iter(DataLoader(data, batch_size=3)))
    whole, whole_targets = next(iter(as_loader(data, 3, name="the data")))
    assert {name: tuple(t.shape) for name, t in inputs.items()} == {
        "values": (3, 4, 1), "observed": (3, 4, 1), "known": (3, 6, 1)
    }  # fmt: skip
    for name, tensor in inputs.items():
        assert torch.equal(tensor, whole[name])
    assert torch.equal(targets, whole_targets) or targets.isnan().any()
    for other in (copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert torch.equal(other[2][0]["known"], data[2][0]["known"])


def test_windows_without_a_target_are_left_out_and_some_missing_are_kept():
    values = np.arange(12.0)
    values[[5, 6, 7]] = np.nan
    data = WindowDataset(values, 2, 2, missing="mask")
    assert data.origins.tolist() == [2, 3, 4, 7, 8, 9, 10]
    np.testing.assert_array_equal(data[2][1], [4, np.nan])
    assert data[4][0]["values"].flatten().tolist() == [0, 0]
    assert data[4][0]["observed"].flatten().tolist() == [0, 0]


def test_views_not_copies():
    covariates = Covariates(past=np.ones((50, 2)), known=np.ones((60, 3)))
    data = WindowDataset(np.arange(50.0), 5, 3, covariates=covariates)
    inputs, target = data[7]
    for tensor, table in [
        (inputs["values"], data.values),
        (inputs["past"], data.panel.past),
        (inputs["known"], data.panel.known),
        (target, data.values),
    ]:
        assert tensor.untyped_storage().data_ptr() == table.untyped_storage().data_ptr()
    assert len(data.panel.known) == 50


@pytest.mark.parametrize("kind", ["many", "gaps"])
def test_memory_stays_that_of_the_series(kind):
    values = np.sin(np.arange(1_000_000) / 24)
    given_values: Any = np.split(values, 10)
    if kind == "gaps":
        values[np.random.default_rng(0).random(len(values)) < 0.1] = np.nan
        given_values = values
    tracemalloc.start()  # sees what NumPy and Python take
    WindowDataset(given_values, 336, 48, missing="mask" if kind == "gaps" else "refuse")
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    cpu = [torch.profiler.ProfilerActivity.CPU]
    # sees what PyTorch takes; without acc_events some releases warn
    with torch.profiler.profile(activities=cpu, profile_memory=True, acc_events=True) as profile:
        data = WindowDataset(given_values, 336, 48, missing="mask" if kind == "gaps" else "refuse")
    taken += sum(max(0, event.self_cpu_memory_usage) for event in profile.events() or ())
    assert len(data) > 990_000
    assert taken < 2 * values.nbytes
    assert len(pickle.dumps(data)) < 1.01 * values.nbytes / 2  # the series once, in float32, and nothing per window


def test_what_does_not_fit_together_is_refused():
    one = Covariates(past=np.zeros((20, 1)))
    with pytest.raises(ValueError, match="3 series, but 1 covariates"):
        WindowDataset(RAMPS, 4, 2, covariates=one)
    with pytest.raises(ValueError, match="1 series, but 2 covariates"):
        WindowDataset(RAMPS[0], 4, 2, covariates=[one, one])
    with pytest.raises(ValueError, match=r"as many \(past, known\) covariates"):
        WindowDataset(RAMPS[:2], 4, 2, covariates=[one, Covariates(known=np.zeros((9, 1)))])
    with pytest.raises(ValueError, match="past covariates have 19 rows, the series has 20"):
        WindowDataset(RAMPS[0], 4, 2, covariates=Covariates(past=np.zeros((19, 1))))
    with pytest.raises(ValueError, match="number 0 has 1 features, another has 2"):
        WindowDataset([RAMPS[0], np.zeros((9, 2))], 4, 2)
    with pytest.raises(ValueError, match="targets has 2 slices for 3 series"):
        WindowDataset(RAMPS, 4, 2, targets=[slice(0, 9), None])
    with pytest.raises(ValueError, match="does not lie inside series 1, which has 9 steps"):
        WindowDataset(RAMPS, 4, 2, targets=slice(0, 12))
    with pytest.raises(ValueError, match="2 series, the longest of 9 steps"):
        WindowDataset(RAMPS[1:], 9, 1)
    with pytest.raises(ValueError, match="not 'drop'"):
        WindowDataset(RAMPS[0], 4, 2, missing="drop")  # type: ignore[arg-type]


@pytest.mark.parametrize(("where", "name"), [("past", "past covariates"), ("known", "known covariates")])
def test_gaps_in_covariates_are_refused_unless_marked(where, name):
    holed = np.ones((20, 1))
    holed[3] = np.nan
    tables: dict[str, Any] = {where: holed}
    covariates = Covariates(**tables)
    with pytest.raises(ValueError, match=rf"{name} has NaN or infinite values at 1 step\(s\), the first at step 3"):
        WindowDataset(RAMPS[0], 4, 2, covariates=covariates)
    if where == "known":
        with pytest.raises(ValueError, match="known covariates has NaN"):
            WindowDataset(RAMPS[0], 4, 2, covariates=covariates, missing="mask")
    else:
        inputs, _ = WindowDataset(RAMPS[0], 4, 2, covariates=covariates, missing="mask")[0]
        assert inputs["past"].flatten().tolist() == [1, 1, 1, 0]
        assert inputs["past_observed"].flatten().tolist() == [1, 1, 1, 0]


def test_infinity_is_refused_and_named_also_among_missing_values():
    gappy = np.array([0, np.nan, 2, np.inf, -np.inf, 5])
    with pytest.raises(ValueError, match=r"has infinite values at 2 step\(s\), the first at step 3"):
        WindowDataset(gappy, 1, 1, missing="mask")
    with pytest.raises(ValueError, match="The series number 1 has NaN"):
        WindowDataset([RAMPS[0], np.array([0, np.nan, 1])], 1, 1)


@given(
    runs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=6),
    stride=st.integers(1, 3),
)
def test_origins_are_their_runs(runs, stride):
    first, rows, table = 0, [], []
    for gap, count in runs:
        first += gap
        table.append([first, count])
        rows += [first + k * stride for k in range(count)]
        first += count * stride
    origins = Origins(np.array(table, np.int64).reshape(-1, 2), stride)
    assert len(origins) == len(rows)
    assert origins.all().tolist() == rows
    assert [origins.row(k) for k in range(-len(rows), len(rows))] == rows + rows
    for outside in (len(rows), -len(rows) - 1):
        with pytest.raises(IndexError, match=f"There are {len(rows)} windows"):
            origins.row(outside)
        with pytest.raises(IndexError, match=f"There are {len(rows)} windows"):
            origins.rows([outside])
