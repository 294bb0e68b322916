r"""Videos of handwritten digits that drift and bounce: as many as wanted, each made from its seed.

The rules are those of N. Srivastava, E. Mansimov, R. Salakhutdinov (2015), "Unsupervised learning of video
representations using LSTMs", arXiv:1502.04681: digits of MNIST start at random places, move at a constant speed in a
random direction, bounce off the edges, and where they overlap the brighter pixel is seen.
"""

import math
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from .mnist import Images, load_mnist


def moving_digits(
    count: int,
    *,
    steps: int = 20,
    size: int = 64,
    digits: int = 2,
    digit_size: int | None = None,
    speed: float = 0.1,
    seed: int = 0,
    part: Literal["train", "test"] = "train",
    images: Images | None = None,
) -> Tensor:
    r"""Make videos of moving digits.

    Args:
        count: Videos N.
        steps: Frames T of each.
        size: Pixels of a frame's side; 64 in the paper.
        digits: How many move in each video; 2 in the paper.
        digit_size: Pixels of a digit's side: 28 as in the paper, or fewer where the frame is small. By default as much
            of the frame as there (28 of 64).
        speed: How far a digit moves in a step, as a share of the way from edge to edge; 0.1 in the paper.
        seed: The videos' number: the same seed gives the same videos.
        part: Take the digits from the training or from the test images, so that no digit is in both.
        images: Where the digits come from; ``load_mnist()`` if not given, whose ``source`` says what was found.

    Returns:
        (N, T, 1, size, size), float32 in [0, 1].

    Raises:
        ValueError: A count, number of steps or digits below 1, a digit that does not fit, a speed outside (0, 1].

    Examples:
        >>> digits = load_mnist(sources=["digits"])  # without images=, MNIST is looked for
        >>> moving_digits(2, steps=5, size=16, images=digits).shape
        torch.Size([2, 5, 1, 16, 16])
    """
    for name, value in {"count": count, "steps": steps, "digits": digits}.items():
        if value < 1:
            raise ValueError(f"{name} should be 1 or more, got {value}")
    side = digit_size if digit_size is not None else max(round(size * 28 / 64), 1)
    if not 1 <= side < size:
        raise ValueError(f"a digit of {side} x {side} pixels cannot move in a frame of {size} x {size}")
    if not 0 < speed <= 1:
        raise ValueError(f"speed should lie in (0, 1], got {speed}")
    if part not in ("train", "test"):
        raise ValueError(f'part should be "train" or "test", got {part!r}')
    source = images if images is not None else load_mnist()
    pictures = source.train_images if part == "train" else source.test_images

    generator = torch.Generator().manual_seed(seed)
    which = torch.randint(len(pictures), (count, digits), generator=generator)
    places = paths(count * digits, steps, speed, generator).mul(size - side).round().long().unflatten(0, which.shape)
    drawn = _scaled(pictures[which.flatten()].float() / 255, side).unflatten(0, which.shape)
    videos = torch.zeros(count, steps, 1, size, size)
    for video in range(count):
        for digit in range(digits):
            for step, (row, column) in enumerate(places[video, digit].tolist()):
                frame = videos[video, step, 0, row : row + side, column : column + side]
                torch.maximum(frame, drawn[video, digit], out=frame)
    return videos


def paths(count: int, steps: int, speed: float, generator: torch.Generator) -> Tensor:
    """Return places in the unit square, (count, steps, 2): straight lines that are reflected at the edges."""
    start = torch.rand(count, 1, 2, generator=generator)
    angle = 2 * math.pi * torch.rand(count, 1, generator=generator)
    velocity = speed * torch.stack([angle.sin(), angle.cos()], dim=-1)
    straight = start + velocity * torch.arange(steps)[:, None]
    # A path that is reflected at 0 and 1 is the straight one, folded like a strip of paper of width 1.
    return 1 - (straight.remainder(2) - 1).abs()


def _scaled(pictures: Tensor, side: int) -> Tensor:
    """(N, rows, columns) → (N, side, side)."""
    if pictures.shape[-1] == side:
        return pictures
    larger = F.interpolate(pictures[:, None], (side, side), mode="bilinear", antialias=True)
    return larger[:, 0].clamp(0, 1)
