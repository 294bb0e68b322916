r"""What the user of ``rnn-tutorial frames`` asked for, checked before anything takes time."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rnn_tutorial.cli.checks import check_as_saved, check_bounds, check_choice, check_least
from rnn_tutorial.cli.output import check_folder
from rnn_tutorial.validate import one_of
from rnn_tutorial.video import FrameForecaster, Frames, load_frames
from rnn_tutorial.video.gaps import Fill
from rnn_tutorial.video.pictures import COLOURS

OURS = ("forecast.npz", "forecast-*.png", "errors.csv", "beside.gif", "report.html", "model.safetensors")
"""Files of results, which ``--force`` may replace; ``*`` is the number of a frame."""
OF_A_NEW_NETWORK = ("input_length", "hidden", "kernel", "patch", "stride", "epochs")
LEAST = {"horizon": 1, "input_length": 1, "hidden": 1, "kernel": 1, "patch": 1, "epochs": 1, "stride": 1, "seed": 0}


@dataclass(frozen=True)
class FramesRequest:
    """The options of the command, as ``--help`` explains them."""

    source: Path
    horizon: int
    input_length: int | None = None
    variable: str | None = None
    time: str | None = None
    fill: str = "refuse"
    colours: str = "refuse"
    lower: float | None = None
    upper: float | None = None
    hidden: int = 16
    kernel: int = 3
    patch: int | None = None
    epochs: int = 20
    stride: int = 1
    seed: int = 0
    out: Path = Path("frames-forecast")
    force: bool = False
    load: Path | None = None
    checkpoint: Path | None = None
    unit: str = ""
    quiet: bool = False

    def check(self) -> None:
        r"""Refuse what can be refused without reading the frames.

        Raises:
            ValueError: A number out of range, or options that exclude each other.
            FileExistsError, FileNotFoundError, NotADirectoryError: Files that are in the way or missing.
        """
        check_least(self, LEAST)
        if self.kernel % 2 == 0:
            raise ValueError(f"--kernel should be odd, so that it has a middle, not {self.kernel}.")
        check_bounds(self.lower, self.upper)
        check_choice("colours", self.colours, COLOURS)
        self._fill()
        if not self.source.exists():
            raise FileNotFoundError(f"There is no {self.source}.")
        if self.load is not None:
            new = [name for name in OF_A_NEW_NETWORK if getattr(self, name) != getattr(type(self), name)]
            check_as_saved(self.load, new + ["checkpoint"] * (self.checkpoint is not None))
        check_folder(self.out, self.force, OURS)
        for name, inside in (("IN", self.source), ("--checkpoint", self.checkpoint)):
            if inside is not None and self.out.absolute() in (inside.absolute(), *inside.absolute().parents):
                raise ValueError(f"{name} lies in the folder of the results, {self.out}: name another by --out.")

    def _fill(self) -> Fill:
        if self.fill in ("refuse", "interpolate"):
            return cast(Fill, self.fill)
        try:
            number = float(self.fill)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"--fill is refuse, interpolate or a number, not {self.fill!r}.")
        return number

    def read(self, scale: Frames | None = None) -> Frames:
        """Read the frames, scaled by themselves or as those of a saved network were."""
        low, high = (None, None) if scale is None else (scale.low, scale.high)
        return load_frames(self.source, low=low, high=high, **self.reading())

    def reading(self) -> dict[str, Any]:
        """Arguments of ``load_frames`` that were asked for."""
        asked: dict[str, Any] = {
            "variable": self.variable,
            "time": self.time,
            "fill": self._fill(),
            "colours": one_of("colours", self.colours, COLOURS),
        }
        usual = {"variable": None, "time": None, "fill": "refuse", "colours": "refuse"}
        return {name: value for name, value in asked.items() if value != usual[name]}

    def network(self) -> FrameForecaster:
        """Return an unfitted network."""
        return FrameForecaster(**self.of_network())

    def of_network(self) -> dict[str, Any]:
        """Arguments of ``FrameForecaster``."""
        asked = {
            "horizon": self.horizon,
            "input_length": self.input_length,
            "hidden_channels": self.hidden,
            "kernel_size": self.kernel,
            "patch_size": self.patch,
            "epochs": self.epochs,
            "stride": self.stride,
            "seed": self.seed,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def bounds(self, scale: Frames) -> tuple[float, float]:
        """Between which all that is forecast lies, as scaled."""
        ends = (-math.inf if self.lower is None else self.lower, math.inf if self.upper is None else self.upper)
        low, high = ((end - scale.low) / (scale.high - scale.low) for end in ends)
        return low, high
