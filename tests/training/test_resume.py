import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader

from rnn_tutorial.layers import LSTM, ManyToOne
from rnn_tutorial.training import CheckpointError, CheckpointMismatchError, NonFiniteLossError, fit, per_epoch
from rnn_tutorial.training.checkpoint import BEST, CHECKSUMS, HISTORY, RECIPE, STATE, WEIGHTS, seal

from .conftest import assert_identical, network, pairs, weights, without_time

MSE = nn.MSELoss()
EPOCHS, STEPS = 4, 5


def run(model=None, train=None, **options):
    model = network() if model is None else model
    settings: dict[str, Any] = {"loss": MSE, "epochs": EPOCHS, "batch_size": 16, "progress": False} | options
    history = fit(model, pairs() if train is None else train, settings.pop("valid", pairs(9, seed=7)), **settings)
    return model, history


class KilledError(Exception):
    pass


def killed_at(step, kind=KilledError):
    """A network that dies in the forward pass of a training step, counted over all epochs from 1."""
    model, calls = network(), []

    def hook(*_):
        if model.training:
            calls.append(1)
            if len(calls) == step:
                raise kind

    handle = model.register_forward_pre_hook(hook)
    return model, handle


def names(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".lock"))


def epochs_in(folder):
    return [int(name.removeprefix("epoch-")) for name in names(folder)]


def newest(folder):
    return max(folder.glob("epoch-0*"))


