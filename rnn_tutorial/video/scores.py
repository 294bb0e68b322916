r"""How good a forecast of frames is, lead by lead: squared error, structural similarity, hits of a threshold, skill."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .frames import same_frames

__all__ = ["csi", "mse_by_lead", "skill_by_lead", "ssim", "ssim_by_lead"]

WINDOW, SIGMA = 11, 1.5
"""Pixels of the side, and the spread, of the Gaussian window of Wang et al. (2004)."""


def mse_by_lead(forecast: Tensor, truth: Tensor) -> Tensor:
    r"""Return the mean squared error of each lead: (N, T, C, H, W) twice → (T,), in the squared unit of the pixels.

    Raises:
        ValueError: The two are no videos of one shape.

    Examples:
        >>> mse_by_lead(torch.zeros(2, 3, 1, 8, 8), torch.ones(2, 3, 1, 8, 8))
        tensor([1., 1., 1.])
    """
    same_frames(forecast, truth)
    return (forecast - truth).square().mean(dim=(0, 2, 3, 4))


def ssim(forecast: Tensor, truth: Tensor, data_range: float = 1.0) -> Tensor:
    r"""Return the structural similarity of each frame: (N, T, C, H, W) twice → (N, T); 1 for frames that are equal.

    In a Gaussian window around each pixel, with means :math:`\mu`, variances :math:`\sigma^2` and covariance
    :math:`\sigma_{xy}`,

    .. math::

        \mathrm{SSIM} = \frac{(2\mu_x\mu_y + c_1)(2\sigma_{xy} + c_2)}
            {(\mu_x^2 + \mu_y^2 + c_1)(\sigma_x^2 + \sigma_y^2 + c_2)}, \qquad
        c_1 = (0.01\,L)^2, \quad c_2 = (0.03\,L)^2

    and the mean over all windows that lie inside the frame. The numbers are those of scikit-image's
    ``structural_similarity(..., gaussian_weights=True, use_sample_covariance=False)``.

    Args:
        forecast: (N, T, C, H, W).
        truth: The same shape.
        data_range: L, the largest pixel less the smallest that there can be.

    Raises:
        ValueError: The two are no videos of one shape; frames smaller than the window, 11 × 11; a range that is not
            positive.

    References:
        Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli (2004), "Image quality assessment: from error visibility
        to structural similarity", IEEE Transactions on Image Processing 13(4).

    Examples:
        >>> frames = torch.rand(2, 3, 1, 16, 16)
        >>> ssim(frames, frames).shape
        torch.Size([2, 3])
    """
    same_frames(forecast, truth)
    if min(truth.shape[-2:]) < WINDOW:
        raise ValueError(f"SSIM needs frames of at least {WINDOW} x {WINDOW}, got {tuple(truth.shape[-2:])}")
    if not data_range > 0:
        raise ValueError(f"data_range should be positive, got {data_range}")
    x, y = forecast.flatten(0, 2)[:, None].double(), truth.flatten(0, 2)[:, None].double()

    def mean(picture: Tensor) -> Tensor:
        return smoothed(picture, SIGMA, WINDOW // 2)

    mean_x, mean_y = mean(x), mean(y)
    # σ² = E[x²] - μ², and the covariance likewise
    var_x, var_y = mean(x * x) - mean_x**2, mean(y * y) - mean_y**2
    covariance = mean(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    alike = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    of = (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    by_channel = (alike / of).mean(dim=(1, 2, 3)).unflatten(0, tuple(truth.shape[:3]))
    return by_channel.mean(dim=2).to(truth.dtype)


def ssim_by_lead(forecast: Tensor, truth: Tensor, data_range: float = 1.0) -> Tensor:
    r"""Return the mean of :func:`ssim` of each lead: (N, T, C, H, W) twice → (T,).

    Raises:
        ValueError: As :func:`ssim`.

    Examples:
        >>> frames = torch.ones(2, 3, 1, 16, 16)
        >>> ssim_by_lead(frames, frames)
        tensor([1., 1., 1.])
    """
    return ssim(forecast, truth, data_range).mean(dim=0)


def csi(forecast: Tensor, truth: Tensor, threshold: float) -> Tensor:
    r"""Return the critical success index of each lead: (N, T, C, H, W) twice → (T,).

    Of all pixels where the forecast or the truth reaches the threshold, the share where both do:

    .. math:: \mathrm{CSI} = \frac{\text{hits}}{\text{hits} + \text{misses} + \text{false alarms}}

    The pixels of all videos are counted together. A lead at which nobody reaches the threshold has NaN.

    Raises:
        ValueError: The two are no videos of one shape.

    Examples:
        >>> forecast, truth = torch.tensor([[0.9, 0.9, 0.1], [0.8, 0.2, 0.7]]).view(2, 1, 1, 1, 1, 3)
        >>> csi(forecast, truth, threshold=0.5)
        tensor([0.3333])
    """
    same_frames(forecast, truth)
    said, seen = forecast >= threshold, truth >= threshold
    hits = (said & seen).sum(dim=(0, 2, 3, 4))
    either = (said | seen).sum(dim=(0, 2, 3, 4))
    return hits / either


def skill_by_lead(error: Tensor, reference: Tensor) -> Tensor:
    r"""Return by how much errors are smaller than a reference's: :math:`1 - e / e_{\mathrm{ref}}`, lead by lead.

    1 is a perfect forecast, 0 is as good as the reference, below 0 is worse.

    Raises:
        ValueError: The two have different shapes.

    Examples:
        >>> skill_by_lead(torch.tensor([1.0, 3.0]), torch.tensor([2.0, 2.0]))
        tensor([ 0.5000, -0.5000])
    """
    if error.shape != reference.shape:
        raise ValueError(f"one error a lead on both sides, got {tuple(error.shape)} and {tuple(reference.shape)}")
    return 1 - error / reference


def smoothed(pictures: Tensor, sigma: float, radius: int) -> Tensor:
    """(N, 1, H, W) → (N, 1, H - 2r, W - 2r): the mean of each pixel's surroundings, weighted by a Gaussian."""
    offsets = torch.arange(-radius, radius + 1, dtype=pictures.dtype, device=pictures.device)
    weights = torch.exp(-0.5 * (offsets / sigma) ** 2)
    weights = weights / weights.sum()
    return F.conv2d(F.conv2d(pictures, weights.view(1, 1, -1, 1)), weights.view(1, 1, 1, -1))
