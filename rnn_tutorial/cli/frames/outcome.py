r"""What was found out about frames, in words, arrays and tables."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from torch import Tensor

from rnn_tutorial.video import FrameForecaster, Frames

from .plan import Parts
from .request import FramesRequest
from .verdict import NETWORK, Verdict

REGULAR = 0.01
"""Share by which steps of time may differ and still be called equal."""


@dataclass(frozen=True)
class Outcome:
    r"""All that is written down.

    Args:
        request: What was asked for.
        frames: What was read.
        network: Fitted on all frames, or loaded.
        forecast: The next frames, (horizon, C, H, W), in [0, 1].
        simple: The same by what learns nothing and is best, and its name.
        parts: How frames were cut for judging; None if they were too few.
        verdict: Of the judging; None without.
        strips: Videos to look at, the last window of the judging: truth, forecast and the best that learns nothing.
        sentence: The verdict, or why there is none.
        notes: What else to know, a sentence each.
        seconds: All of it took.
    """

    request: FramesRequest
    frames: Frames
    network: FrameForecaster
    forecast: Tensor
    simple: tuple[str, Tensor]
    parts: Parts | None
    verdict: Verdict | None
    strips: dict[str, Tensor]
    sentence: str
    notes: list[str]
    seconds: float

    @property
    def unit(self) -> str:
        """Of the values."""
        return self.request.unit or self.frames.unit

    @property
    def files(self) -> list[str]:
        """Names of all that is written, without those of the single frames."""
        judged = ["errors.csv", "beside.gif"] if self.verdict is not None else []
        return ["report.html", "forecast.npz", self.picture(1), *judged, "model.safetensors"]

    def picture(self, lead: int) -> str:
        """File name of the picture of a forecast frame."""
        return f"forecast-{lead:0{len(str(self.request.horizon))}d}.png"

    def text(self) -> str:
        """What is printed: the verdict, the table of errors, the files."""
        lines = [self.sentence, *self.notes]
        if self.verdict is not None:
            lines += [self.verdict.leads(), "", self.verdict.table().to_string(), ""]
        written = [str(self.request.out / name) for name in self.files]
        if self.request.horizon > 1:
            written[2] += f" … {self.picture(self.request.horizon)}"
        return "\n".join([*lines, *written])

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What ``forecast.npz`` holds, in the unit of the frames that were read."""
        name, simple = self.simple
        found: dict[str, npt.NDArray[Any]] = {
            "frames": self._back(self.forecast),
            "simple": self._back(simple),
            "simple_name": np.array(name),
            "unit": np.array(self.unit),
        }
        times = self.times()
        return found if times is None else found | {"times": times}

    def times(self) -> npt.NDArray[Any] | None:
        """When the frames ahead are, if those that were read have dates at equal steps."""
        when = self.frames.times
        if when is None or when.dtype.kind != "M" or len(when) < 2:
            return None
        steps = np.diff(when)
        step = np.median(steps.astype("timedelta64[ns]").astype(np.int64))
        if (np.abs(steps.astype("timedelta64[ns]").astype(np.int64) - step) > REGULAR * step).any():
            return None
        ahead: npt.NDArray[Any] = when[-1] + np.arange(1, self.request.horizon + 1) * np.timedelta64(int(step), "ns")
        return ahead

    def paragraphs(self) -> list[str]:
        """What the report says besides the verdict."""
        verdict, parts = self.verdict, self.parts
        if verdict is None or parts is None:
            return self.notes
        reads, horizon = self.network.input_length, self.request.horizon
        total = len(self.frames.frames)
        return [
            *self.notes,
            verdict.leads(),
            f"How it was judged: the first {parts.train:,} of {total:,} frames are for learning, those after them for "
            f"judging. Each forecast was asked at {verdict.origins} origins: it had {reads} frames before the origin, "
            f"and its {horizon} frames were compared with what came. The squared error rewards blur, so each simple "
            "forecast may blur as well, at each lead by as much as was best on the frames for learning. The simple "
            "forecast that the network is held against is the best of them at these very origins. Skill is the share "
            "of persistence's squared error that is saved: 1 is perfect, 0 as good as the last frame again. One "
            "network was judged, of one seed: another --seed gives somewhat other numbers.",
            *[f"Left out: {name}, because {reason}" for name, reason in verdict.left_out.items()],
        ]

    def settings(self) -> dict[str, object]:
        """Of this run."""
        request, network, frames = self.request, self.network, self.frames
        channels, rows, columns = frames.frames.shape[1:]
        ends = (("from", request.lower), ("to", request.upper))
        found: dict[str, object] = {
            "frames": f"{len(frames.frames):,} of {request.source.name}, {rows} x {columns} pixels"
            + (f", {channels} channels" if channels > 1 else ""),
            "values": f"{frames.low:.6g} to {frames.high:.6g} {self.unit}".rstrip() + " became 0 to 1",
            "times": "" if frames.times is None else f"{said_time(frames.times[0])} to {said_time(frames.times[-1])}",
            "missing values": "" if request.fill == "refuse" else request.fill,
            "bounds": " ".join(f"{word} {end:g}" for word, end in ends if end is not None),
            "method": f"{NETWORK} encoder-forecaster, {network.parameters:,} parameters",
            "horizon": f"{request.horizon} frames",
            "input length": f"{network.input_length} frames",
        }
        if request.load is not None:
            found["loaded from"] = request.load.name
        else:
            found |= {"hidden": request.hidden, "kernel": request.kernel, "patch": network.network.patch_size}
            found |= {"epochs": request.epochs, "stride": request.stride, "seed": request.seed}
        found["seconds in all"] = f"{self.seconds:.1f}"
        return {name: value for name, value in found.items() if value != ""}

    def program(self) -> str:
        """The same in Python."""
        request = self.request
        source = [repr(str(request.source)), *_said(request.reading())]
        if request.load is not None:
            source += _said({"low": self.frames.low, "high": self.frames.high})
            model = _call("rv.FrameForecaster.load", [repr(str(request.load))])
        else:
            model = _call("rv.FrameForecaster", _said(request.of_network())) + ".fit(frames)"
        lines = [
            "from rnn_tutorial import video as rv",
            "",
            f"frames = {_call('rv.load_frames', source)}",
            f"model = {model}",
            "ahead = model.predict(frames.frames[None])[0]",
        ]
        if ends := _said({"min": request.lower, "max": request.upper}):
            lines.append(f"forecast = frames.back(ahead.double()).clamp({', '.join(ends)}).numpy()")
        else:
            lines.append("forecast = frames.back(ahead.double()).numpy()")
        return "\n".join(lines)

    def _back(self, scaled: Tensor) -> npt.NDArray[np.float64]:
        values: npt.NDArray[np.float64] = self.frames.back(scaled.double()).numpy()
        return values


def said_time(time: Any) -> str:
    """A date without the zeros behind it, or a number of another calendar as it is."""
    return str(pd.Timestamp(time)) if isinstance(time, np.datetime64) else str(time)


def _said(arguments: dict[str, Any]) -> list[str]:
    return [f"{name}={value!r}" for name, value in arguments.items() if value is not None]


def _call(name: str, arguments: list[str]) -> str:
    line = f"{name}({', '.join(arguments)})"
    return line if len(line) < 70 else "\n    ".join([f"{name}(", *(f"{one}," for one in arguments)]) + "\n)"
