r"""What the user of ``rnn-tutorial forecast`` asked for, checked before anything takes time."""

from dataclasses import dataclass
from pathlib import Path

from rnn_tutorial.data import Series, read_series
from rnn_tutorial.data.read import Fill

from .output import check_folder, check_model_file


@dataclass(frozen=True)
class Request:
    """The options of the command, as ``--help`` explains them."""

    file: Path
    time: str
    target: str
    horizon: int
    model: str = "lstm"
    baselines: bool = False
    past: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    seasons: tuple[int, ...] = ()
    level: float = 0.9
    epochs: int = 15
    seed: int = 0
    seeds: int = 1
    out: Path = Path("forecast")
    force: bool = False
    save: Path | None = None
    load: Path | None = None
    quiet: bool = False
    unit: str = ""
    fill: str = "refuse"
    sort: bool = False
    frequency: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    date_format: str | None = None
    timezone: str | None = None

    def check(self) -> None:
        r"""Refuse what can be refused without reading the file.

        Raises:
            ValueError: A number out of range, or options that exclude each other.
            FileExistsError, FileNotFoundError, NotADirectoryError: Files that are in the way or missing.
        """
        for name, least in (("horizon", 1), ("epochs", 1), ("seed", 0), ("seeds", 1)):
            if (value := getattr(self, name)) < least:
                raise ValueError(f"--{name} should be {least} or more, not {value}.")
        if not 0 < self.level < 1:
            raise ValueError(
                f"--level is the share of values that the interval is to hold, e.g. 0.9, not {self.level:g}."
            )
        if any(season < 2 for season in self.seasons):
            raise ValueError(f"--season counts steps, 2 or more, not {min(self.seasons)}.")
        if self.fill not in ("refuse", "interpolate"):
            raise ValueError(f"--fill is refuse or interpolate, not {self.fill!r}.")
        if self.decimal not in (None, ".", ","):
            raise ValueError(f"--decimal is . or , not {self.decimal!r}.")
        if self.load is not None:
            if self.seeds > 1 or self.save is not None:
                raise ValueError("--load takes a network as it was saved: leave out --seeds and --save.")
            if not self.load.is_file():
                raise FileNotFoundError(f"There is no saved model {self.load}.")
        if self.save is not None:
            if self.seeds > 1:
                raise ValueError("--save keeps one network: leave out --seeds.")
            check_model_file(self.save, self.force)
        check_folder(self.out, self.force)

    def read(self) -> Series:
        """Read the file, see ``read_series``."""
        fill: Fill = "interpolate" if self.fill == "interpolate" else "refuse"
        return read_series(
            self.file,
            self.time,
            self.target,
            past=self.past,
            known=self.known,
            frequency=self.frequency,
            fill=fill,
            unit=self.unit,
            sort=self.sort,
            delimiter="\t" if self.delimiter in ("tab", "\\t") else self.delimiter,
            decimal="," if self.decimal == "," else "." if self.decimal == "." else None,
            date_format=self.date_format,
            timezone=self.timezone,
        )
