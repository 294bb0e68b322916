r"""One job of a backtest: fit one method on one training part, forecast from the origins that follow."""

import copy
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rnn_tutorial import __version__
from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.files import write as write_file
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.own import own_copy, works_on_a_copy
from rnn_tutorial.forecasting.types import Array, Origins
from rnn_tutorial.io import packed
from rnn_tutorial.training.interrupts import interrupts_raise

from .fingerprint import fingerprint


@dataclass(frozen=True)
class Job:
    r"""All that one job needs; nothing that it may not see.

    Args:
        method: Unfitted; a copy is fitted.
        name: Of the method.
        of: Name of the series.
        fold: Number of the test part, from 0 on; -1 where one fit serves all.
        seed: For a method that depends on chance, else None.
        series: Up to the last origin, with known columns a horizon further.
        end: Steps of the training part.
        origins: (O,).
        horizon: Steps ahead.
        levels: Of the quantiles asked for; none from a method that has none.
    """

    method: Method
    name: str
    of: str
    fold: int
    seed: int | None
    series: Series
    end: int
    origins: Origins
    horizon: int
    levels: tuple[float, ...]

    @property
    def key(self) -> str:
        """Digest of all that the result depends on."""
        one, beside = self.series, self.series.covariates
        span = str(one.index[0]), str(one.index[-1])  # which tell the step as well
        data = (one.values, *span, one.zone, None if beside is None else (beside.past, beside.known))
        return fingerprint(
            __version__, self.method, *data, self.end, self.origins, self.horizon, self.levels, self.seed
        )

    def __str__(self) -> str:
        fold = "" if self.fold < 0 else f", fold {self.fold + 1}"
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"{self.name} on {self.of}{fold}{seed}"


@dataclass(frozen=True)
class Outcome:
    """Forecasts (O, horizon), quantiles (O, horizon, Q) or None, seconds to fit, fitted numbers, maybe the method."""

    forecast: Array
    quantiles: Array | None
    seconds: float
    parameters: int
    method: Method | None = None


class UntrueForecastError(ValueError):
    """A forecast of a wrong shape, or one that reads the future: a mistake in the method, whatever the series."""


def run(job: Job, folder: Path | None = None, lenient: bool = False, keep: bool = False) -> Outcome | str:
    r"""Fit and forecast, on one thread; or read the result that an earlier run kept.

    Args:
        job: What to do.
        folder: Where results are kept, for the workers of a cluster a folder that all of them reach.
        lenient: Return what the method says, instead of raising it, when it cannot deal with the series.
        keep: Return the fitted method as well.

    Raises:
        ValueError: Forecasts of a wrong shape or that depend on values after their origin; whatever the method itself
            raises comes with a note of which job it was.
    """
    path = None if folder is None else folder / f"{job.key}.npz"
    if path is not None and path.exists():
        return read(path, (len(job.origins), job.horizon))
    try:
        with one_thread(), interrupts_raise(), works_on_a_copy(job.name):
            outcome = _fit_and_forecast(job)
    except Exception as error:
        if lenient and isinstance(error, ValueError | RuntimeError) and not isinstance(error, UntrueForecastError):
            return str(error)
        error.add_note(f"in the backtest of {job}")
        raise
    if path is not None:
        write(path, outcome, str(job))
    return outcome if keep else replace(outcome, method=None)


def _fit_and_forecast(job: Job) -> Outcome:
    method = copy.deepcopy(job.method)
    if job.seed is not None:
        method = method.with_seed(job.seed)
    past, whole = own_copy(job.series.part(0, job.end)), own_copy(job.series)  # a method may have a fit of its own
    start = time.perf_counter()
    method = method.fit(past)
    seconds = time.perf_counter() - start
    forecast = np.array(method.forecast(whole, job.origins.copy(), job.horizon), dtype=float)
    if forecast.shape != (len(job.origins), job.horizon):
        raise UntrueForecastError(
            f"forecasts should be (origins, horizon) = ({len(job.origins)}, {job.horizon}), got {forecast.shape}"
        )
    if not np.isfinite(forecast).all():
        origin = int(job.origins[np.flatnonzero(~np.isfinite(forecast).all(axis=1))[0]])
        raise ValueError(f"{job.name!r} gives NaN or infinite forecasts, the first from origin {origin}")
    _refuse_foresight(job, method, forecast)
    quantiles = None
    if job.levels and method.gives_quantiles:
        quantiles = np.array(method.forecast(whole, job.origins.copy(), job.horizon, job.levels), dtype=float)
    return Outcome(forecast, quantiles, seconds, int(method.parameters), method)


def _refuse_foresight(job: Job, method: Method, forecast: Array) -> None:
    # The first origin once more, with all that was not known then cut away. Sums in another order may differ a little.
    first = int(job.origins[0])
    again = method.forecast(own_copy(until(job.series, first, job.horizon)), job.origins[:1].copy(), job.horizon)
    tolerance = 1e-3 * float(job.series.values[: job.end].std()) + 1e-9
    difference = float(np.abs(again[0] - forecast[0]).max())  # NaN where there is none without later values
    if not difference <= tolerance:
        raise UntrueForecastError(
            f"the forecast at origin {first} changes by {difference:.4g} when later values are taken away: "
            "the method reads the future"
        )


def until(series: Series, origin: int, horizon: int) -> Series:
    """Return what a forecast at an origin may read: the steps before it, and known columns a horizon further."""
    part = series.part(0, origin)
    if part.covariates is None:
        return part
    return replace(part, covariates=replace(part.covariates, known=part.covariates.known[: origin + horizon]))


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep the libraries of a job to one thread, so that as many jobs as cores do not stand in each other's way."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch is not None else 1
    with threadpool_limits(1):
        try:
            if torch is not None:
                torch.set_num_threads(1)
            yield
        finally:
            if torch is not None:
                torch.set_num_threads(threads)


def write(path: Path, outcome: Outcome, job: str) -> None:
    """Keep a result: arrays and a line of JSON, whole or not at all."""
    about = json.dumps({"job": job, "key": path.stem, "seconds": outcome.seconds, "parameters": outcome.parameters})
    arrays = {"forecast": outcome.forecast, "about": np.array(about)}
    if outcome.quantiles is not None:
        arrays["quantiles"] = outcome.quantiles
    write_file(path, packed(arrays))


def read(path: Path, shape: tuple[int, int] | None = None) -> Outcome:
    r"""Read a result that was kept.

    Args:
        path: The file.
        shape: Of the forecast, (O, horizon), if it is known.

    Raises:
        ValueError: The file holds something else, or the result of another job.
    """
    another = f"{path} is not the result of a backtest's job: delete it, and the job is done anew"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            quantiles = arrays.get("quantiles")
            outcome = Outcome(arrays["forecast"], quantiles, float(about["seconds"]), int(about["parameters"]))
            key, job = about["key"], about["job"]
            whole = bool(np.isfinite(outcome.forecast).all())
    except Exception as error:  # whatever a damaged file provokes: zip, json, numpy, memory
        raise ValueError(another) from error
    if key != path.stem:
        raise ValueError(
            f"{path} holds the result of another job ({job}): files were swapped or renamed; delete it, and the job is "
            "done anew"
        )
    if not whole or outcome.forecast.dtype != float or (shape is not None and outcome.forecast.shape != shape):
        raise ValueError(another)
    if quantiles is not None and (quantiles.ndim != 3 or quantiles.shape[:2] != outcome.forecast.shape):
        raise ValueError(another)
    return outcome
