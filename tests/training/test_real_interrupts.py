"""Real signals at seeded moments: what is interrupted is never a result, and goes on to the undisturbed one."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from rnn_tutorial.forecasting import Method
from rnn_tutorial.training.inference import keeping_modes
from rnn_tutorial.training.interrupts import interrupts_raise
from tests.sampled import FULL

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "RNN_TUTORIAL_DEVICE": "cpu"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1] if FULL else [0])
def test_interrupts_at_any_moment(seed):
    command = [sys.executable, "-m", "tests.training.interrupted", str(seed), "0.5"]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert len(found) == 7
    assert [line for lines in found.values() for line in lines] == []


class Slow(Method):
    """Stops early when interrupted, and says when it has begun."""

    name = "slow"

    def __init__(self, begun="", seconds=0.0):
        self.begun, self.seconds = begun, seconds

    def learn(self, series):
        self.level = 0.0
        try:
            if self.begun:
                Path(self.begun, str(os.getpid())).touch()
            time.sleep(self.seconds)
            self.level = float(series.values.mean())
        except KeyboardInterrupt:
            pass  # and half of the work is done

    def points(self, series, origins, horizon):
        return np.full((len(origins), horizon), self.level)


PARALLEL = """
import sys
from rnn_tutorial.data import Series
import numpy as np, rnn_tutorial as rt
from tests.training.test_real_interrupts import Slow
methods = {str(k): Slow(sys.argv[2], 60.0) for k in range(2)}
rt.backtest(methods, Series.of(np.arange(50.0)), horizon=2, test=10, folder=sys.argv[1], n_jobs=2, progress=False)
"""


@pytest.mark.slow
def test_workers_keep_nothing_that_was_interrupted(tmp_path):
    """As Ctrl-C in a terminal: all processes of the group are told."""
    kept, begun = tmp_path / "kept", tmp_path / "begun"
    begun.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", PARALLEL, str(kept), str(begun)], cwd=ROOT, env=ENVIRONMENT, start_new_session=True,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while len(list(begun.iterdir())) < 2 and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode != 0
    assert "KeyboardInterrupt" in said
    assert list(kept.glob("*.npz")) == []


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(100):
        time.sleep(0.001)


def caught_and_forgotten():
    with contextlib.suppress(KeyboardInterrupt):
        interrupt()


def caught_and_renamed():
    try:
        interrupt()
    except KeyboardInterrupt as error:
        raise RuntimeError("a worker died") from error


def test_a_caught_interrupt_is_raised_in_the_end():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt, match="no result"), interrupts_raise():
        caught_and_forgotten()
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_that_became_another_error_is_still_one():
    with pytest.raises(KeyboardInterrupt, match="a worker died"), interrupts_raise():
        caught_and_renamed()


def test_other_errors_pass_by():
    with pytest.raises(RuntimeError, match="of its own"), interrupts_raise():
        raise RuntimeError("of its own")


def test_a_handler_of_the_users_that_goes_on_is_left_its_way():
    seen = []
    before = signal.signal(signal.SIGINT, lambda *_: seen.append(1))
    try:
        with interrupts_raise():
            interrupt()
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [1]


def test_gradients_are_on_again_when_no_grad_was_not_left():
    """As after an interrupt in the middle of its ``__exit__``."""

    def interrupted():
        with keeping_modes(torch.nn.Linear(1, 1)):
            torch.no_grad().__enter__()
            raise KeyboardInterrupt

    before = torch.is_grad_enabled()
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(before)
