"""Sends itself a real SIGINT at seeded moments of a training, a fit, a backtest; then lets it go on, and compares.

A moment is a function call: as many as the undisturbed work makes are counted first.
"""

import json
import random
import sys
import tempfile
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.neural_network import MLPRegressor
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.forecasting import Ensemble, Forecaster, Hybrid, Method, Persistence, SeasonalNaive
from tests.counted import counted

from .conftest import network, pairs, weights

T = np.arange(160.0)
SERIES = 10 + np.sin(T / 24 * 2 * np.pi) + 0.1 * np.random.default_rng(0).standard_normal(len(T))
X = np.stack([SERIES[:-2], SERIES[1:-1]], axis=1)


def calls(work: Callable[[], Any], interrupt_at: int = 0) -> tuple[int, Any, bool]:
    """Do the work and count its calls; with a number, interrupt it there. Returns count, result, whether it ended."""
    found = counted(work, interrupt_at)
    torch.set_grad_enabled(True)  # where PyTorch builds a module for a user, an interrupt can leave gradients off
    return found.calls, found.result, found.ended


class OnNumbers(Method):
    """Forecasts the last value times a number that is learnt step by step."""

    depends_on_chance = False
    factor: float

    def points(self, series: Any, origins: Any, horizon: int) -> Any:
        return series.values[origins - 1, None] * np.full(horizon, self.factor)


class StopsEarly(OnNumbers):
    """Takes Ctrl-C as the wish to stop early, and returns."""

    name = "stops early"

    def learn(self, series: Any) -> None:
        self.factor = 0.5
        try:
            for _ in range(300):
                self.factor = self.factor + abs(1.0 - self.factor) / 50
        except KeyboardInterrupt:
            pass


class HalfTrained(OnNumbers):
    """Asks ``fit`` to return what is half-trained."""

    name = "half trained"

    def learn(self, series: Any) -> None:
        model = network()
        rt.fit(model, pairs(20), loss=nn.MSELoss(), epochs=4, progress=False, on_interrupt="return")
        self.factor = float(next(model.parameters())[0, 0].detach())


class Swallowed(OnNumbers):
    """A network of scikit-learn, which swallows Ctrl-C."""

    name = "swallowed"

    def learn(self, series: Any) -> None:
        learner = MLPRegressor(hidden_layer_sizes=(3,), max_iter=8, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            learner.fit(X, SERIES[2:])
        self.factor = float(learner.coefs_[0][0, 0])


def tiny(seed: int = 0) -> Forecaster:
    return Forecaster("rnn", 2, input_length=6, hidden_size=3, epochs=2, stride=9, seed=seed)


def trained(folder: Path) -> Any:
    model = network()
    history = rt.fit(
        model, pairs(40), pairs(9, seed=7), loss=nn.MSELoss(), epochs=3, batch_size=16, patience=2, lr=0.05,
        progress=False, checkpoint=folder,
    )  # fmt: skip
    losses = [[row["train_loss"], row["valid_loss"]] for row in history.rows]
    return [losses, {name: value.tolist() for name, value in weights(model).items()}]


def fitted(folder: Path) -> Any:
    return tiny().fit(SERIES, checkpoint=folder).predict().point.tolist()


def tested(folder: Path) -> Any:
    methods: list[Method] = [StopsEarly(), HalfTrained(), Swallowed(), tiny(), Persistence()]
    result = rt.backtest(methods, rt.data.Series.of(SERIES), horizon=2, test=12, folder=folder, progress=False)
    return {name: entry.forecasts[0].tolist() for name, entry in result.board().entries.items()}


def interrupted_again_and_again(work: Callable[[Path], Any], moments: int, draw: random.Random) -> list[str]:
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        work(Path(name) / "warm")
        total, expected, _ = calls(lambda: work(Path(name) / "straight"))
        for number in range(moments):
            folder, moment = Path(name) / str(number), draw.randint(1, total)
            _, result, ended = calls(partial(work, folder), moment)
            if ended and result != expected:
                wrong.append(f"call {moment} of {total}: what was interrupted was returned")
            if work(folder) != expected:
                wrong.append(f"call {moment} of {total}: it went on to something else")
    return wrong


def refits(method: Any, moments: int, draw: random.Random) -> list[str]:
    """A method that is fitted again and interrupted forecasts as before, and one never fitted not at all."""
    wrong = []
    longer = np.concatenate([SERIES, SERIES[:40]])
    before = method.fit(SERIES).predict(2).point.tolist()
    after = method.with_seed(0).fit(longer).predict(2).point.tolist()
    total, _, _ = calls(lambda: method.with_seed(0).fit(longer))
    for _ in range(moments):
        moment = draw.randint(1, total)
        _, _, ended = calls(lambda: method.fit(longer), moment)
        expected = after if ended else before
        if method.predict(2).point.tolist() != expected:
            wrong.append(f"{method.name}, call {moment} of {total}: a mixture of two fits")
        if ended:
            method.fit(SERIES)
        fresh = method.with_seed(0)
        _, _, ended = calls(partial(fresh.fit, longer), moment)
        if not ended and hasattr(fresh, "series"):
            wrong.append(f"{method.name}, call {moment} of {total}: half a fit forecasts")
    return wrong


def main(seed: int, share: float) -> None:
    torch.set_num_threads(1)
    draw = random.Random(seed)
    ensemble = Ensemble(tiny(), seeds=(0, 1))
    corrector = MLPRegressor(hidden_layer_sizes=(3,), max_iter=8, random_state=0)
    hybrids = [
        Hybrid(SeasonalNaive(24), corrector, horizon=2, input_length=6),
        Hybrid(SeasonalNaive(24), tiny(), seasons=()),
    ]
    found = {
        "fit": interrupted_again_and_again(trained, round(40 * share), draw),
        "forecaster": interrupted_again_and_again(fitted, round(20 * share), draw),
        "backtest": interrupted_again_and_again(tested, round(40 * share), draw),
    }
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Stochastic Optimizer")
        for method in (tiny(), ensemble, *hybrids):
            found[method.name] = refits(method, round(10 * share), draw)
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
