r"""What the protocols of both evaluations list: series, methods, and which of these are tested.

They stand, with the rules by which the rows are read, in ``benchmarks/evaluation/PROTOCOL.md`` and ``PROTOCOL-2.md``,
each written before its first result. ``python -m benchmarks.evaluation`` and ``python -m benchmarks.evaluation.second``
make the rows, ``python -m benchmarks.peers.evaluation`` those of other libraries.
"""

from collections.abc import Mapping

from .evaluation import CHOICE, Protocol

__all__ = ["AIMS", "BASELINE", "FIRST", "MORE", "RIVALS", "SECOND"]

BASELINE = "seasonal naive"
_SEEDED = ("GRU", "hybrid")
"""Networks; rt.Best, which fits several, has one seed."""

AIMS: Mapping[str, float] = {"long": 0.37, "short": 0.23}
"""Skill that was to be reached: of the mean of hybrid and GRU on seven long series, of statsforecast's automatic ETS on
13 short ones, both found in an earlier and smaller comparison, on other stretches."""

# ---- the first ----------------------------------------------------------------------------------------------------

_LONG = ("yesterday", "persistence", "drift", "ridge", "boosting", "Holt-Winters", "GRU", "hybrid", "best")
_SHORT = ("persistence", "drift", "ridge", "boosting", "automatic ETS", "Theta", "GRU", "best")

FIRST = Protocol(
    series={
        "long": ("hourly_demand", "taylor", "victoria", "weather", "traffic", "bicycles", "sun", "wind"),
        "short": (
            *("hyndsight", "elecdaily"),
            *("AirPassengers", "nottem", "USAccDeaths", "ldeaths", "UKDriverDeaths", "a10", "h02", "auscafe"),
            *("debitcards", "elecequip", "usmelec", "wineind"),
            *("UKgas", "JohnsonJohnson", "austres", "ausbeer", "euretail", "qcement", "austourists", "woolyrnq"),
            *("Nile", "LakeHuron", "lynx", "nhtemp"),
        ),
        "held out": ("motorway", "melbourne"),
    },
    methods={"long": (BASELINE, *_LONG), "short": (BASELINE, *_SHORT), "held out": (BASELINE, *_LONG)},
    seeded=_SEEDED,
)
"""36 series; every method is tested against the seasonal naive forecast.

:meta hide-value:
"""

# ---- the second ---------------------------------------------------------------------------------------------------

_LIGHTGBM, _SKFORECAST = "mlforecast LightGBM", "skforecast LightGBM"
_LAST = "mlforecast LightGBM, last value"
_MSTL, _NHITS = "statsforecast MSTL", "neuralforecast NHITS"
_ETS, _ARIMA, _THETA = "statsforecast AutoETS", "statsforecast AutoARIMA", "statsforecast AutoTheta"

RIVALS: Mapping[str, str] = {"long": _LIGHTGBM, "short": _ETS}
"""By group, the method of another library that both rt.Best and the GRU are tested against."""
MORE = 0.03
"""On no long series was the error of rt.Best to be larger than its rival's by more than this share."""

SECOND = Protocol(
    series={
        "long": (
            *("household", "appliances", "particles", "yosemite", "orders", "key_west"),
            *("departures_jfk", "departures_lga", "temperature_ewr", "wind_lga", "pizzas", "calls"),
            *("H10", "H50", "H150", "H410"),
        ),
        "short": (
            *("gas", "DutchSales", "manaus", "houses", "M1", "M2", "M750", "M1000"),
            *("qgas", "qauselec", "UKNonDurables", "ArgentinaCPI", "Q10", "Q50"),
            *("births", "ridership", "bitcoin", "manning", "strasbourg", "ramsay"),
            *("gasoline", "walmart"),
            *("MotorCycles2", "sunspotarea", "marathon", "discoveries", "fertility"),
        ),
    },
    methods={
        "long": (
            BASELINE,
            *(method for method in _LONG if method != "drift"),
            _MSTL,
            _ETS,
            _LIGHTGBM,
            _LAST,
            _SKFORECAST,
            _NHITS,
        ),
        "short": (BASELINE, *_SHORT, _ETS, _THETA, _ARIMA, _SKFORECAST),
    },
    seeded=_SEEDED,
    optional=(_NHITS, _LAST),
    pairs={
        "long": (
            *((CHOICE, rival) for rival in (BASELINE, RIVALS["long"], _MSTL)),
            *(("GRU", rival) for rival in (BASELINE, RIVALS["long"])),
        ),
        "short": (
            *((CHOICE, rival) for rival in (BASELINE, RIVALS["short"], _ARIMA)),
            *(("GRU", rival) for rival in (BASELINE, RIVALS["short"])),
        ),
    },
    libraries=(_MSTL, _ETS, _THETA, _ARIMA, _LIGHTGBM, _LAST, _SKFORECAST, _NHITS),
)
"""43 other series and other libraries; five pairs are tested in each group.

:meta hide-value:
"""