def content(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".lock"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("finished", [1, 2, 3])
@pytest.mark.parametrize(
    "options",
    [
        {"schedule": "onecycle", "lr": 0.02},
        {"schedule": per_epoch(lambda optimizer, epochs: StepLR(optimizer, 1, 0.5)), "optimizer": "sgd"},
        {"patience": 3, "lr": 0.5, "clip_norm": None},
        {"train": DataLoader(pairs(), batch_size=16, shuffle=True), "optimizer": "adamw", "schedule": "cosine"},
        {"train": DataLoader(pairs(), batch_size=16, shuffle=True, generator=torch.Generator().manual_seed(3))},
        {"mixed_precision": "bf16", "optimizer": partial(torch.optim.Adam, amsgrad=True)},
    ],
    ids=["onecycle", "per epoch", "patience", "loader", "generator", "bf16"],
)
@pytest.mark.parametrize("kind", [KilledError, KeyboardInterrupt])
def test_a_killed_run_goes_on_bit_for_bit(tmp_path, finished, options, kind):
    uninterrupted, expected = run(**options)
    model, _ = killed_at(finished * STEPS + 3, kind)
    with pytest.raises(kind):
        run(model, checkpoint=tmp_path, **options)
    assert epochs_in(tmp_path) == [1, 2, 3][:finished][-2:]
    torch.rand(5)
    resumed, history = run(checkpoint=tmp_path, **options)  # a new model with the initial weights
    assert_identical(weights(resumed), weights(uninterrupted))
    assert without_time(history) == without_time(expected)
    assert history.stopped == expected.stopped


def test_the_uninterrupted_run_is_the_same_with_and_without_checkpoints(tmp_path):
    first, one = run()
    second, two = run(checkpoint=tmp_path)
    assert_identical(weights(first), weights(second))
    assert without_time(one) == without_time(two)


def test_an_lstm_with_dropout_resumes(tmp_path):
    def recurrent():
        torch.manual_seed(2)
        return ManyToOne(LSTM(4, 6, num_layers=2, dropout=0.5, batch_first=True), 1)

    x = torch.randn(40, 5, 4, generator=torch.Generator().manual_seed(0))
    data = torch.utils.data.TensorDataset(x, x.mean((1, 2))[:, None])
    expected, _ = run(recurrent(), data, valid=None)
    run(recurrent(), data, valid=None, epochs=2, checkpoint=tmp_path)
    resumed, history = run(recurrent(), data, valid=None, checkpoint=tmp_path)  # no schedule: epochs may grow
    assert len(history) == EPOCHS
    assert_identical(weights(resumed), weights(expected))


def test_a_finished_run_is_not_run_again(tmp_path):
    first, one = run(checkpoint=tmp_path, patience=9, lr=0.5)
    before = content(tmp_path)
    dead, handle = killed_at(1)
    _, two = run(dead, checkpoint=tmp_path, patience=9, lr=0.5)
    handle.remove()
    assert_identical(weights(dead), weights(first))
    assert two.rows == one.rows
    assert content(tmp_path) == before


def test_the_best_weights_survive_the_kill(tmp_path):
    valid_losses = [2.0, 1.0, 3.0, 4.0, 5.0]

    def scripted(prediction, target):
        if torch.is_grad_enabled():
            return MSE(prediction, target)
        return torch.tensor(valid_losses[len(after)])

    def note(prediction, target):
        after.append(weights(current[0]))
        return 0.0

    after: list[dict] = []
    current = [network()]
    options = {"loss": scripted, "metrics": {"note": note}, "patience": 9, "checkpoint": tmp_path}
    run(current[0], epochs=3, **options)
    current[0] = network()
    run(current[0], epochs=5, **options)
    assert len(after) == 5
    assert_identical(weights(current[0]), after[1])


def test_what_is_on_disk_can_be_read_without_running_code(tmp_path):
    run(checkpoint=tmp_path, patience=2, schedule="onecycle")
    folder = newest(tmp_path)
    assert sorted(p.name for p in folder.iterdir()) == sorted([WEIGHTS, BEST, STATE, HISTORY, RECIPE, CHECKSUMS])
    torch.load(folder / STATE, weights_only=True)
    assert json.loads((folder / RECIPE).read_text())["lr"] == 1e-3


def test_a_pickle_in_a_checkpoint_is_not_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "exploded"),)

    run(checkpoint=tmp_path / "run", epochs=1)
    torch.save(Bomb(), newest(tmp_path / "run") / STATE)
    seal(newest(tmp_path / "run"))
    with pytest.raises(CheckpointError, match=r"cannot be read .*Weights only load failed"):
        run(checkpoint=tmp_path / "run")
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("name", [WEIGHTS, STATE, HISTORY, RECIPE, CHECKSUMS])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_checkpoint_is_named(tmp_path, name, damage):
    run(checkpoint=tmp_path, epochs=1)
    path = newest(tmp_path) / name
    if damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        path.unlink()
    before = content(tmp_path)
    with pytest.raises(CheckpointError, match=r"epoch-00001 cannot be read .* Delete the folder"):
        run(checkpoint=tmp_path)
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 1))}, "model: .*\n  shapes: .*12, 4.*5, 4"),
        ({"model": network(dropout=0.1)}, r"model: .*p=0\.3.*p=0\.1"),
        ({"lr": 0.5}, r"lr: 0\.001 in the checkpoint, 0\.5 now"),
        ({"seed": 1}, "seed: 0 in the checkpoint, 1 now"),
        ({"optimizer": "sgd"}, "optimizer: adam in the checkpoint, sgd now"),
        ({"optimizer": partial(torch.optim.Adam, weight_decay=1.0)}, r"optimizer: .*weight_decay=1\.0"),
        ({"loss": nn.L1Loss()}, r"loss: MSELoss\(\) in the checkpoint, L1Loss\(\) now"),
        ({"schedule": "onecycle"}, "epochs: nothing in the checkpoint, 4 now\n  schedule: nothing .* onecycle now"),
        ({"batch_size": 8}, "batch_size: 16"),
        ({"shuffle": False}, "shuffle: True"),
        ({"mixed_precision": "bf16"}, "mixed_precision: no"),
        ({"patience": 3}, "patience: nothing"),
        ({"clip_norm": None}, r"clip_norm: 1\.0 in the checkpoint, nothing now"),
        ({"train": pairs(71)}, "training items: 70 in the checkpoint, 71 now"),
        ({"valid": pairs(8)}, "validation items: 9 in the checkpoint, 8 now"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused_and_left_alone(tmp_path, options, message):
    run(checkpoint=tmp_path, epochs=1)
    before = content(tmp_path)
    model = options.get("model", network())
    initial = weights(model)
    with pytest.raises(CheckpointMismatchError, match=message):
        run(**{"model": model, "checkpoint": tmp_path} | options)
    assert content(tmp_path) == before
    assert_identical(weights(model), initial)


def test_a_run_with_a_schedule_cannot_be_made_longer(tmp_path):
    run(checkpoint=tmp_path, schedule="onecycle")
    with pytest.raises(CheckpointMismatchError, match="epochs: 4 in the checkpoint, 5 now"):
        run(checkpoint=tmp_path, schedule="onecycle", epochs=5)


def test_a_file_in_place_of_the_folder(tmp_path):
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(CheckpointError, match="is a file; give a folder"):
        run(checkpoint=path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("writer", ["rnn_tutorial.training.checkpoint.save_file", "pathlib.Path.write_bytes"])
def test_a_full_disk_leaves_the_last_checkpoint(tmp_path, monkeypatch, writer):
    run(checkpoint=tmp_path, epochs=2)
    before = content(tmp_path)

    def full(*given):
        next(one for one in given if isinstance(one, Path)).write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, full)
    with pytest.raises(CheckpointError, match=r"No space left.*epoch-00002 is still there; free space"):
        run(checkpoint=tmp_path)
    assert content(tmp_path) == before
    assert epochs_in(tmp_path) == [1, 2]
    monkeypatch.undo()
    monkeypatch.setenv("RNN_TUTORIAL_DEVICE", "cpu")
    assert_identical(weights(run(checkpoint=tmp_path)[0]), weights(run()[0]))


def test_leftovers_of_a_kill_in_the_middle_of_a_save_do_no_harm(tmp_path):
    run(checkpoint=tmp_path, epochs=2)
    (tmp_path / ".unfinished-x").mkdir()
    (tmp_path / ".unfinished-x" / WEIGHTS).write_bytes(b"half")
    (tmp_path / "epoch-notes").mkdir()  # not ours
    assert_identical(weights(run(checkpoint=tmp_path)[0]), weights(run()[0]))
    assert names(tmp_path) == ["epoch-00003", "epoch-00004", "epoch-notes"]


def test_a_diverged_run_keeps_its_last_good_checkpoint(tmp_path):
    calls = []

    def loss(prediction, target):
        calls.append(torch.is_grad_enabled())
        return MSE(prediction, target) * (float("nan") if sum(calls) > 2 * STEPS + 1 else 1.0)

    with pytest.raises(NonFiniteLossError):
        run(loss=loss, checkpoint=tmp_path)
    assert epochs_in(tmp_path) == [1, 2]


def test_after_an_error_in_a_step_the_same_model_goes_on(tmp_path):
    """It has the weights of the last finished epoch, none from the middle of one."""
    model, handle = killed_at(2 * STEPS + 3)
    with pytest.raises(KilledError):
        run(model, checkpoint=tmp_path)
    handle.remove()
    assert_identical(weights(model), weights(run(epochs=2)[0]))
    run(model, checkpoint=tmp_path)
    assert_identical(weights(model), weights(run()[0]))
