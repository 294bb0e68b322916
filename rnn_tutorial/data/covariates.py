r"""What is known beside the series itself: other measurements, and the future that a calendar gives away."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Covariates:
    r"""Columns that run beside a series, row t beside its step t.

    Args:
        past: (T, P), known only up to the present: measured temperature, another series. A forecast made at origin o
            may read rows before o.
        known: (T', K), known in advance: calendar, holidays, a schedule. A forecast at origin o with horizon H may
            read rows before o + H, so T' may exceed the length of the series.
        past_names: P names.
        known_names: K names.

    Raises:
        ValueError: Not two axes, or another number of names than columns.
    """

    past: Array = field(default_factory=lambda: np.empty((0, 0)))
    known: Array = field(default_factory=lambda: np.empty((0, 0)))
    past_names: tuple[str, ...] = ()
    known_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("past", "known"):
            table = np.asarray(getattr(self, name), dtype=float)
            if table.ndim != 2:
                raise ValueError(f"{name} covariates should be (steps, columns), got shape {table.shape}")
            names = tuple(getattr(self, f"{name}_names")) or tuple(f"{name} {k}" for k in range(table.shape[1]))
            if len(names) != table.shape[1]:
                raise ValueError(f"{len(names)} names given for the {table.shape[1]} {name} covariates")
            object.__setattr__(self, name, table)
            object.__setattr__(self, f"{name}_names", names)

    @property
    def columns(self) -> tuple[int, int]:
        """How many past and known columns there are."""
        return self.past.shape[1], self.known.shape[1]
