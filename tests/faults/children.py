"""Work that is killed, in processes that are forked from one that has loaded all libraries: a try takes no second.

Children tell what they got by a file, if they live to do it.
"""

import errno
import json
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import accelerate.utils  # noqa: F401 -- all that the work needs is loaded before the processes part
import filelock  # noqa: F401
import numpy as np
import sklearn.linear_model  # noqa: F401
import statsmodels.api  # noqa: F401
import torch
import torch._dynamo  # which optimizers load at their first step
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.forecasting import Drift, Forecaster, Method, Persistence, RidgeOnLags, SeasonalNaive
from rnn_tutorial.forecasting.evaluation import jobs
from rnn_tutorial.training import loop  # noqa: F401
from rnn_tutorial.training.checkpoint import check_seal
from tests.counted import counted
from tests.training.conftest import network, pairs, weights

Work = Callable[[Path], Any]
SERIES = 10 + np.sin(np.arange(160.0) / 24 * 2 * np.pi) + 0.1 * np.random.default_rng(0).standard_normal(160)
GB = 2**30


def trained(folder: Path) -> Any:
    """Four epochs with a checkpoint each: losses and weights."""
    model = network()
    history = rt.fit(
        model, pairs(40), pairs(9, seed=7), loss=nn.MSELoss(), epochs=4, batch_size=16, patience=3, lr=0.05,
        progress=False, checkpoint=folder / "run",
    )  # fmt: skip
    losses = [[row["train_loss"], row["valid_loss"]] for row in history.rows]
    return [losses, {name: value.tolist() for name, value in weights(model).items()}]


def tested(folder: Path) -> Any:
    """A backtest of sixteen jobs whose results are kept: all forecasts."""
    methods: list[Method] = [Persistence(), Drift(), SeasonalNaive(24), RidgeOnLags(6, 3)]
    series = rt.data.Series.of(SERIES)
    result = rt.backtest(methods, series, horizon=3, folds=4, test=12, folder=folder / "kept", progress=False)
    return {name: entry.forecasts[0].tolist() for name, entry in result.board().entries.items()}


def saved(folder: Path) -> Any:
    """Two forecasters in turn under one name: what is there is one of them."""
    one, other = (Forecaster.load(folder.parent / f"{name}.safetensors") for name in ("one", "other"))
    for _ in range(6):
        for forecaster in (one, other):
            forecaster.save(folder / "model.safetensors")
    return None


WORKS: dict[str, Work] = {"trained": trained, "tested": tested, "saved": saved}


def two_forecasters(folder: Path) -> None:
    """Fit what ``saved`` writes, ``one.safetensors`` and ``other.safetensors``."""
    for seed, name in enumerate(("one", "other")):
        forecaster = Forecaster("rnn", 2, input_length=6, hidden_size=3, epochs=1, stride=20, seed=seed)
        forecaster.fit(SERIES).save(folder / f"{name}.safetensors")


def check_whole(place: Path, folder: Path) -> None:
    """Make sure that whatever bears its final name is complete."""
    for epoch in folder.glob("run/epoch-*"):
        check_seal(epoch)
    for result in folder.glob("kept/*.npz"):
        assert np.isfinite(jobs.read(result).forecast).all()
    for model in folder.glob("*.safetensors"):
        assert model.read_bytes() in [(place / f"{name}.safetensors").read_bytes() for name in ("one", "other")]


def start(function: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start a function in a fork of the prepared process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_calm, args=(function, *arguments))
    process.start()
    return process


def _calm(function: Callable[..., None], *arguments: Any) -> None:
    os.environ["RNN_TUTORIAL_DEVICE"] = "cpu"
    torch.set_num_threads(1)
    function(*arguments)


def ended(process: BaseProcess, seconds: float = 100.0) -> int | None:
    """Wait for a process and return its exit code; one that does not end is killed, and fails by its code."""
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode


def counting(name: str, folder: Path, answer: Path) -> None:
    """Tell how many calls a work makes, and how long it takes without counting."""
    WORKS[name](folder.with_name(f"{name} warm"))
    begun = time.perf_counter()
    WORKS[name](folder.with_name(f"{name} timed"))
    seconds = time.perf_counter() - begun
    total = counted(lambda: WORKS[name](folder)).calls
    tell(answer, [total, seconds])


def killing(name: str, folder: Path, last: int) -> None:
    """Do the work and die at a call."""
    counted(lambda: WORKS[name](folder), last, signal.SIGKILL)


def doing(
    name: str, folder: Path, answer: Path, largest: int | None = None, full_after: int | None = None, user: int = 0
) -> None:
    r"""Do the work; tell its result, or its error as a type and words.

    Args:
        name: Of the work.
        folder: Where it is done.
        answer: The file that is told.
        largest: Bytes of a file beyond which the system refuses to write.
        full_after: Calls after which the disk is full.
        user: Whose rights the work has, if not one's own.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    if full_after is not None:
        fill_disk(full_after)
    os.seteuid(user or os.geteuid())
    try:
        found = ["result", WORKS[name](folder)]
    except Exception as error:
        found = [type(error).__name__, str(error)]
    os.seteuid(os.getuid())
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    tell(answer, found)


def fill_disk(after: int) -> None:
    """Let what asks the disk for space be told that there is none, after so many calls."""
    count = 0

    def full(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count > after:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(*arguments, **options)

        return call

    for name in ("fsync", "replace", "rename", "mkdir"):
        setattr(os, name, full(getattr(os, name)))


def tell(answer: Path, found: Any) -> None:
    """Write an answer for the test."""
    answer.write_text(json.dumps(found), encoding="utf-8")


def told(answer: Path) -> Any:
    """Read an answer, and forget it."""
    found = json.loads(answer.read_text(encoding="utf-8"))
    answer.unlink()
    return found
