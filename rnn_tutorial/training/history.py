r"""What a training run leaves behind: one row per epoch, and the ways to look at it."""

import html
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_tutorial.io import write_atomically

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Row = dict[str, float]
FIXED = ("epoch", "train_loss", "valid_loss", "lr", "seconds")
NEEDED = ("epoch", "train_loss")
HIGHER_IS_BETTER = ("accuracy", "precision", "recall", "f1", "auc", "r2")
FORMAT = "rnn_tutorial.History/1"


@dataclass(repr=False)
class History:
    r"""The rows of a training run.

    Args:
        rows: One dictionary per finished epoch: ``epoch`` (from 1), ``train_loss``, ``valid_loss`` and the metrics
            if there was a validation set, ``lr`` (of the epoch's last step) and ``seconds``.
        stopped: Why the run ended: ``"finished"``, ``"patience"`` or ``"interrupted"``; ``"running"`` before that.
        threads: That computed it on a CPU, see ``rnn_tutorial.threads``; ``None`` elsewhere, and it is not saved.

    Examples:
        >>> history = History([{"epoch": 1, "train_loss": 0.9}, {"epoch": 2, "train_loss": 0.4}])
        >>> history.best()["epoch"]
        2
    """

    rows: list[Row] = field(default_factory=list)
    stopped: str = "running"
    threads: int | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def metrics(self) -> list[str]:
        """Names of the validation metrics, without the loss."""
        return [name for name in (self.rows[0] if self.rows else ()) if name not in FIXED]

    def best(self, key: str = "valid_loss", *, highest: bool | None = None) -> Row:
        r"""Return the row of the best epoch, the first one if several are equal.

        Args:
            key: A column. ``"valid_loss"`` falls back to ``"train_loss"`` if there was no validation set.
            highest: Whether more is better. ``None``: yes for accuracy, precision, recall, f1, auc and r2, no for
                everything else.

        Raises:
            ValueError: No epoch has finished.
            KeyError: There is no such column.

        """
        if not self.rows:
            raise ValueError("The history is empty: no epoch has finished yet.")
        if key == "valid_loss" and key not in self.rows[0]:
            key = "train_loss"
        if key not in self.rows[0]:
            raise KeyError(f"There is no column {key!r} in the history; it has {', '.join(self.rows[0])}.")
        if highest is None:
            highest = key in HIGHER_IS_BETTER
        return (max if highest else min)(self.rows, key=lambda row: row[key])

    def to_frame(self) -> "pd.DataFrame":
        """Return the rows as a table, one line an epoch."""
        import pandas as pd

        return pd.DataFrame(self.rows)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        r"""Draw the loss over the epochs and, if there are any, the metrics.

        Args:
            ax: Axes to draw in; the metrics then share it with a second scale on the right. ``None``: a new figure,
                in which the metrics have a panel of their own.

        Returns:
            The axes of the loss.

        Raises:
            ValueError: No epoch has finished.

        """
        from .curves import draw

        return draw(self.rows, self.metrics, int(self.best()["epoch"]), ax)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the history to ``path`` as JSON; the file appears whole or not at all."""
        content = {"format": FORMAT, "stopped": self.stopped, "rows": self.rows}
        write_atomically(Path(path), json.dumps(content, indent=1))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "History":
        r"""Read what ``save`` wrote.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: The file is not a saved history.

        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise ValueError(f"its format is {content['format']!r}, expected {FORMAT!r}")
            rows = [dict(row.items()) for row in content["rows"]]
            if not all(_is_number(value) for row in rows for value in row.values()):
                raise ValueError("a row holds something that is not a number")
            if any(row.keys() != rows[0].keys() or not row.keys() >= {*NEEDED} for row in rows):
                raise ValueError(f"its rows should have the same columns, {' and '.join(NEEDED)} among them")
            return cls(rows, str(content["stopped"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise ValueError(f"{path} is not a history saved by History.save ({reason}).") from error

    def summary(self) -> str:
        """One line: epochs, time, last losses, the best epoch."""
        if not self.rows:
            return "no finished epoch"
        last, best = self.rows[-1], self.best()
        parts = [f"train loss {last['train_loss']:.4g}"]
        parts += [f"valid loss {last['valid_loss']:.4g}"] if "valid_loss" in last else []
        parts += [f"{name} {last[name]:.4g}" for name in self.metrics]
        took = f" in {sum(row['seconds'] for row in self.rows):.1f} s" if "seconds" in last else ""
        on = f" on {self.threads} thread{'s' * (self.threads > 1)}" if self.threads else ""
        line = f"{len(self)} epoch{'s' * (len(self) > 1)}{took}{on}: {', '.join(parts)}"
        if "valid_loss" in last and best is not last:
            line += f"; lowest valid loss {best['valid_loss']:.4g} at epoch {best['epoch']:.0f}"
        return line + {"patience": " (stopped early)", "interrupted": " (interrupted)"}.get(self.stopped, "")

    def __repr__(self) -> str:
        return f"History({self.summary()})"

    def _repr_html_(self) -> str:
        # No colours of our own: the page's theme, light or dark, decides.
        import pandas as pd

        with pd.option_context("display.html.use_mathjax", False):  # a $ in a name is a $
            table = self.to_frame().to_html(index=False, border=0, max_rows=12, float_format=lambda v: f"{v:.4g}")
        return f"{table}<p>{html.escape(self.summary())}</p>"


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) <= sys.float_info.max  # JSON has integers of any length
