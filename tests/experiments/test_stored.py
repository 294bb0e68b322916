"""What the speed chapter shows of benchmarks that were run before."""

import json

import pytest

from rnn_tutorial.experiments import ch09_stored as stored

MADE = {"machine": "a machine", "threads": 2, "date": "2026-01-31"}


def keep(path, rows):
    path.write_text(json.dumps({"provenance": MADE, "rows": rows}), encoding="utf-8")


def row(what, ratio, dtype="float32", network="LSTM", size="1 × 2"):
    return {"network": network, "pass": "training", "size": size, "what": what, "ratio": ratio, "dtype": dtype}


def test_a_file_says_where_it_was_made(tmp_path):
    keep(tmp_path / "x.json", [row("fused", 0.5)])
    made, rows = stored.read(tmp_path / "x.json")
    assert made == "a machine, 2 threads, 2026-01-31"
    assert rows["ratio"].tolist() == [0.5]


def test_one_thread_is_one_thread(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"provenance": MADE | {"threads": 1}, "rows": []}), encoding="utf-8")
    assert stored.read(tmp_path / "x.json").made == "a machine, 1 thread, 2026-01-31"


@pytest.mark.parametrize("text", ["{", "[]", '{"rows": []}', '{"provenance": {}, "rows": []}'])
def test_another_file_is_refused_by_name(tmp_path, text):
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.json is not a result"):
        stored.read(tmp_path / "x.json")


def test_the_folder_is_that_of_the_checkout_or_of_the_wheel(tmp_path, monkeypatch):
    assert (stored.folder() / "dense-cpu.json").is_file()
    wheel, checkout = tmp_path / "results", tmp_path / "benchmarks" / "results"
    monkeypatch.setattr(stored, "_PLACES", (wheel, checkout))
    with pytest.raises(FileNotFoundError, match=r"Install the package with pip"):
        stored.folder()
    checkout.mkdir(parents=True)
    assert stored.folder() == checkout
    wheel.mkdir()
    assert stored.folder() == wheel


def test_boards_of_gpus_leave_out_the_peers(tmp_path):
    keep(tmp_path / "dense-cpu.json", [row("fused", 0.5)])
    assert stored.gpu_boards(tmp_path) == {}
    keep(
        tmp_path / "dense-gpu-one.json",
        [row("torch.nn", 1.0), row("auto", 0.9), row("fused", 0.8), row("fused", 0.7, "bfloat16"),
         row("usual loop", 9.0), {"network": "import", "what": "rnn_tutorial.LSTM"}],
    )  # fmt: skip
    keep(tmp_path / "films-gpu-one.json", [row("usual loop", 1.0), row("fused", 0.3)])
    boards = stored.gpu_boards(tmp_path)
    assert list(boards) == ["dense-gpu-one", "films-gpu-one"]
    made, dense = boards["dense-gpu-one"]
    assert made.startswith("a machine")
    assert dense.index.tolist() == [("LSTM", "training", "1 × 2")]
    assert dense.iloc[0].dropna().to_dict() == {
        ("fused", "float32"): 0.8, ("fused", "bfloat16"): 0.7, ("usual loop", "float32"): 9.0,
    }  # fmt: skip
    assert boards["films-gpu-one"][1].iloc[0].to_dict() == {("fused", "float32"): 0.3}
