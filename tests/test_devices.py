import pytest
import torch

from rnn_tutorial import devices


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("RNN_TUTORIAL_DEVICE", raising=False)
    monkeypatch.delenv("RNN_TUTORIAL_BUDGET", raising=False)


def hardware(monkeypatch, *, cuda=0, mps=False):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "Some GPU")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"), [(0, False, "cpu"), (0, True, "mps"), (2, False, "cuda"), (1, True, "cuda")]
)
def test_the_best_device_is_taken(monkeypatch, cuda, mps, expected):
    hardware(monkeypatch, cuda=cuda, mps=mps)
    assert devices.pick_device() == torch.device(expected)


def test_argument_goes_before_environment_before_hardware(monkeypatch):
    hardware(monkeypatch, cuda=2)
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", "cuda:1")
    assert devices.pick_device() == torch.device("cuda:1")
    assert devices.pick_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize(("cuda", "name"), [(0, "cuda"), (1, "cuda:1"), (1, "mps")])
def test_absent_device_is_named_with_those_present(monkeypatch, cuda, name):
    hardware(monkeypatch, cuda=cuda)
    with pytest.raises(RuntimeError, match=rf'asks for "{name}".*Present: cpu:0'):
        devices.pick_device(name)


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "cuda:-1", "meta"])
def test_unknown_device(monkeypatch, name):
    with pytest.raises(ValueError, match="argument"):
        devices.pick_device(name)
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", name)
    with pytest.raises(ValueError, match="RNN_TUTORIAL_DEVICE"):
        devices.pick_device()


def test_budget_follows_environment_then_device(monkeypatch):
    hardware(monkeypatch)
    assert devices.budget() == "laptop"
    hardware(monkeypatch, cuda=1)
    assert devices.budget() == "full"
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", "cpu")  # a GPU that is not used does not count
    assert devices.budget() == "laptop"
    for name in devices.BUDGETS:
        monkeypatch.setenv("RNN_TUTORIAL_BUDGET", name.upper())
        assert devices.budget() == name
        assert devices.by_budget(smoke="smoke", laptop="laptop", full="full") == name


def test_unknown_budget(monkeypatch):
    monkeypatch.setenv("RNN_TUTORIAL_BUDGET", "huge")
    with pytest.raises(ValueError, match='RNN_TUTORIAL_BUDGET is "huge"; expected'):
        devices.budget()


def test_machine_is_one_line_with_the_facts(monkeypatch):
    hardware(monkeypatch)
    line = devices.machine()
    assert "\n" not in line
    assert torch.__version__ in line
    assert "no GPU" in line
    assert f"{torch.get_num_threads()} thread" in line
    hardware(monkeypatch, cuda=4)
    assert "4 × Some GPU" in devices.machine()
