r"""Videos of rain that turns about a centre, where cells grow and decay: motion that no single shift describes.

A made field, not measured rain: every video is a sum of elliptic cells. It shares with rain what makes a nowcast hard:
neighbours move alike but no two places move equally, and intensity changes on the way.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from rnn_tutorial.validate import whole


class Cells(NamedTuple):
    """What is drawn for each of N videos with K cells; lengths in pixels, angles in radians, times in steps."""

    centre: Tensor
    """(N, 2): row and column about which everything turns."""
    turn: Tensor
    """(N,): angle by which everything turns in a step, from rows to columns; negative turns the other way."""
    radius: Tensor
    """(N, K): distance of a cell from the centre."""
    angle: Tensor
    """(N, K): direction of a cell from the centre, at step 0."""
    length: Tensor
    """(N, K, 2): spread of a cell along its own two axes."""
    tilt: Tensor
    """(N, K): direction of a cell's first axis, at step 0."""
    peak: Tensor
    """(N, K): step at which a cell rains most; it may lie before or after the video."""
    life: Tensor
    """(N, K): spread in time around that step."""
    strength: Tensor
    """(N, K): rain at the middle of a cell when it rains most."""


def turning_rain(
    count: int,
    *,
    steps: int = 12,
    size: int = 32,
    cells: int = 16,
    turn: tuple[float, float] = (6.0, 14.0),
    seed: int = 0,
) -> Tensor:
    r"""Make videos of rain that turns, grows and decays.

    The rain at pixel p and step t is a sum over cells, each a Gaussian in space that turns rigidly about the video's
    centre, times a Gaussian in time, and is squeezed into [0, 1):

    .. math::

        x_t(p) = 1 - \exp\Big(-\sum_k s_k\, e^{-(t - t_k)^2 / 2\tau_k^2}\,
            e^{-\lVert A_k(t)\,(p - m_k(t)) \rVert^2 / 2}\Big)

    with the middle :math:`m_k(t)` on a circle around the centre and :math:`A_k(t)` dividing by the cell's two spreads
    along its own axes, which turn with it. Some cells begin to rain after the frames that a forecast has seen, and
    nothing announces them.

    Args:
        count: Videos N.
        steps: Frames T of each; a cell rains for a part of them, so that longer videos change more slowly.
        size: Pixels of a frame's side; all lengths grow with it: more pixels show the same rain finer.
        cells: Cells K of each video, visible or not: some lie outside the frame, some have decayed or not begun.
        turn: Least and largest angle of a step, in degrees; each video draws its own, and one of the two senses.
        seed: The videos' number: the same seed gives the same videos.

    Returns:
        (N, T, 1, size, size), float32 in [0, 1): the intensity of rain, without a physical unit.

    Raises:
        TypeError: A count, number of steps, cells, or a size that is no whole number.
        ValueError: One of them below 1, or angles that are negative, not finite, or not in order.

    Examples:
        >>> turning_rain(2, steps=5, size=16).shape
        torch.Size([2, 5, 1, 16, 16])
    """
    count, steps, size = whole("count", count), whole("steps", steps), whole("size", size)
    least, most = turn
    if not 0 <= least <= most < math.inf:
        raise ValueError(f"turn should be two angles in order, 0 or more, got {turn}")
    generator = torch.Generator().manual_seed(seed)
    drawn = draw(count, whole("cells", cells), steps, size, (least, most), generator)
    return torch.stack([rain_at(drawn, float(step), size) for step in range(steps)], dim=1)[:, :, None]


def draw(count: int, cells: int, steps: int, size: int, turn: tuple[float, float], generator: torch.Generator) -> Cells:
    """Draw the cells of so many videos."""

    def between(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=generator)

    sense = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    return Cells(
        centre=size * between(0.4, 0.6, 2) - 0.5,
        turn=sense * torch.deg2rad(between(*turn)),
        # The root spreads cells evenly over a disc, which reaches the corners of the frame.
        radius=0.7 * size * between(0, 1, cells).sqrt(),
        angle=between(0, 2 * math.pi, cells),
        length=size * between(0.04, 0.12, cells, 2),
        tilt=between(0, math.pi, cells),
        peak=between(-0.25 * steps, 1.25 * steps, cells),
        life=between(0.15 * steps, 0.3 * steps, cells),
        strength=between(0.5, 2.0, cells),
    )


def rain_at(cells: Cells, step: float, size: int) -> Tensor:
    """Return the rain of each video at one step, (N, size, size)."""
    turned = cells.turn[:, None] * step
    # m_k(t): on its circle around the centre
    towards = cells.angle + turned
    middle = cells.centre[:, None] + cells.radius[..., None] * torch.stack([towards.cos(), towards.sin()], dim=-1)
    pixel = torch.arange(size, dtype=torch.float32)
    row, column = pixel[:, None] - middle[..., 0, None, None], pixel[None, :] - middle[..., 1, None, None]
    # A_k(t)(p - m): along and across the cell's own axes, in units of its spreads
    cosine, sine = (way(cells.tilt + turned)[..., None, None] for way in (torch.cos, torch.sin))
    along = (row * cosine + column * sine) / cells.length[..., 0, None, None]
    across = (column * cosine - row * sine) / cells.length[..., 1, None, None]
    # s_k e^{-(t - t_k)² / 2τ²}
    strength = cells.strength * torch.exp(-0.5 * ((step - cells.peak) / cells.life) ** 2)
    rain = (strength[..., None, None] * torch.exp(-0.5 * (along**2 + across**2))).sum(dim=1)
    return -torch.expm1(-rain)
