r"""Your own frames: a folder of pictures, or an array in a file, as a video with a scale to come back by."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rnn_tutorial.validate import one_of

from . import netcdf, zarr_store
from .fields import Field
from .gaps import Fill, filled
from .pictures import COLOURS, Colours, read_pictures

__all__ = ["Frames", "load_frames"]


class Frames(NamedTuple):
    r"""Frames in [0, 1] and how they were scaled: ``low + (high - low) * frames`` has the old unit.

    Args:
        frames: (T, C, H, W), float32.
        low: The value that became 0.
        high: The value that became 1.
        unit: Of the values before, if the file says it.
        times: (T,), when each frame was, if the file says it: dates, or numbers in a calendar that NumPy has not.

    Examples:
        >>> Frames(torch.zeros(2, 1, 4, 4), low=-10.0, high=30.0).back(torch.tensor([0.5]))
        tensor([10.])
    """

    frames: Tensor
    low: float
    high: float
    unit: str = ""
    times: npt.NDArray[Any] | None = None

    def back(self, scaled: Tensor) -> Tensor:
        """Return scaled values, such as a forecast, in the old unit."""
        return self.low + (self.high - self.low) * scaled

    def part(self, start: int = 0, stop: int | None = None) -> "Frames":
        r"""Return frames ``start`` to ``stop - 1``, counted as in a slice, with the same scale.

        Raises:
            ValueError: There are no such frames.
        """
        some = self.frames[start:stop]
        if not len(some):
            raise ValueError(f"there are {len(self.frames)} frames, none of them from {start} to before {stop}")
        return self._replace(frames=some, times=None if self.times is None else self.times[start:stop])


def load_frames(
    path: str | Path,
    *,
    train: int | None = None,
    low: float | None = None,
    high: float | None = None,
    variable: str | None = None,
    time: str | None = None,
    fill: Fill = "refuse",
    colours: Colours = "refuse",
) -> Frames:
    r"""Read a long video, frame after frame, and scale it to [0, 1].

    Args:
        path: A folder of pictures of one size (PNG, JPEG, GIF, BMP, TIFF), in the order of their names, with numbers by
            their size; a GIF, whose pictures are the frames; a ``.npy`` or ``.npz`` file with (T, H, W) or
            (T, C, H, W); a NetCDF file (``.nc``); or a zarr store, a folder or a ``.zip`` file of one.
        train: The scale is that of so many frames from the beginning: what is judged later should not set it. By
            default of all.
        low: The value that becomes 0; the least of the training frames if not given.
        high: The value that becomes 1; the largest of the training frames if not given.
        variable: Which array of a NetCDF or ``.npz`` file or a zarr store, where there are several to choose from.
        time: Which axis of a NetCDF or zarr variable is time, where the file does not say it. The other axes stay in
            their order: rows and columns, or channels before them.
        fill: What to do about missing values: ``"refuse"``; ``"interpolate"``, in time; or a number to put there. To
            interpolate looks ahead, from the last frames of the training into the next as well.
        colours: What to do about pictures in colours: ``"refuse"``; ``"grey"``, their brightness; or ``"keep"``, red,
            green and blue as three channels. Pictures whose three channels agree are grey.

    Returns:
        The frames, (T, C, H, W), their scale and, from NetCDF and zarr, unit and times. Later frames may lie a little
        outside of [0, 1].

    Raises:
        FileNotFoundError: There is no such file or folder, or no picture in it.
        MissingExtraError: Pictures need Pillow, of the extra ``video``; NetCDF and zarr need xarray, of the extras
            ``netcdf`` and ``zarr``.
        ValueError: A file that cannot be read, pictures of different sizes, an array of another rank, several arrays
            of which none is named, missing values or colours that were to be refused, fewer frames than ``train``, or
            all values equal.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "rain.npy"
        >>> np.save(path, np.linspace(0, 50, 30 * 64).reshape(30, 8, 8))
        >>> load_frames(path).frames.shape
        torch.Size([30, 1, 8, 8])
    """
    path, colours = Path(path), one_of("colours", colours, COLOURS)
    field = _read(path, variable, time, colours)
    array = field.values[:, None] if field.values.ndim == 3 else field.values
    if array.ndim != 4 or 0 in array.shape:
        raise ValueError(
            f"{path} should hold (time, rows, columns) or (time, channels, rows, columns), got {array.shape}"
        )
    array = filled(array, fill, path)
    seen = len(array) if train is None else train
    if not 1 <= seen <= len(array):
        raise ValueError(f"train should be 1 to {len(array)}, the frames there are, got {seen}")
    least = float(array[:seen].min()) if low is None else float(low)
    most = float(array[:seen].max()) if high is None else float(high)
    if low is None and high is None and most == least:
        raise ValueError(f"high should be above low, but all values are {least:g} in {path}: there is nothing to learn")
    if not most > least:
        raise ValueError(f"high should be above low, got {most} and {least}")
    scaled = (array - least) / (most - least)
    return Frames(torch.from_numpy(scaled.astype(np.float32)), least, most, field.unit, field.times)


def _read(path: Path, variable: str | None, time: str | None, colours: Colours) -> Field:
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}")
    if zarr_store.is_store(path):
        return zarr_store.read_zarr(path, variable, time)
    suffix = path.suffix.lower() if path.is_file() else ""
    if suffix in netcdf.SUFFIXES:
        return netcdf.read_netcdf(path, variable, time)
    if time is not None or (variable is not None and suffix != ".npz"):
        raise ValueError(f"{path} has no names of variables or axes: leave out variable and time")
    if suffix in (".npy", ".npz"):
        return Field(_numbers(path, variable), "", None)
    return Field(read_pictures(path, colours), "", None)


def _numbers(path: Path, variable: str | None) -> npt.NDArray[np.float64]:
    """Read an array of ``.npy``, or the one of ``.npz`` that is named or alone."""
    with _readable(path):
        stored = np.load(path, allow_pickle=False)
    if isinstance(stored, np.ndarray):
        array = stored
    else:
        with stored:
            name = _name(stored.files, variable, path)
            with _readable(path):
                array = stored[name]
    if array.dtype.kind not in "buif":
        raise ValueError(f"{path} should hold numbers, got {array.dtype}")
    return np.asarray(array, dtype=np.float64)


def _name(names: list[str], asked: str | None, path: Path) -> str:
    if asked is None and len(names) == 1:
        return names[0]
    if asked not in names:
        why = "has several arrays, name one of" if asked is None else f"has no array {asked!r}; there are"
        raise ValueError(f"{path} {why} {', '.join(names) or 'none'}")
    return asked


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} cannot be read as an array of numbers: {error}") from error
