import copy
import os
import pickle
import random
import re
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, PartialState
from torch import nn
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau, StepLR
from torch.utils.data import DataLoader, TensorDataset

from rnn_tutorial.training import NonFiniteLossError, TrainingInterrupted, fit, per_epoch
from rnn_tutorial.training.loaders import EpochShuffle, epoch_seed
from rnn_tutorial.training.progress import every_training_shown

from .conftest import assert_identical, network, pairs, weights, without_time

MSE = nn.MSELoss()


def run(model=None, train=None, valid=None, **options):
    model = network() if model is None else model
    settings: dict[str, Any] = {"loss": MSE, "epochs": 2, "batch_size": 16, "progress": False} | options
    history = fit(model, pairs() if train is None else train, valid, **settings)
    return model, history


def mae(prediction, target):
    return (prediction - target).abs().mean()


def note(notes, item, result):
    notes.append(item)
    return result


def test_the_loop_is_the_plain_torch_loop():
    data, seed = pairs(70), 5
    model, history = run(train=data, seed=seed, lr=0.01, clip_norm=0.1)
    plain = network().train()
    optimizer = torch.optim.Adam(plain.parameters(), lr=0.01)
    order = EpochShuffle(70, seed)
    losses = []
    for epoch in (1, 2):
        order.set_epoch(epoch)
        torch.manual_seed(epoch_seed(seed, epoch))
        total = 0.0
        for x, y in DataLoader(data, batch_size=16, sampler=order):
            loss = MSE(plain(x), y)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(plain.parameters(), 0.1)
            optimizer.step()
            total += loss.item() * len(y)
        losses.append(total / 70)  # the last batch of 6 counts for 6
    assert_identical(weights(model), weights(plain))
    assert [row["train_loss"] for row in history.rows] == losses


def test_no_step_looks_for_a_library(monkeypatch):
    monkeypatch.setattr("accelerate.optimizer.is_lomo_available", lambda: pytest.fail("asked in a step"))
    run(epochs=1)


def test_clipping_holds_the_step_small():
    before = weights(network())
    model, _ = run(optimizer="sgd", lr=1.0, clip_norm=1e-3, epochs=1, batch_size=70)
    moved = torch.cat([(value - before[name]).flatten() for name, value in weights(model).items()]).norm()
    assert moved == pytest.approx(1e-3, rel=1e-3)
    free, _ = run(optimizer="sgd", lr=1.0, clip_norm=None, epochs=1, batch_size=70)
    assert torch.cat([(v - before[n]).flatten() for n, v in weights(free).items()]).norm() > 1e-2


def test_same_seed_same_run_other_seed_other_run():
    first, one = run(seed=3)
    torch.rand(7)  # what happened before does not matter
    second, two = run(seed=3)
    _, three = run(seed=4)
    assert_identical(weights(first), weights(second))
    assert without_time(one) == without_time(two) != without_time(three)


def test_nothing_global_is_left_behind(monkeypatch):
    monkeypatch.delenv("ACCELERATE_TORCH_DEVICE", raising=False)
    mine = Accelerator(cpu=True)
    shared = dict(AcceleratorState._shared_state), dict(PartialState._shared_state)
    random.seed(1), np.random.seed(1), torch.manual_seed(1)  # noqa: NPY002
    expected = random.random(), np.random.random(), torch.rand(1)  # noqa: NPY002
    random.seed(1), np.random.seed(1), torch.manual_seed(1)  # noqa: NPY002
    model = network()
    torch.manual_seed(1)
    model.train()[2].eval()
    modes = [module.training for module in model.modules()]
    run(model, valid=pairs(10), mixed_precision="bf16")
    assert (random.random(), np.random.random(), torch.rand(1)) == expected  # noqa: NPY002
    assert [module.training for module in model.modules()] == modes
    assert (dict(AcceleratorState._shared_state), dict(PartialState._shared_state)) == shared
    assert mine.mixed_precision == "no"
    assert "ACCELERATE_TORCH_DEVICE" not in os.environ
    assert vars(model).keys() == vars(network()).keys()  # no mark, no wrapped forward
    assert all(parameter.grad is None for parameter in model.parameters())
    copy.deepcopy(model)


