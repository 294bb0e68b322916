r"""What the judging showed, in numbers and words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pandas as pd

from rnn_tutorial.cli.wording import chance, verb
from rnn_tutorial.forecasting.evaluation.comparison import diebold_mariano
from rnn_tutorial.forecasting.wrappers.best import SIGNIFICANT

Array = npt.NDArray[np.float64]
NETWORK, REFERENCE = "ConvLSTM", "persistence"
MOST_LEADS = 8


@dataclass(frozen=True)
class Verdict:
    r"""Errors of all forecasts at the same origins.

    Args:
        errors: Mean squared error of each origin at each lead, (N, horizon), in the squared unit of the values.
        similarities: SSIM of each lead; empty for frames that are too small.
        blurs: Pixels by which a forecast is blurred at each lead.
        stride: Frames between origins.
        left_out: Methods that could not be asked, with the reason.
        unit: Of the values.
    """

    errors: Mapping[str, Array]
    similarities: Mapping[str, list[float]]
    blurs: Mapping[str, list[float]]
    stride: int
    left_out: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""

    @property
    def horizon(self) -> int:
        """Leads."""
        return self.errors[NETWORK].shape[1]

    @property
    def origins(self) -> int:
        """How often each was asked."""
        return len(self.errors[NETWORK])

    @cached_property
    def rival(self) -> str:
        """What learns nothing and has the smallest error here: a choice in its favour, and so not in the network's."""
        simple = [name for name in self.errors if name != NETWORK]
        return min(simple, key=self.error)

    def error(self, name: str) -> float:
        """Root of the mean squared error over all leads."""
        return float(np.sqrt(self.errors[name].mean()))

    def by_lead(self, name: str) -> list[float]:
        """Root of the mean squared error at each lead."""
        roots: list[float] = np.sqrt(self.errors[name].mean(axis=0)).tolist()
        return roots

    @property
    def saved(self) -> float:
        """Share of the rival's error that the network saves, negative if it adds to it."""
        ours, theirs = self.error(NETWORK), self.error(self.rival)
        return 1 - ours / theirs if theirs else (0.0 if ours == 0 else -np.inf)

    @property
    def won(self) -> bool:
        """Whether the network has the smaller error and the difference is more than chance."""
        return self.saved > 0 and self._p < SIGNIFICANT

    def sentence(self) -> str:
        """Say all of it in one sentence."""
        leads = f"{self.horizon} frame{'s' * (self.horizon > 1)}"
        origins = f"{self.origins} origin{'s' * (self.origins > 1)}"
        beat = verb(self.saved, self._p)
        found = (
            f"{NETWORK} {beat} {self.rival}, the best forecast here that learns nothing: its error (root mean square) "
            f"over {leads} ahead from {origins} was {self.said(self.error(NETWORK))} against "
        )
        if self.error(self.rival) == 0:
            return f"{found}none: nothing can be better."
        more = f"{abs(self.saved):.1%} {'less' if self.saved > 0 else 'more'}"
        return f"{found}{self.said(self.error(self.rival))}, {more}{self._chance()}."

    def warning(self) -> str:
        """Say which forecast to take where it is not the network's."""
        if self.saved > 0:
            return ""
        held = (
            "forecast.npz holds its frames as 'simple'. More frames or --epochs may help the network, or they may not."
        )
        if self._p < SIGNIFICANT:
            return f"The better forecast here, by more than chance, is {self.rival}, which learns nothing: {held}"
        return f"The smaller error here is that of {self.rival}, which learns nothing: {held}"

    def leads(self) -> str:
        """Say who has the smallest error at which leads."""
        table = {name: self.by_lead(name) for name in self.errors}
        best = [min(table, key=lambda name: table[name][k]) for k in range(self.horizon)]
        runs = []
        for name, group in groupby(range(self.horizon), key=lambda k: best[k]):
            at = [k + 1 for k in group]
            span = f"lead {at[0]}" if len(at) == 1 else f"leads {at[0]} to {at[-1]}"
            runs.append(f"{name} at {span}")
        return f"Smallest error: {'; '.join(runs)}."

    def skill(self, name: str) -> float:
        """Share of persistence's squared error that is saved."""
        reference = self.errors[REFERENCE].mean()
        return float(1 - self.errors[name].mean() / reference) if reference else float("nan")

    def table(self) -> pd.DataFrame:
        """The errors as text, the best forecast first."""
        every = max(1, -(-self.horizon // MOST_LEADS))
        shown = sorted({*range(0, self.horizon, every), self.horizon - 1})
        rows = {}
        for name in sorted(self.errors, key=self.error):
            by_lead = self.by_lead(name)
            row = {f"lead {k + 1}": f"{by_lead[k]:.4g}" for k in shown}
            row |= {"all leads": f"{self.error(name):.4g}", "skill": f"{self.skill(name):+.2f}"}
            if self.similarities:
                row["SSIM"] = f"{np.mean(self.similarities[name]):.3f}"
            rows[name] = row
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(columns="error")

    def long_table(self) -> pd.DataFrame:
        """A row for each forecast and lead."""
        rows = [
            {
                "forecast": name,
                "lead": k + 1,
                "rmse": root,
                "ssim": self.similarities[name][k] if self.similarities else float("nan"),
                "blur": self.blurs[name][k] if name in self.blurs else 0.0,
            }
            for name in self.errors
            for k, root in enumerate(self.by_lead(name))
        ]
        return pd.DataFrame(rows)

    def said(self, size: float) -> str:
        """A size with its unit."""
        return f"{size:.4g} {self.unit}".rstrip()

    @cached_property
    def _p(self) -> float:
        ours, theirs = (self.errors[name].mean(axis=1) for name in (NETWORK, self.rival))
        try:
            return float(diebold_mariano(ours, theirs, self.horizon, self.stride).p_value)
        except ValueError:  # fewer origins than a horizon has frames
            return float("nan")

    def _chance(self) -> str:
        enough = self.origins > -(-self.horizon // self.stride)
        why = "the errors depend on each other too much" if enough else f"too few origins: {self.origins}"
        return chance(self._p, why)
