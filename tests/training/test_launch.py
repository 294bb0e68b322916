"""The lines by which the documentation starts several processes, typed as they stand there, and what these train."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from rnn_tutorial.training import evaluate, fit
from rnn_tutorial.training.setup import _tell_of_missing_processes

from .conftest import assert_identical, network, pairs
from .test_fit import run

ROOT = Path(__file__).parents[2]
LINE = "ACCELERATE_USE_CPU=true torchrun --nproc_per_node 2 train.py"
SCRIPT = """
import numpy as np, torch, rnn_tutorial as rt
torch.manual_seed(0)
windows = rt.WindowDataset(np.sin(np.arange(200) / 5), input_length=20, horizon=1)
model = rt.ManyToOne(rt.GRU(1, 8, batch_first=True), 1)
rt.fit(model, windows, loss=torch.nn.functional.mse_loss, epochs=1, progress=False)
import sys
count = torch.distributed.get_world_size() if torch.distributed.is_initialized() else 1
sys.stdout.write(f"trained by {count}\\n")
"""
LAUNCHED = {"ACCELERATE_USE_CPU": "True", "ACCELERATE_MIXED_PRECISION": "no", "MASTER_PORT": "29500"}


TWO = """
from pathlib import Path
from tests.training.two_processes import main
main(Path.cwd())
"""


def typed(line, folder, script):
    (folder / "train.py").write_text(script)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tools = str(Path(sys.executable).parent)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{tools}:{os.environ['PATH']}"}
    environment |= {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo", "MASTER_PORT": str(port)}
    environment.pop("MASTER_PORT") if "accelerate" in line else None
    done = subprocess.run(line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


@pytest.mark.slow
def test_the_line_for_cpus_starts_two_processes_that_train_one_model_and_resume(tmp_path):
    assert LINE in (fit.__doc__ or "")
    typed(LINE, tmp_path, TWO)
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1))
    assert first["world"] == second["world"] == 2
    for way in ("straight", "resumed"):
        assert_identical(first[way]["weights"], second[way]["weights"])
        assert first[way]["rows"] == second[way]["rows"]
    assert_identical(first["straight"]["weights"], first["resumed"]["weights"])
    rows = first["straight"]["rows"]
    assert rows == first["resumed"]["rows"]
    assert rows[-1]["train_loss"] < rows[0]["train_loss"]
    # The validation counts each of its 9 samples once, although 9 cannot be halved.
    model = network()
    model.load_state_dict(first["straight"]["weights"])
    scores = evaluate(model, pairs(9, seed=7), loss=nn.MSELoss())
    assert min(row["valid_loss"] for row in rows) == pytest.approx(scores["loss"], rel=1e-6)


@pytest.mark.slow
def test_accelerates_launcher_starts_one_and_that_is_said(tmp_path):
    done = typed("accelerate launch --cpu --num_processes 2 train.py", tmp_path, SCRIPT)
    assert done.stdout.count("trained by 1") == 1
    assert LINE in done.stderr


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"OMPI_COMM_WORLD_SIZE": "2"}, False),
        ({"MASTER_PORT": None}, False),
        ({"ACCELERATE_USE_CPU": "False"}, False),
    ],
)
def test_only_that_launcher_is_meant(monkeypatch, recwarn, change, told):
    for name, value in (LAUNCHED | change).items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    _tell_of_missing_processes()
    assert [LINE in str(one.message) for one in recwarn] == [True] * told


def test_a_usual_run_is_not_told(recwarn):
    run(epochs=1)
    assert not recwarn
