r"""A field over time from a NetCDF file."""

from pathlib import Path

from rnn_tutorial import extras

from .fields import Field, field_of

SUFFIXES = (".nc", ".nc3", ".nc4", ".netcdf", ".cdf")


def read_netcdf(path: Path, variable: str | None, time: str | None) -> Field:
    r"""Read one variable with its time first.

    Args:
        path: NetCDF-3 or NetCDF-4.
        variable: Its name; by default the only one with numbers along three axes or more.
        time: The name of its axis of time; by default the one that is called so or counts "… since …".

    Raises:
        MissingExtraError: xarray is not installed; the extra ``netcdf`` brings it.
        ValueError: Not such a file, several variables to choose from or none, no axis of time, times not in order.
    """
    with extras.explained("load_frames"):
        import h5netcdf  # noqa: F401 -- which xarray reads version 4 by
        import xarray as xr

    try:
        opened = xr.open_dataset(path, decode_times=False)
    except (ValueError, OSError, TypeError, KeyError) as error:
        said = str(error).partition(". ")[0]  # the rest advises to install other libraries
        raise ValueError(f"{path} cannot be read as NetCDF: {said}") from error
    with opened as dataset:
        return field_of(dataset, variable, time, path)
