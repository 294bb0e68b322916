r"""A field over time from a zarr store, a folder or a ZIP file of one."""

import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnn_tutorial import extras

from .fields import Field, field_of

if TYPE_CHECKING:
    import zarr

MARKS = ("zarr.json", ".zgroup", ".zarray")
"""Files at the top of a store: the first of version 3 of the format, the others of version 2."""


def is_store(path: Path) -> bool:
    """Whether a path is meant as a zarr store: by its name, or a folder with the files that make one."""
    return path.suffix.lower() in (".zarr", ".zip") or any((path / mark).is_file() for mark in MARKS)


def read_zarr(path: Path, variable: str | None, time: str | None) -> Field:
    r"""Read one variable with its time first.

    Arrays without names of axes, such as zarr itself writes, are read as they are: time is their first axis.

    Args:
        path: A store of version 2 or 3 of the format, a group in it or one array, as a folder or a ZIP file.
        variable: The array's name; by default the only one with numbers along three axes or more.
        time: The name of its axis of time; by default found as in NetCDF files.

    Raises:
        MissingExtraError: zarr or xarray is not installed; the extra ``zarr`` brings them.
        ValueError: Not such a store, several arrays to choose from or none, no axis of time, times not in order.
    """
    with extras.explained("load_frames", "zarr"):
        import xarray as xr
        import zarr.storage

    _check_marks(path)
    with _readable(path):
        store: Any = zarr.storage.LocalStore(path, read_only=True)
        if path.is_file():
            store = zarr.storage.ZipStore(path, mode="r")
    with closing(store), _readable(path):
        node = zarr.open(store, mode="r")
        if isinstance(node, zarr.Array):
            return _without_names({"": node}, variable, time)
        arrays = dict(sorted(node.arrays()))
        if not arrays:
            raise ValueError(f"it holds no arrays{_groups(node)}")
        if all(_axes(one) for one in arrays.values()):
            with xr.open_dataset(store, engine="zarr", consolidated=False, decode_times=False) as dataset:
                return field_of(dataset[sorted(map(str, dataset.data_vars))], variable, time, path)
        return _without_names(arrays, variable, time)


def _check_marks(path: Path) -> None:
    names = zipfile.ZipFile(path).namelist() if zipfile.is_zipfile(path) else []
    if not any(mark in names or (path / mark).is_file() for mark in MARKS):
        inside = sorted(name for name in names if name.count("/") == 1 and name.endswith(MARKS))
        packed = f"; its top is the folder {inside[0].partition('/')[0]}, pack what lies in that" if inside else ""
        raise ValueError(f"{path} is no zarr store: there is no {', '.join(MARKS[:-1])} or {MARKS[-1]} in it{packed}")


def _axes(array: "zarr.Array[Any]") -> tuple[str, ...]:
    """Names of an array's axes, where the store has them: each version of the format keeps them elsewhere."""
    names: Any = getattr(array.metadata, "dimension_names", None) or array.attrs.get("_ARRAY_DIMENSIONS")
    return tuple(names) if names and all(names) else ()


def _groups(node: "zarr.Group") -> str:
    names = sorted(name for name, _ in node.groups())
    return f", but groups, whose folders can be read: {', '.join(names)}" if names else ""


def _without_names(arrays: dict[str, "zarr.Array[Any]"], variable: str | None, time: str | None) -> Field:
    if time is not None:
        raise ValueError("its arrays have no names of axes: leave out time, which is the first")
    fields = {name: one for name, one in arrays.items() if one.ndim >= 3 and one.dtype.kind in "iuf"}
    there = ", ".join(f"{name or 'one array'} {one.shape}" for name, one in arrays.items())
    if variable is not None and variable not in fields:
        raise ValueError(f"it has no array {variable!r} over time, rows and columns; there are {there}")
    if variable is None and len(fields) != 1:
        why = "several arrays, name one" if fields else "no array over time, rows and columns; there are"
        raise ValueError(f"it has {why}: {', '.join(fields)}" if fields else f"it has {why} {there}")
    chosen = fields[variable] if variable is not None else next(iter(fields.values()))
    return Field(np.asarray(chosen[...], dtype=np.float64), str(chosen.attrs.get("units", "")), None)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Let every failure say which store it is about; what the choice of a variable says of it, does so already."""
    try:
        yield
    except (ValueError, OSError, KeyError, TypeError, RuntimeError) as error:
        said = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
        if isinstance(error, ValueError) and said.startswith(str(path)):
            raise
        raise ValueError(f"{path} cannot be read as a zarr store: {said}") from error
