r"""What is known beside the series itself: other measurements, and the future that a calendar gives away."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .masked import without_mask

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Covariates:
    r"""Columns that run beside a series, row t beside its step t.

    Args:
        past: (T, P), known only up to the present: measured temperature, another series. A forecast made at origin o
            may read rows before o.
        known: (T', K), known in advance: calendar, holidays, a schedule. A forecast at origin o may read
            rows before o + horizon, so T' may exceed the length of the series.
        past_names: P names.
        known_names: K names.

    Raises:
        ValueError: Not two axes, or another number of names than columns.

    Examples:
        >>> holidays = Covariates(known=np.array([[0.0], [1.0], [0.0]]), known_names=("holiday",))
        >>> holidays.columns
        (0, 1)
    """

    past: Array = field(default_factory=lambda: np.empty((0, 0)))
    known: Array = field(default_factory=lambda: np.empty((0, 0)))
    past_names: tuple[str, ...] = ()
    known_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("past", "known"):
            table = np.asarray(without_mask(getattr(self, name)), dtype=float)
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

    def check_rows(self, steps: int) -> None:
        r"""Make sure that every step of a series has its row.

        Args:
            steps: T, the length of the series.

        Raises:
            ValueError: A table has columns but fewer than T rows.
        """
        for name in ("past", "known"):
            table = getattr(self, name)
            if table.shape[1] and len(table) < steps:
                raise ValueError(
                    f"The {name} covariates have {len(table)} rows, the series has {steps} steps: row t belongs to "
                    "step t, so at least as many rows are needed."
                )

    def extended(self, steps: int, following: "Covariates") -> "Covariates":
        r"""Continue the columns in time.

        Args:
            steps: T, rows of these that count.
            following: Rows of the steps that follow. Known columns may be left away where these reach as far.

        Returns:
            The same columns, with more rows.

        Raises:
            ValueError: Other columns.
        """

        def longer(name: str, table: Array, more: Array) -> Array:
            if table.shape[1] != more.shape[1]:
                raise ValueError(
                    f"There are {table.shape[1]} {name} covariates, and {more.shape[1]} of the steps that follow: the "
                    "same columns are needed."
                )
            return np.concatenate([table[:steps], more]) if table.shape[1] else table

        past = longer("past", self.past, following.past)
        known = longer("known", self.known, following.known) if following.known.shape[1] else self.known
        return Covariates(past, known, self.past_names, self.known_names)

    def joined(self, other: "Covariates") -> "Covariates":
        r"""The columns of both, side by side: these first, then the other's.

        Args:
            other: Covariates of the same series.

        Returns:
            Past (T, P + P') and known (T, K + K').

        Raises:
            ValueError: Two tables to be put side by side have different numbers of rows, or a name occurs twice.
        """
        joined: dict[str, Array] = {}
        names: dict[str, tuple[str, ...]] = {}
        for name in ("past", "known"):
            tables = [t for t in (getattr(self, name), getattr(other, name)) if t.shape[1]]
            rows = [len(table) for table in tables]
            if len(set(rows)) > 1:
                raise ValueError(
                    f"The {name} covariates have {rows[0]} and {rows[1]} rows: give both the same steps (for a "
                    "calendar that reaches further, continue the other table or make it with fewer extra_steps)."
                )
            joined[name] = np.hstack(tables) if tables else np.empty((0, 0))
            names[name] = getattr(self, f"{name}_names") + getattr(other, f"{name}_names")
            twice = sorted({n for n in names[name] if names[name].count(n) > 1})
            if twice:
                raise ValueError(f"The {name} covariates of both are called {', '.join(twice)}: rename one of them.")
        return Covariates(joined["past"], joined["known"], names["past"], names["known"])
