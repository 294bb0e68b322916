r"""From frames to a folder with the next ones, pictures and a report."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from rnn_tutorial.cli.options import teller
from rnn_tutorial.cli.output import all_or_nothing
from rnn_tutorial.io import packed
from rnn_tutorial.training.progress import every_training_shown
from rnn_tutorial.video import FrameForecaster, Frames

from .judge import judge, simple_forecast
from .outcome import Outcome, said_time
from .pictures import save_beside, save_frames
from .plan import Parts, plan_for_loaded, plan_for_new, windows
from .report import page
from .request import FramesRequest
from .verdict import NETWORK, Verdict


def run(request: FramesRequest) -> str:
    r"""Do all that was asked for.

    Args:
        request: The options.

    Returns:
        What to print: the verdict, the table of errors, the files.

    Raises:
        ValueError, OSError, RuntimeError: Bad input; nothing was written.
    """
    request.check()
    try:
        with every_training_shown(not request.quiet):
            outcome = forecast(request)
    except KeyboardInterrupt:
        if request.checkpoint is not None:
            print(
                f"\nFinished epochs are in {request.checkpoint}: the same command goes on from there.", file=sys.stderr
            )
        raise
    request.check()  # again: that took a while
    with all_or_nothing(request.out) as (folder, _):
        _write(outcome, folder)
    return outcome.text()


def forecast(request: FramesRequest) -> Outcome:
    """Read, judge, fit on everything, forecast; nothing is written but checkpoints."""
    start, say = time.perf_counter(), teller(request.quiet)
    say(f"Reading {request.source}")
    loaded = None if request.load is None else FrameForecaster.load(request.load)
    frames = request.read(scale=None if loaded is None else loaded.scale)
    total, shape = len(frames.frames), tuple(frames.frames.shape[1:])
    say(f"{total:,} frames of {shape[1]} x {shape[2]} pixels" + (f", {shape[0]} channels" if shape[0] > 1 else ""))
    seen = frames
    if loaded is not None:
        _check_fits(loaded, frames, request)
        parts = plan_for_loaded(total, trained_until(loaded, frames), loaded.input_length, request.horizon)
        judged, network = loaded, loaded
    else:
        network = request.network()
        parts = plan_for_new(total, network.input_length, request.horizon)
        # What is judged later sets no scale either.
        seen = rescaled(frames, parts.train)
        say(f"Training on the first {parts.train:,} frames, to be judged on the others")
        judged = request.network().fit(seen.part(0, parts.train), checkpoint=_place(request, "judged"))
        say(f"Training on all {total:,} frames, for the forecast")
        network.fit(frames, checkpoint=_place(request, "all"))
    verdict, strips = None, {}
    sentence = (
        "Whether the saved network beats the simplest forecasts cannot be said: there are too few frames that it was "
        "not trained on."
    )
    if parts is not None:
        verdict = judge(judged, seen, parts, request.bounds(seen), say)
        verdict = replace(verdict, unit=request.unit or frames.unit)
        sentence = verdict.sentence()
        strips = _strips(judged, seen, parts, verdict, request)
    name = verdict.rival if verdict is not None else "persistence"
    bounds = request.bounds(frames)
    ahead = network.predict(frames.frames[None])[0].clamp(*bounds)
    simple = simple_forecast(name, frames.frames, request.horizon, verdict.blurs if verdict else {}).clamp(*bounds)
    notes = [note for note in (uneven(frames), verdict.warning() if verdict is not None else "") if note]
    for note in notes:
        say(f"Warning: {note}")
    return Outcome(
        request, frames, network, ahead, (name, simple), parts, verdict, strips, sentence, notes,
        time.perf_counter() - start,
    )  # fmt: skip


def trained_until(network: FrameForecaster, frames: Frames) -> int:
    """Return how many frames from the beginning the network was trained on: those up to its last, if that is there."""
    last = network.scale.frames[-1]
    same = [k for k, frame in enumerate(frames.frames) if torch.allclose(frame, last, rtol=1e-4, atol=1e-5)]
    return same[-1] + 1 if same else 0


def rescaled(frames: Frames, train: int) -> Frames:
    """Scale frames by so many from the beginning, to judge as if nothing were known of the others."""
    known = frames.frames[:train].double()
    low, high = known.min().item(), known.max().item()
    if low == high:
        raise ValueError(f"All values of the first {train} frames are equal: there is nothing to learn.")
    scaled = ((frames.frames.double() - low) / (high - low)).float()
    back = frames.low + (frames.high - frames.low) * torch.tensor([low, high]).double()
    return frames._replace(frames=scaled, low=back[0].item(), high=back[1].item())


def uneven(frames: Frames) -> str:
    """Say that frames are missing in between, if their dates show it: a window across a gap is no window."""
    if frames.times is None or len(frames.times) < 3:
        return ""
    steps = np.diff(frames.times).astype(np.float64)
    longer = int((steps > 1.5 * np.median(steps)).sum())
    if not longer:
        return ""
    where = said_time(frames.times[int(np.argmax(steps))])
    return (
        f"{longer} of {len(steps)} steps between frames are longer than usual, the longest after {where}: frames are "
        "missing there, and windows go across the gaps as if there were none."
    )


def _check_fits(network: FrameForecaster, frames: Frames, request: FramesRequest) -> None:
    if network.horizon != request.horizon:
        raise ValueError(
            f"{request.load} was trained for a horizon of {network.horizon} frames, but --horizon says "
            f"{request.horizon}."
        )
    was, now = tuple(network.scale.frames.shape[1:]), tuple(frames.frames.shape[1:])
    if was != now:
        raise ValueError(
            f"{request.load} was trained on frames of (channels, rows, columns) {was}, and these are {now}."
        )
    if len(frames.frames) < network.input_length:
        raise ValueError(f"{request.load} reads {network.input_length} frames, and there are {len(frames.frames)}.")


def _place(request: FramesRequest, name: str) -> str | None:
    return None if request.checkpoint is None else str(request.checkpoint / name)


def _strips(
    network: FrameForecaster, frames: Frames, parts: Parts, verdict: Verdict, request: FramesRequest
) -> dict[str, torch.Tensor]:
    """The last window: what was seen, and then the truth, the forecast, and the best that learns nothing."""
    past, truth = windows(frames.frames, parts.origins[-1:], network.input_length, network.horizon)
    bounds = request.bounds(frames)
    simple = simple_forecast(verdict.rival, past[0], network.horizon, verdict.blurs).clamp(*bounds)
    videos = {"truth": truth[0], NETWORK: network.predict(past)[0].clamp(*bounds), verdict.rival: simple}
    return {name: torch.cat([past[0], video]) for name, video in videos.items()}


def _write(outcome: Outcome, folder: Path) -> None:
    names = [outcome.picture(k + 1) for k in range(outcome.request.horizon)]
    save_frames(folder, names, outcome.forecast)
    (folder / "forecast.npz").write_bytes(packed(outcome.arrays()))
    outcome.network.save(folder / "model.safetensors")
    moving = None
    if outcome.verdict is not None:
        table = outcome.verdict.long_table().to_csv(index=False, lineterminator="\n")
        (folder / "errors.csv").write_text(table, encoding="utf-8")
        save_beside(folder / "beside.gif", outcome.strips)
        moving = (folder / "beside.gif").read_bytes()
    ahead = [(folder / name).read_bytes() for name in names]
    (folder / "report.html").write_text(page(outcome, moving, ahead), encoding="utf-8")
