r"""What the board's networks forecast: two digits that cross, or rain that turns, grows and decays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from rnn_tutorial.data import moving_digits, turning_rain
from rnn_tutorial.data.datasets.mnist import Images
from rnn_tutorial.validate import one_of

from . import ch05_video_models as models

Field = Literal["digits", "rain"]
FIELDS: tuple[Field, ...] = ("digits", "rain")
DigitsPart = Literal["train", "test"]

PARTS: Mapping[str, tuple[int, int, DigitsPart]] = {
    "train": (320, 50, "train"),
    "valid": (100, 51, "train"),
    "test": (300, 52, "test"),
}
"""Videos, their seed and which of MNIST's images they show."""


@dataclass(frozen=True)
class Part:
    """Frames that are read and frames that follow, each (N, 6, 1, 32, 32)."""

    past: Tensor
    future: Tensor


def videos(part: str, images: Images | None = None, count: int | None = None, field: Field = "digits") -> Part:
    """Return the training, validation or test videos of a board, or the first ``count`` of them."""
    number, seed, digits = PARTS[part]
    number, steps = number if count is None else count, models.SEEN + models.AHEAD
    if one_of("field", field, FIELDS) == "rain":
        # Numbers are drawn for all videos at once: the first of many are not those of few.
        both = turning_rain(PARTS[part][0], steps=steps, size=models.SIZE, seed=seed)[:number]
    else:
        both = moving_digits(number, steps=steps, size=models.SIZE, digits=2, seed=seed, part=digits, images=images)
    return Part(both[:, : models.SEEN], both[:, models.SEEN :])
