import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from rnn_tutorial.training import evaluate

from .conftest import assert_identical, network, pairs

ROOT = Path(__file__).parents[2]


def launch(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not `accelerate launch --cpu`: without MPI it starts a single process, whatever --num_processes says.
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_addr", "127.0.0.1"]
    command += ["--master_port", str(port), "--module", "tests.training.two_processes", str(folder)]
    environment = os.environ | {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert result.returncode == 0, result.stderr[-4000:]
    return [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in (0, 1)]


@pytest.mark.slow
def test_two_processes_train_one_model_and_resume(tmp_path):
    first, second = launch(tmp_path)
    assert first["world"] == 2
    for run in ("straight", "resumed"):
        assert_identical(first[run]["weights"], second[run]["weights"])
        assert first[run]["rows"] == second[run]["rows"]
    assert_identical(first["straight"]["weights"], first["resumed"]["weights"])
    rows = first["straight"]["rows"]
    assert rows == first["resumed"]["rows"]
    assert rows[-1]["train_loss"] < rows[0]["train_loss"]
    # The validation counts each of its 9 samples once, although 9 cannot be halved.
    model = network()
    model.load_state_dict(first["straight"]["weights"])
    scores = evaluate(model, pairs(9, seed=7), loss=nn.MSELoss())
    assert min(row["valid_loss"] for row in rows) == pytest.approx(scores["loss"], rel=1e-6)
