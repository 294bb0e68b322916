r"""Pictures of a folder, or those of one animated file, as an array."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from rnn_tutorial import extras

if TYPE_CHECKING:
    from PIL.Image import Image

Array = npt.NDArray[np.float64]
Colours = Literal["refuse", "grey", "keep"]

COLOURS: tuple[Colours, ...] = ("refuse", "grey", "keep")
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")
GREY = ("1", "L", "I", "I;16", "I;16B", "I;16L", "F")
"""Modes of Pillow with one number a pixel that is the value itself, and not an entry of a palette."""


def read_pictures(path: Path, colours: Colours) -> Array:
    r"""Read pictures of one size.

    Args:
        path: A folder, whose pictures are taken in the order of their names, numbers in them by their size: ``9.png``
            comes before ``10.png``. Or one file, whose pictures are the frames.
        colours: What to do about pictures in colours, see ``load_frames``.

    Returns:
        (T, H, W), or (T, 3, H, W) if colours are kept.

    Raises:
        FileNotFoundError: No picture in the folder.
        MissingExtraError: Pillow is not installed.
        ValueError: A file that cannot be read, different sizes, or colours that were to be refused.
    """
    files = [path]
    if path.is_dir():
        files = sorted((file for file in path.iterdir() if file.suffix.lower() in SUFFIXES), key=_by_number)
        if not files:
            raise FileNotFoundError(f"no picture in {path}; known are {', '.join(SUFFIXES)}")
    pictures = [picture for file in files for picture in _pictures_of(file, colours)]
    sizes = {picture.shape[-2:] for picture in pictures}
    if len(sizes) > 1:
        listed = ", ".join(f"{rows} x {columns}" for rows, columns in sorted(sizes))
        raise ValueError(f"pictures in {path} have different sizes: {listed} (rows x columns)")
    if len({picture.ndim for picture in pictures}) > 1:  # a grey one among coloured ones
        pictures = [np.broadcast_to(picture, (3, *picture.shape[-2:])) for picture in pictures]
    return np.stack(pictures)


def _by_number(file: Path) -> list[tuple[int, str]]:
    """Sort names piece by piece, those of digits by the number that they are."""
    pieces = re.findall(r"\d+|\D+", file.name)
    return [(int(piece), piece) if piece.isdecimal() else (-1, piece) for piece in pieces]


def _pictures_of(file: Path, colours: Colours) -> list[Array]:
    with extras.explained("load_frames"):
        from PIL import Image, ImageSequence
    try:
        with Image.open(file) as opened:
            copies = [picture.copy() for picture in ImageSequence.Iterator(opened)]
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{file} cannot be read as a picture: {error}") from error
    return [_pixels(picture, colours, file) for picture in copies]


def _pixels(picture: "Image", colours: Colours, file: Path) -> Array:
    """(H, W), or (3, H, W) if it is in colours that are kept."""
    if picture.mode in GREY:
        return np.asarray(picture.convert("F"), dtype=np.float64)
    coloured = picture.convert("RGB")
    channels = np.moveaxis(np.asarray(coloured, dtype=np.float64), -1, 0)
    if (channels == channels[0]).all():
        return np.asarray(channels[0])
    if colours == "refuse":
        raise ValueError(
            f'{file} is in colours, which are no scale of values: colours="grey" takes their brightness, "keep" takes '
            "red, green and blue as three channels; a map drawn in colours is better read from its data"
        )
    return np.asarray(coloured.convert("F"), dtype=np.float64) if colours == "grey" else channels
