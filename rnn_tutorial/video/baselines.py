r"""Forecasts of frames that learn nothing: repeat the last, shift it once more, carry it along its flow, blur it."""

import math
from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from rnn_tutorial import extras
from rnn_tutorial.validate import one_of, whole

from .frames import of_videos
from .scores import mse_by_lead, smoothed

__all__ = ["best_blur", "blurred", "flow_forecast", "persistence", "same_shift"]

SIGMAS = (0.0, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
"""Blurs that are tried, in pixels."""


def persistence(frames: Tensor, ahead: int) -> Tensor:
    r"""Repeat the last frame: (N, T, C, H, W) → (N, ahead, C, H, W).

    Raises:
        TypeError: ``ahead`` is no whole number.
        ValueError: ``frames`` are no videos, or ``ahead`` is below 1.

    Examples:
        >>> persistence(torch.rand(2, 5, 1, 16, 16), ahead=3).shape
        torch.Size([2, 3, 1, 16, 16])
    """
    of_videos(frames)
    return frames[:, -1:].expand(-1, whole("ahead", ahead), -1, -1, -1).clone()


def same_shift(frames: Tensor, ahead: int) -> Tensor:
    r"""Move the last frame on as the frame before it had to be moved to become the last: one shift for all pixels.

    The shift :math:`d` is the whole number of rows and columns with the least squared error
    :math:`\sum_p (x_T(p) - x_{T-1}(p - d))^2`, edges joined. For all shifts together that is the largest value of
    their cross-correlation, one product of Fourier transforms. The forecast of lead k is the last frame shifted by
    :math:`k\,d`; what leaves the frame is lost, and what comes in is 0.

    Args:
        frames: (N, T, C, H, W) with T ≥ 2; the last two are used. All channels of a video share its shift.
        ahead: Frames to forecast.

    Returns:
        (N, ahead, C, H, W).

    Raises:
        TypeError: ``ahead`` is no whole number.
        ValueError: Fewer than two frames, no videos, or ``ahead`` below 1.

    Examples:
        >>> frames = torch.zeros(1, 2, 1, 1, 5)
        >>> frames[0, 0, 0, 0, 0] = frames[0, 1, 0, 0, 1] = 1  # one pixel to the right
        >>> same_shift(frames, ahead=2)[0, :, 0, 0]
        tensor([[0., 0., 1., 0., 0.],
                [0., 0., 0., 1., 0.]])
    """
    of_videos(frames, least=2)
    leads = torch.arange(1, whole("ahead", ahead) + 1, device=frames.device)
    before, now = frames[:, -2], frames[:, -1]
    height, width = now.shape[-2:]
    # Σ_p (now(p) - before(p - d))² = const - 2 Σ_p now(p) before(p - d): the least error is the largest correlation.
    spectrum = torch.fft.rfft2(now) * torch.fft.rfft2(before).conj()
    correlation = torch.fft.irfft2(spectrum, s=(height, width)).sum(dim=1)
    best = correlation.flatten(1).argmax(dim=1)
    down, right = _signed(best // width, height), _signed(best % width, width)
    rows, inside_rows = _sources(down, leads, height)
    columns, inside_columns = _sources(right, leads, width)
    last = now[:, None].expand(-1, len(leads), -1, -1, -1)
    moved = last.gather(-2, rows[:, :, None, :, None].expand_as(last))
    moved = moved.gather(-1, columns[:, :, None, None, :].expand_as(last))
    return moved * (inside_rows[:, :, None, :, None] & inside_columns[:, :, None, None, :])


def flow_forecast(frames: Tensor, ahead: int, method: Literal["tvl1", "ilk"] = "tvl1") -> Tensor:
    r"""Carry the last frame along the optical flow between the last two: a motion of its own for every pixel.

    The flow :math:`v` says from where each pixel of the last frame came, :math:`x_T(p) \approx x_{T-1}(p + v(p))`.
    It is taken to stay as it is, and each pixel of a forecast is traced back through it, step by step:
    :math:`d_{k+1}(p) = d_k(p) + v(p + d_k(p))` and :math:`\hat x_{T+k}(p) = x_T(p + d_k(p))`, between pixels by
    bilinear interpolation. Nowcasts of rain begin like this.

    Args:
        frames: (N, T, C, H, W) with T ≥ 2; the flow is found in the mean of the channels.
        ahead: Frames to forecast.
        method: scikit-image's ``optical_flow_tvl1``, which may jump at edges, or ``optical_flow_ilk``, the
            Lucas–Kanade flow of a window around each pixel, which is faster.

    Returns:
        (N, ahead, C, H, W).

    Raises:
        MissingExtraError: scikit-image is not installed; the extra ``video`` brings it.
        TypeError: ``ahead`` is no whole number.
        ValueError: Fewer than two frames, no videos, ``ahead`` below 1, or an unknown method.

    References:
        C. Zach, T. Pock, H. Bischof (2007), "A duality based approach for realtime TV-L1 optical flow";
        G. Le Besnerais, F. Champagnat (2005), "Dense optical flow by iterative local window registration".

    Examples:
        >>> flow_forecast(torch.rand(1, 2, 1, 16, 16), ahead=3).shape
        torch.Size([1, 3, 1, 16, 16])
    """
    of_videos(frames, least=2)
    ahead, method = whole("ahead", ahead), one_of("method", method, ("tvl1", "ilk"))
    with extras.explained("flow_forecast"):
        from skimage import registration
    find = {"tvl1": registration.optical_flow_tvl1, "ilk": registration.optical_flow_ilk}[method]
    grey = frames[:, -2:].mean(dim=2).double().cpu().numpy()
    came_from = [torch.as_tensor(find(now, before)) for before, now in grey]
    flow = torch.stack(came_from).to(frames)  # (N, 2, H, W): rows and columns
    traced, forecasts = torch.zeros_like(flow), []
    for _ in range(ahead):
        traced = traced + _at(flow, traced)
        forecasts.append(_at(frames[:, -1], traced))
    return torch.stack(forecasts, dim=1)


def blurred(frames: Tensor, sigma: float | Sequence[float]) -> Tensor:
    r"""Blur each frame by a Gaussian: (N, T, C, H, W) → the same shape; edges go on as they end.

    Args:
        frames: (N, T, C, H, W).
        sigma: Spread in pixels, one for all frames or one for each of the T.

    Raises:
        ValueError: ``frames`` are no videos, a spread is negative, or there are not as many as frames.

    Examples:
        >>> blurred(torch.rand(2, 3, 1, 16, 16), sigma=1.0).shape
        torch.Size([2, 3, 1, 16, 16])
    """
    of_videos(frames)
    steps = frames.shape[1]
    each = [float(sigma)] * steps if isinstance(sigma, int | float) else [float(one) for one in sigma]
    if len(each) != steps or not all(0 <= one < math.inf for one in each):
        raise ValueError(f"sigma should be 0 or more, one for all or for each of {steps} frames, got {sigma}")
    return torch.stack([_blur(frames[:, t], each[t]) for t in range(steps)], dim=1)


def best_blur(forecast: Tensor, truth: Tensor, sigmas: Sequence[float] = SIGMAS) -> list[float]:
    r"""Return for each lead the blur with the least squared error: to be found on videos that are not judged.

    The squared error rewards blur, so a sharp forecast is not judged fairly before it has had the same chance.

    Args:
        forecast: (N, T, C, H, W), of training videos.
        truth: The same shape.
        sigmas: Spreads to try, in pixels; 0 is no blur.

    Raises:
        ValueError: The two are no videos of one shape, or there is nothing to try.

    Examples:
        >>> truth = torch.rand(4, 2, 1, 16, 16)
        >>> best_blur(truth, truth)
        [0.0, 0.0]
    """
    if not sigmas:
        raise ValueError("no sigmas to try")
    errors = torch.stack([mse_by_lead(blurred(forecast, sigma), truth) for sigma in sigmas])
    return [float(sigmas[int(k)]) for k in errors.argmin(dim=0)]


def _blur(pictures: Tensor, sigma: float) -> Tensor:
    """(N, C, H, W) → the same."""
    radius = int(4 * sigma + 0.5)  # as in SciPy's gaussian_filter
    if radius == 0:
        return pictures.clone()
    side = pictures.flatten(0, 1)[:, None]
    padded = F.pad(side, (radius,) * 4, mode="replicate")
    return smoothed(padded, sigma, radius)[:, 0].unflatten(0, pictures.shape[:2])


def _signed(shift: Tensor, side: int) -> Tensor:
    """Take shifts of more than half a side for shifts the other way."""
    return torch.where(shift > side // 2, shift - side, shift)


def _sources(shift: Tensor, leads: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """(N,) shifts → from which row each row comes at each lead, (N, leads, side), and whether it lies in the frame."""
    source = torch.arange(side, device=shift.device) - (shift[:, None] * leads)[..., None]
    return source.clamp(0, side - 1), (source >= 0) & (source < side)


def _at(pictures: Tensor, displaced: Tensor) -> Tensor:
    """Read (N, C, H, W) at each pixel's place plus (N, 2, H, W) rows and columns; outside it goes on as it ends."""
    height, width = pictures.shape[-2:]
    rows, columns = torch.meshgrid(
        torch.arange(height, device=pictures.device), torch.arange(width, device=pictures.device), indexing="ij"
    )
    # grid_sample counts from -1 to 1, columns first.
    y = 2 * (rows + displaced[:, 0]) / max(height - 1, 1) - 1
    x = 2 * (columns + displaced[:, 1]) / max(width - 1, 1) - 1
    grid = torch.stack([x, y], dim=-1).to(pictures.dtype)
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=True)