def test_mixed_precision_changes_from_run_to_run():
    kinds = []
    for precision in ("no", "bf16", "no"):
        model = network()
        model[0].register_forward_hook(lambda module, args, output: kinds.append(output.dtype))
        run(model, epochs=1, mixed_precision=precision, batch_size=70)
        assert model[0].weight.dtype == torch.float32
    assert kinds == [torch.float32, torch.bfloat16, torch.float32]


def test_validation_runs_in_the_same_precision_and_gives_float32():
    seen: list[torch.dtype] = []
    inside: list[torch.dtype] = []
    model = network()
    model[0].register_forward_hook(lambda module, args, output: inside.append(output.dtype))
    run(
        model,
        valid=pairs(10),
        epochs=1,
        mixed_precision="bf16",
        metrics={"mae": lambda p, t: note(seen, p.dtype, mae(p, t))},
    )
    assert seen == [torch.float32]
    assert set(inside) == {torch.bfloat16}


def test_an_accelerator_of_ones_own():
    mine = Accelerator(cpu=True)
    first, _ = run(accelerator=mine)
    second, _ = run(accelerator=mine)
    assert_identical(weights(first), weights(second))
    assert not mine._models
    assert not mine._optimizers
    with pytest.raises(ValueError, match="accelerator given has 'no'"):
        run(accelerator=mine, mixed_precision="bf16")
    with pytest.raises(ValueError, match="accumulates"):
        run(accelerator=Accelerator(cpu=True, gradient_accumulation_steps=2))


def test_history_columns():
    _, history = run(valid=pairs(10, seed=9), metrics={"mae": mae})
    assert list(history.rows[0]) == ["epoch", "train_loss", "valid_loss", "mae", "lr", "seconds"]
    assert history.stopped == "finished"
    assert list(run()[1].rows[0]) == ["epoch", "train_loss", "lr", "seconds"]


def test_patience_stops_and_brings_the_best_weights_back():
    seen = []

    def scripted(prediction, target):  # the validation gets worse from epoch 3 on
        if torch.is_grad_enabled():
            return MSE(prediction, target)
        seen.append(weights(model))
        return torch.tensor([5.0, 3.0, 4.0, 3.0, 9.0][len(seen) - 1])

    model = network()
    _, history = run(model, valid=pairs(10), loss=scripted, epochs=9, patience=2)
    assert [row["valid_loss"] for row in history.rows] == [5.0, 3.0, 4.0, 3.0]
    assert history.stopped == "patience"
    assert_identical(weights(model), seen[1])


