"""How many threads a call takes, and that the number is handed back."""

import os
import subprocess
import sys

import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

import rnn_tutorial as rt
from rnn_tutorial import threads
from rnn_tutorial.training import NonFiniteLossError

SMALL, LARGE = nn.Linear(4, 4), nn.Linear(4096, 4096)
X = torch.zeros(8, 3, 4)
"""(B, T, C)"""


@pytest.fixture(autouse=True)
def several(monkeypatch: pytest.MonkeyPatch):
    """Three threads, which nobody asked for."""
    for name in threads.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    monkeypatch.setattr(threads, "_at_import", 3)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    yield
    torch.set_num_threads(before)


def test_small_networks_take_one_and_large_ones_all():
    assert threads.wanted(SMALL, X) == 1
    assert threads.wanted(LARGE, X) == 3


def test_frames_count_their_pixels():
    kernel = nn.Conv2d(8, 32, 3)
    assert threads.work_of_step(kernel, torch.zeros(2, 5, 8, 10, 20)) == 8 * 32 * 9 * 2 * 200
    assert threads.wanted(kernel, torch.zeros(2, 5, 8, 10, 10)) == 1
    assert threads.wanted(kernel, torch.zeros(16, 5, 8, 64, 64)) == 3


@pytest.mark.parametrize("batch", [{"values": X, "n": 3}, [None, X], ("a", {"b": [X]})], ids=["dict", "list", "deep"])
def test_the_first_tensor_of_a_batch_tells_its_size(batch):
    assert threads.work_of_step(SMALL, batch) == 16 * 8


def test_of_a_batch_without_tensors_nothing_is_known():
    assert threads.wanted(SMALL, {"text": "no tensor"}) == 3


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "MKL_NUM_THREADS"])
def test_a_number_asked_for_by_the_environment_is_kept(name, monkeypatch):
    monkeypatch.setenv(name, "3")
    assert threads.wanted(SMALL, X) == 3


def test_a_number_set_in_the_program_is_kept(monkeypatch):
    monkeypatch.setattr(threads, "_at_import", 8)
    assert threads.wanted(SMALL, X) == 3


def test_a_number_that_fits_no_count_of_cores_was_asked_for_before_the_import(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert threads.wanted(SMALL, X) == 3


def test_the_variable_of_the_package_decides(monkeypatch):
    monkeypatch.setenv(threads.THREADS_VARIABLE, "2")
    assert (threads.wanted(SMALL, X), threads.wanted(LARGE, X)) == (2, 2)
    torch.set_num_threads(1)  # a worker among others
    assert threads.wanted(LARGE, X) == 1


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5"])
def test_the_variable_holds_a_positive_number(text, monkeypatch):
    monkeypatch.setenv(threads.THREADS_VARIABLE, text)
    with pytest.raises(ValueError, match=f"{threads.THREADS_VARIABLE} is {text!r}; expected a whole number"):
        threads.wanted(SMALL, X)


def test_other_devices_are_left_alone():
    assert threads.wanted(nn.Linear(4, 4, device="meta"), X) == 3


def test_the_number_is_handed_back_after_an_error_too():
    with threads.threads_for(SMALL, X) as count:
        assert (count, torch.get_num_threads()) == (1, 1)
    assert torch.get_num_threads() == 3
    with pytest.raises(RuntimeError, match="inside"), threads.threads_for(SMALL, X):
        raise RuntimeError("inside")
    assert torch.get_num_threads() == 3


class Watching(nn.Module):
    """A model that notes the number of threads it is called with."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 1)
        self.seen: list[int] = []

    def forward(self, x):
        self.seen.append(torch.get_num_threads())
        return self.layer(x)


def test_fit_predict_and_evaluate_take_one_thread_and_hand_the_others_back():
    data, model = TensorDataset(torch.zeros(20, 4), torch.zeros(20, 1)), Watching()
    history = rt.fit(model, data, data, loss=nn.functional.mse_loss, epochs=2, progress=False)
    assert torch.get_num_threads() == 3
    rt.predict(model, data)
    rt.evaluate(model, data, loss=nn.functional.mse_loss)
    assert torch.get_num_threads() == 3
    assert set(model.seen) == {1}
    assert history.threads == 1
    assert " s on 1 thread: " in history.summary()


def test_a_training_that_fails_hands_them_back():
    model = Watching()
    data = TensorDataset(torch.full((20, 4), torch.inf), torch.zeros(20, 1))
    with pytest.raises(NonFiniteLossError):
        rt.fit(model, data, loss=nn.functional.mse_loss, epochs=1, progress=False)
    with pytest.raises(TypeError, match="single number"):
        rt.evaluate(
            model, data, loss=lambda p, y: (p - y).square().nan_to_num().mean(), metrics={"bad": lambda p, y: p}
        )
    assert torch.get_num_threads() == 3


def test_a_program_that_sets_the_number_itself_keeps_it():
    program = """
import torch
torch.set_num_threads(5)  # before the import: no count of cores, or of half of them, up to 4
from rnn_tutorial import threads
from rnn_tutorial.training import NonFiniteLossError
import os
os.cpu_count = lambda: 4
os.sched_getaffinity = lambda _: {0, 1, 2, 3}
print(threads.wanted(torch.nn.Linear(4, 4), torch.zeros(8, 3, 4)))
"""
    environment = {name: text for name, text in os.environ.items() if name not in threads.VARIABLES}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "5"
