r"""Is the network better than what learns nothing? All are asked at the same origins."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec

import torch
from torch import Tensor

from rnn_tutorial.video import (
    FrameForecaster,
    Frames,
    best_blur,
    blurred,
    flow_forecast,
    persistence,
    same_shift,
    ssim_by_lead,
)
from rnn_tutorial.video.scores import WINDOW

from .plan import Parts, windows
from .verdict import NETWORK, Verdict

Method = Callable[[Tensor, int], Tensor]
FLOW = "optical flow"


def simple_methods() -> tuple[dict[str, Method], dict[str, str]]:
    """Return the forecasts that learn nothing, and why one is left out."""
    methods: dict[str, Method] = {"persistence": persistence, "same shift": same_shift}
    if find_spec("skimage") is None:
        return methods, {FLOW: "scikit-image is not installed: the extra video brings it"}
    return methods | {FLOW: flow_forecast}, {}


def judge(
    network: FrameForecaster, frames: Frames, parts: Parts, bounds: tuple[float, float], say: Callable[[str], None]
) -> Verdict:
    r"""Forecast from each origin by the network and by all that learns nothing, sharp and blurred.

    Args:
        network: Fitted on frames before the origins.
        frames: All of them.
        parts: How they are cut.
        bounds: Between which all forecasts lie.
        say: Told what is being done.
    """
    past, truth = windows(frames.frames, parts.origins, network.input_length, network.horizon)
    methods, left_out = simple_methods()
    say(f"Judging ConvLSTM, {', '.join(methods)} at {len(parts.origins)} origins")
    forecasts: dict[str, Tensor] = {NETWORK: network.predict(past).clamp(*bounds)}
    blurs: dict[str, list[float]] = {}
    for name, method in methods.items():
        sharp = method(past, network.horizon)
        forecasts[name] = sharp.clamp(*bounds)
        soft = f"{name}, blurred"
        blurs[soft] = blur_of(method, frames, parts, network)
        forecasts[soft] = blurred(sharp, blurs[soft]).clamp(*bounds)
    width = frames.high - frames.low
    errors = {name: _errors(forecast, truth) * width**2 for name, forecast in forecasts.items()}
    return Verdict(
        {name: error.double().numpy() for name, error in errors.items()},
        _similarities(forecasts, truth),
        blurs,
        parts.stride,
        left_out,
    )


def blur_of(method: Method, frames: Frames, parts: Parts, network: FrameForecaster) -> list[float]:
    """Return the best blur at each lead, in pixels, of a method's forecasts within the training frames."""
    past, truth = windows(frames.frames, parts.blur_origins, network.input_length, network.horizon)
    return best_blur(method(past, network.horizon), truth)


def simple_forecast(name: str, frames: Tensor, horizon: int, blurs: Mapping[str, list[float]]) -> Tensor:
    """(T, C, H, W) → what a method that learns nothing says of the frames after them, (horizon, C, H, W)."""
    method = simple_methods()[0][name.removesuffix(", blurred")]
    sharp = method(frames[None], horizon)
    return (blurred(sharp, blurs[name]) if name in blurs else sharp)[0]


def _errors(forecast: Tensor, truth: Tensor) -> Tensor:
    """Mean squared error of each origin at each lead, (N, horizon)."""
    return (forecast - truth).square().mean(dim=(2, 3, 4))


def _similarities(forecasts: Mapping[str, Tensor], truth: Tensor) -> dict[str, list[float]]:
    """Structural similarity at each lead; of frames smaller than its window there is none."""
    if min(truth.shape[-2:]) < WINDOW:
        return {}
    return {name: ssim_by_lead(torch.nan_to_num(forecast), truth).tolist() for name, forecast in forecasts.items()}