def test_without_patience_the_last_weights_stay():
    model = network()
    last: list[dict[str, torch.Tensor]] = []
    run(model, valid=pairs(10), metrics={"m": lambda p, t: note(last, weights(model), 0.0)}, lr=1.0)
    assert_identical(weights(model), last[-1])


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (None, [0.1] * 4),
        (
            lambda optimizer, steps: LambdaLR(optimizer, lambda step: 1 - step / steps),
            [0.1 * (1 - k / 20) for k in (4, 9, 14, 19)],
        ),
        (per_epoch(lambda optimizer, epochs: StepLR(optimizer, epochs // 2, 0.1)), [0.1, 0.1, 0.01, 0.01]),
        ("cosine", [0.05 * (1 + np.cos(np.pi * k / 20)) for k in (4, 9, 14, 19)]),
    ],
)
def test_schedules(schedule, expected):
    _, history = run(epochs=4, lr=0.1, schedule=schedule)  # 5 steps an epoch; the rate of each epoch's last step
    assert [row["lr"] for row in history.rows] == pytest.approx(expected)


def test_onecycle_rises_to_lr_and_falls():
    rates = [row["lr"] for row in run(epochs=20, lr=0.1, schedule="onecycle")[1].rows]
    assert max(rates) == pytest.approx(0.1, rel=0.02)
    assert rates[0] < 0.02
    assert rates[-1] < 1e-4
    assert 4 <= rates.index(max(rates)) <= 7  # the peak is at 30 %


def test_plateau_watches_the_validation_loss():
    schedule = per_epoch(lambda optimizer, epochs: ReduceLROnPlateau(optimizer, factor=0.1, patience=0, threshold=0))

    def flat(prediction, target):
        return MSE(prediction, target) if torch.is_grad_enabled() else torch.tensor(1.0)

    _, history = run(valid=pairs(5), loss=flat, epochs=3, lr=0.1, schedule=schedule)
    assert [row["lr"] for row in history.rows] == pytest.approx([0.1, 0.1, 0.01])


@pytest.mark.parametrize("valid", [None, pairs(5)])
def test_a_loss_that_is_not_finite_ends_the_run(valid):
    model, states = network(), []

    def poisoned(prediction, target):  # the third step of the second epoch
        if not torch.is_grad_enabled():
            return MSE(prediction, target)
        states.append(weights(model))
        return MSE(prediction, target) * (float("nan") if len(states) == 7 else 1.0)

    with pytest.raises(
        NonFiniteLossError, match=r"loss is nan at epoch 2, step 3 \(last finite loss .*, lr 0.01\)"
    ) as caught:
        run(model, pairs(64), valid, loss=poisoned, lr=0.01, epochs=3)
    error = caught.value
    assert isinstance(error, FloatingPointError)
    assert (error.epoch, error.step, error.lr, len(error.history)) == (2, 3, 0.01, 1)
    assert f"last finite loss {error.last_loss:.6g}" in str(error)
    assert "learning rate of 0.001" in str(error)
    assert_identical(weights(model), states[4])  # as the first epoch left it
    assert all(parameter.grad is None for parameter in model.parameters())


def test_nan_in_the_data_is_blamed_on_the_data():
    data = pairs(20)
    data.tensors[0][3, 1] = float("nan")
    model = network()
    with pytest.raises(
        NonFiniteLossError,
        match=r"epoch 1, step 1 \(no finite loss before it.*look at the data first.*weights of the start",
    ):
        run(model, data, batch_size=20)
    assert_identical(weights(model), weights(network()))


def test_a_gradient_that_is_not_finite_ends_the_run():
    def sharp(prediction, target):  # sqrt has an infinite slope at 0
        return ((prediction - prediction.detach()) ** 2).sum().sqrt() + MSE(prediction, target)

    for clip_norm in (1.0, None):
        with pytest.raises(NonFiniteLossError, match=r"norm of the gradient is nan at epoch 1, step 1"):
            run(loss=sharp, clip_norm=clip_norm)


def test_a_validation_loss_that_is_not_finite_ends_the_run():
    valid = pairs(5)
    valid.tensors[1][0] = float("inf")
    with pytest.raises(NonFiniteLossError, match=r"validation loss is inf at epoch 1, the validation"):
        run(valid=valid)


def test_the_error_survives_a_process_border():
    with pytest.raises(NonFiniteLossError) as caught:
        run(loss=lambda p, t: MSE(p, t) * float("inf"))
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.step == 1


def interrupt_at(step):
    calls = []

    def loss(prediction, target):
        if torch.is_grad_enabled():
            calls.append(1)
            if len(calls) == step:
                raise KeyboardInterrupt
        return MSE(prediction, target)

    return loss


def test_an_interrupted_training_is_not_returned_as_a_result():
    model = network()
    with pytest.raises(TrainingInterrupted, match=r"after 2 of 5 epochs\. The model has those of epoch 2") as caught:
        run(model, loss=interrupt_at(13), epochs=5)  # 5 steps an epoch
    assert isinstance(caught.value, KeyboardInterrupt)  # what ends a script, a cell and a pool of workers
    assert (caught.value.history.stopped, len(caught.value.history), caught.value.epochs) == ("interrupted", 2, 5)
    assert 'on_interrupt="return"' in str(caught.value)
    assert_identical(weights(model), weights(run(epochs=2)[0]))
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.history == caught.value.history


@pytest.mark.parametrize("way", ["raise", "return"])
def test_with_patience_an_interrupt_leaves_the_best_weights(way):
    def worse_and_worse(prediction, target):
        return -MSE(prediction, target) if torch.is_grad_enabled() else MSE(prediction, target)

    def interrupted(prediction, target):
        count.append(1)
        if torch.is_grad_enabled() and len(count) > 22:
            raise KeyboardInterrupt
        return worse_and_worse(prediction, target)

    count: list[int] = []
    model = network()
    options = {"valid": pairs(9, seed=7), "patience": 9, "lr": 0.05}
    if way == "raise":
        with pytest.raises(TrainingInterrupted, match=r"the best weights, of epoch 1") as caught:
            run(model, loss=interrupted, epochs=9, **options)
        history = caught.value.history
    else:
        model, history = run(model, loss=interrupted, epochs=9, on_interrupt="return", **options)
    assert history.stopped == "interrupted"
    assert len(history) > 1
    assert_identical(weights(model), weights(run(loss=worse_and_worse, epochs=1, **options)[0]))


def test_an_interrupted_training_is_returned_when_asked_for():
    model, history = run(loss=interrupt_at(13), epochs=5, on_interrupt="return")
    assert history.stopped == "interrupted"
    assert len(history) == 2
    assert_identical(weights(model), weights(run(epochs=2)[0]))
    with pytest.raises(ValueError, match=r"on_interrupt='stop'; expected"):
        run(on_interrupt="stop")


def test_interrupt_before_any_epoch_is_passed_on():
    model = network()
    with pytest.raises(KeyboardInterrupt):
        run(model, loss=interrupt_at(2))
    assert_identical(weights(model), weights(network()))


def test_a_loader_with_its_own_generator_gives_new_orders_that_repeat():
    orders: list[list[torch.Tensor]] = []

    class Spy(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = network()

        def forward(self, x):
            orders[-1].append(x[:, 0].clone())
            return self.inner(x)

    loader = DataLoader(pairs(20), batch_size=20, shuffle=True, generator=torch.Generator().manual_seed(4))
    for _ in range(2):
        orders.append([])
        run(Spy(), loader, epochs=2)
    assert not torch.equal(orders[0][0], orders[0][1])
    assert all(torch.equal(a, b) for a, b in zip(*orders, strict=True))


def test_frozen_parameters_stay():
    model = network()
    model[0].requires_grad_(False)
    before = weights(model)
    run(model)
    assert torch.equal(model[0].weight, before["0.weight"])
    assert not torch.equal(model[3].weight, before["3.weight"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs should be at least 1, got 0"),
        ({"epochs": 1.5}, "epochs should be a whole number, got 1.5"),
        ({"batch_size": 0}, "batch_size should be at least 1, got 0"),
        ({"batch_size": True}, "batch_size should be a whole number, got True"),
        ({"lr": 0.0}, "lr=0.0; expected a positive"),
        ({"lr": float("nan")}, "lr=nan; expected a positive"),
        ({"lr": "fast"}, "lr='fast'; expected a number"),
        ({"seed": -1}, "seed should be at least 0, got -1"),
        ({"clip_norm": 0}, "clip_norm=0; expected a positive"),
        ({"patience": 1}, "patience watches the validation loss: give valid"),
        ({"patience": 0, "valid": pairs(5)}, "patience should be at least 1, got 0"),
        ({"metrics": {"mae": mae}}, "metrics are computed on the validation set: give valid"),
        ({"metrics": {"lr": mae}, "valid": pairs(5)}, "may not be called 'lr'"),
        ({"optimizer": "adamm"}, "optimizer='adamm'; expected one of adam, adamw"),
        ({"optimizer": torch.optim.SGD([nn.Parameter(torch.ones(1))])}, "optimizer is a ready object"),
        ({"optimizer": lambda parameters, lr: 3}, "optimizer made a int"),
        ({"schedule": "twocycle"}, "schedule='twocycle'; expected None, one of onecycle, cosine"),
        ({"schedule": lambda optimizer, steps: 3}, "schedule made a int"),
        ({"schedule": lambda optimizer, steps: ReduceLROnPlateau(optimizer)}, "per_epoch"),
        ({"mixed_precision": "fp8"}, "mixed_precision='fp8'; expected one of 'no', 'bf16', 'fp16'"),
        ({"mixed_precision": "fp16"}, 'fp16" needs a GPU'),
        ({"model": 3}, "model is a int; expected a torch.nn.Module"),
        ({"model": nn.Tanh()}, "nothing to train"),
        ({"loss": nn.MSELoss}, "loss is the class MSELoss; make an object of it"),
        ({"loss": 3}, "loss is 3; expected a function"),
        ({"loss": nn.MSELoss(reduction="none")}, "must return one number .* got a tensor of shape"),
        ({"loss": lambda p, t: 3.0}, "must return one number .* got a float"),
        ({"loss": lambda p, t: MSE(p.detach(), t)}, "does not depend on any parameter"),
        ({"train": pairs(0)}, "train is empty"),
        ({"train": torch.zeros(4, 4)}, "train is a bare Tensor"),
        ({"train": 3}, "train is a int"),
        ({"train": TensorDataset(torch.zeros(4, 4))}, r"A batch of train is 1 part\(s\)"),
        ({"valid": pairs(0)}, "valid is empty"),
        ({"valid": TensorDataset(*[torch.zeros(4, 4)] * 3)}, r"A batch of valid is 3 part\(s\)"),
        ({"train": TensorDataset(torch.zeros(4, 4), torch.zeros(4))}, r"returns \(4, 1\), but the target is \(4,\)"),
    ],
)
def test_bad_input_is_named(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        run(**options)
    assert "ACCELERATE_TORCH_DEVICE" not in os.environ


def test_a_wrong_shape_is_refused_before_torch_warns():
    data = TensorDataset(torch.zeros(4, 4), torch.zeros(4))
    with pytest.raises(ValueError, match="broadcast"):
        run(train=data, loss=nn.functional.l1_loss)


class Terminal:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_progress_in_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    run(progress=True)
    assert re.search(r"epoch 2/2 100%.*10/10 steps .*loss [\d.]+", terminal.text)
    assert capsys.readouterr().out == ""


def test_progress_in_a_notebook_leaves_one_line(monkeypatch, capsys):
    monkeypatch.setattr("rnn_tutorial.training.progress._in_notebook", lambda: True)
    run(progress=True)
    printed = capsys.readouterr()
    assert printed.err == ""
    shown = re.sub(r".*\r(?=[^\n])", "", printed.out)  # as a notebook shows carriage returns
    assert re.fullmatch(r"2 epochs in [\d.]+ s on 1 thread: train loss [\d.]+\n", shown)


def test_no_progress(capsys):
    run(progress=False)
    assert capsys.readouterr() == ("", "")


def test_every_training_of_a_block_is_shown(monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with every_training_shown(False):
        run(progress=False)
    assert terminal.text == ""
    with every_training_shown():
        run(progress=False)
    assert "epoch 2/2 100%" in terminal.text
    before = terminal.text
    run(progress=False)
    assert terminal.text == before


NOTEBOOK = """
import torch
from torch import nn
from torch.utils.data import TensorDataset
import rnn_tutorial as rt
x = torch.randn(40, 3)
model = nn.Linear(3, 1)
history = rt.fit(model, TensorDataset(x, x.sum(1, keepdim=True)), loss=nn.MSELoss(), epochs=2)
"""


def test_a_real_kernel_shows_one_line_and_no_warning(monkeypatch):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOTEBOOK)])
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with warnings.catch_warnings():  # those of the client are not ours
        warnings.simplefilter("ignore")
        nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = notebook.cells[0].outputs
    assert {output.output_type: output.get("name") for output in outputs} == {"stream": "stdout"}
    shown = re.sub(r".*\r(?=[^\n])", "", "".join(output.text for output in outputs))
    assert re.fullmatch(r"2 epochs in [\d.]+ s on 1 thread: train loss [\d.]+\n", shown)
