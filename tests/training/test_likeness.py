"""What a run has written itself is always alike, whatever the settings; what no run writes is refused."""

from functools import partial

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, RMSprop, lr_scheduler

from rnn_tutorial.training.likeness import PLAIN_SCHEDULES, check_optimizer, check_scaler, check_schedule

OPTIMIZERS = [
    Adam,
    partial(Adam, amsgrad=True, weight_decay=0.1),
    partial(Adam, foreach=True),
    partial(Adam, fused=True),
    partial(Adam, lr=torch.tensor(0.1), betas=(0.5, 0.9)),
    AdamW,
    partial(AdamW, maximize=True),
    SGD,
    partial(SGD, momentum=0.9, nesterov=True),
    RMSprop,
    partial(RMSprop, centered=True, momentum=0.5),
]
SCHEDULES = {
    "onecycle": lambda optimizer: lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=9),
    "cosine": lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, T_max=9),
    "step": lambda optimizer: lr_scheduler.StepLR(optimizer, 2),
    "exponential": lambda optimizer: lr_scheduler.ExponentialLR(optimizer, 0.5),
}


def weights(dtype=torch.float32):
    """The last one is never stepped: what has no gradient has no state."""
    return [nn.Parameter(torch.ones(shape, dtype=dtype)) for shape in ((3, 2), (2,), (), (5,))]


def stepped(optimizer, schedule=None, steps=3):
    for _ in range(steps):
        for weight in optimizer.param_groups[0]["params"][:3]:
            weight.grad = torch.ones_like(weight)
        optimizer.step()
        if schedule is not None:
            schedule.step()
    return optimizer.state_dict()


@pytest.mark.parametrize("make", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_a_state_of_its_own_is_taken(make, dtype):
    check_optimizer(make(weights(dtype)), stepped(make(weights(dtype))))


def test_complex_weights():
    check_optimizer(Adam(weights(torch.complex64)), stepped(Adam(weights(torch.complex64))))


@pytest.mark.parametrize("make", OPTIMIZERS[:4])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_state_of_its_own_schedule_is_taken(make, schedule):
    then, now = make(weights()), make(weights())
    course, fresh = SCHEDULES[schedule](then), SCHEDULES[schedule](now)
    assert type(fresh) in PLAIN_SCHEDULES
    check_optimizer(now, stepped(then, course))
    check_schedule(fresh, course.state_dict(), 3)
    check_schedule(fresh, fresh.state_dict(), 0)


def test_two_groups_of_two_kinds():
    def made():
        first, second = weights(), weights(torch.float64)
        return Adam([{"params": first}, {"params": second, "lr": 0.5}])

    check_optimizer(made(), stepped(made()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found["state"][0].update(step=True), "state of weight 0 has not the names, shapes and kinds"),
        (lambda found: found["state"][0].update(step=3), "state of weight 0"),
        (lambda found: found["state"][1].update(step=torch.tensor(-1.0)), "state of weight 1"),
        (lambda found: found["state"][1].update(step=torch.tensor(float("nan"))), "state of weight 1"),
        (lambda found: found["state"][0].update(exp_avg=0.5), "state of weight 0"),
        (lambda found: found["state"][0].update(exp_avg=torch.zeros(3, 2, dtype=torch.int8)), "state of weight 0"),
        (lambda found: found["state"][0].update(exp_avg=torch.zeros(2, 3)), "state of weight 0"),
        (lambda found: found["state"][2].pop("exp_avg"), "state of weight 2"),
        (lambda found: found["state"].update({1: None}), "state of weight 1"),
        (lambda found: found["state"].update({1: [1.0]}), "state of weight 1"),
        (
            lambda found: found["state"].update({7: found["state"].pop(1)}),
            r"of the weights \[0, 2, 7\].*\[0, 1, 2, 3\]",
        ),
        (lambda found: found["param_groups"][0].update(params=[0, 1, 2, 9]), "those of other weights"),
        (lambda found: found["param_groups"][0].update(lr=True), "settings are not of the kind"),
        (lambda found: found["param_groups"][0].update(lr=torch.zeros(2)), "settings are not of the kind"),
        (lambda found: found["param_groups"][0].update(betas=(3, 0.9)), "beta"),
        (lambda found: found["param_groups"][0].update(eps=-1), "epsilon"),
    ],
)
def test_states_that_no_run_writes(change, words):
    found = stepped(Adam(weights()))
    change(found)
    with pytest.raises(ValueError, match=words):
        check_optimizer(Adam(weights()), found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last_epoch": 4}, "has moved 4 times, and at most 3 are possible"),
        ({"last_epoch": -1}, "has moved -1 times"),
        ({"last_epoch": 1.0}, "has moved 1.0 times"),
        ({"total_steps": 8}, "settings are not those of this run"),
        ({"_last_lr": ["fast"]}, "should be numbers"),
        ({"_step_count": None}, "should be numbers"),
        ({"more": 1}, "that of another schedule"),
    ],
)
def test_schedules_that_no_run_writes(change, words):
    then, now = SGD(weights(), momentum=0.9), SGD(weights(), momentum=0.9)
    course, fresh = SCHEDULES["onecycle"](then), SCHEDULES["onecycle"](now)
    stepped(then, course)
    with pytest.raises(ValueError, match=words):
        check_schedule(fresh, course.state_dict() | change, 3)


def test_scalers():
    scaler = torch.amp.GradScaler("cpu", enabled=True)
    check_scaler(scaler, scaler.state_dict())
    for change in ({"scale": "large"}, {"growth_interval": True}, {"more": 1}):
        with pytest.raises(ValueError, match="scaler is not of the kind"):
            check_scaler(scaler, scaler.state_dict() | change)
