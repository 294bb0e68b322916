r"""One variable of an xarray data set as frames: which one, which of its axes is time, in what unit, missing where."""

import warnings
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import xarray as xr

NAMES_OF_TIME = ("time", "t", "date", "datetime", "valid_time")


class Field(NamedTuple):
    r"""What a file says of one variable.

    Args:
        values: (T, …), missing ones NaN.
        unit: Its attribute ``units``, "" without one.
        times: (T,), dates where the calendar allows it, else the numbers of the file; None without a coordinate.
    """

    values: npt.NDArray[np.float64]
    unit: str
    times: npt.NDArray[Any] | None


def field_of(dataset: "xr.Dataset", variable: str | None, time: str | None, path: Path) -> Field:
    r"""Return one variable with its time first.

    Args:
        dataset: Whose times are not decoded: a calendar that the machine cannot deal with should not hide the values.
        variable: Its name; by default the only one with numbers along three axes or more.
        time: The name of its axis of time; by default the one that is called so or counts "… since …".
        path: Where it was read, for messages.

    Raises:
        ValueError: Several variables to choose from or none, no axis of time, times not in order.
    """
    field = dataset[_variable(dataset, variable, path)]
    axis = _time(field, time, path)
    times = _times(field, axis)
    if times is not None and len(times) > 1 and not (times[1:] > times[:-1]).all():
        raise ValueError(f"{path}: the frames are not in the order of {axis}, or two have the same")
    values = field.transpose(axis, ...).to_numpy().astype(np.float64)
    return Field(values, str(field.attrs.get("units", "")), times)


def _variable(dataset: "xr.Dataset", variable: str | None, path: Path) -> Hashable:
    if variable is not None:
        if variable not in dataset.data_vars:
            raise ValueError(f"{path} has no variable {variable!r}; there are {_listed(dataset)}")
        if dataset[variable].ndim < 3 or dataset[variable].dtype.kind not in "iuf":
            raise ValueError(f"{path}: {variable!r} holds no numbers over time, rows and columns; there are "
                             f"{_listed(dataset)}")  # fmt: skip
        return variable
    fields = [name for name, one in dataset.data_vars.items() if one.ndim >= 3 and one.dtype.kind in "iuf"]
    if not fields:
        raise ValueError(f"{path} has no variable over time, rows and columns; there are {_listed(dataset)}")
    if len(fields) > 1:
        raise ValueError(f"{path} has several variables, name one: {', '.join(map(str, fields))}")
    return fields[0]


def _listed(dataset: "xr.Dataset") -> str:
    """Variables with their axes, for messages."""
    found = [f"{name} ({', '.join(map(str, one.dims))})" for name, one in dataset.data_vars.items()]
    return ", ".join(found) or "none"


def _time(field: "xr.DataArray", time: str | None, path: Path) -> Hashable:
    axes = ", ".join(map(str, field.dims))
    if time is not None:
        if time not in field.dims:
            raise ValueError(f"{path}: {field.name} has no axis {time!r}; its axes are {axes}")
        return time
    called = [axis for axis in field.dims if str(axis).lower() in NAMES_OF_TIME]
    counting = [axis for axis in field.dims if axis in field.coords and _counts(field.coords[axis])]
    for found in (counting, called):  # what a file says of an axis is better than what the axis is called
        if len(found) == 1:
            return found[0]
    raise ValueError(f"{path}: which axis of {field.name} is time? Name one of {axes}")


def _counts(axis: "xr.DataArray") -> bool:
    """Whether an axis counts from a date, or says itself that it is time, as the CF conventions have it."""
    said = axis.attrs
    return " since " in str(said.get("units", "")) or said.get("standard_name") == "time" or said.get("axis") == "T"


def _times(field: "xr.DataArray", axis: Hashable) -> npt.NDArray[Any] | None:
    import xarray as xr

    if axis not in field.coords:
        return None
    numbers = field.coords[axis]
    alone = xr.Dataset({"when": ("frame", numbers.to_numpy(), numbers.attrs)})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of calendars: what comes of it is seen in the type
            dates = xr.decode_cf(alone, decode_timedelta=False)["when"].to_numpy()
    except (ValueError, OverflowError, ImportError):
        return np.asarray(numbers.to_numpy())
    return np.asarray(dates if dates.dtype.kind == "M" else numbers.to_numpy())  # no objects of a calendar library
