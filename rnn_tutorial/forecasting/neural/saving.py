r"""A fitted forecaster as one file: safetensors, which hold numbers and text and cannot run code.

The tensors are the weights and the last steps that the network reads; the configuration is the constructor's arguments,
the units, the clock. How both lie in the file says ``rnn_tutorial.sealed``.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.devices import pick_device
from rnn_tutorial.forecasting.checks import check_fitted
from rnn_tutorial.forecasting.files import write
from rnn_tutorial.sealed import Seal
from rnn_tutorial.validate import one_of, whole

from .clock import Clock
from .network import ForecastNetwork
from .recurrent import MakeLayer, name_of_layer
from .scaling import WINDOW_SCALES, Units, WindowScale

FORMAT, VERSION = "rnn_tutorial.Forecaster", 1


class OtherShapesError(ValueError):
    """The weights of a file do not fit the network that it describes."""


class OtherLayerError(ValueError):
    """A file needs a layer that was not given, or one was given that it does not need: the file itself is good."""


class Fitted(Protocol):
    """What is kept of a fitted forecaster, and how another one takes it over."""

    layer: Any
    seasons: tuple[int, ...]
    scale: WindowScale
    units: Units
    clock: Clock
    series: Series
    offset: int
    network: ForecastNetwork

    def __init__(self, layer: Any, **options: Any) -> None: ...

    @property
    def context(self) -> int:
        """Steps before an origin that are read."""
        ...

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's arguments."""
        ...

    def _take(self, series: Series, clock: Clock, units: Units, offset: int) -> None:
        """Make a network of this size, and know the rest."""
        ...


F = TypeVar("F", bound=Fitted)


def save(forecaster: Fitted, path: Path) -> None:
    r"""Write the file, whole or not at all.

    Of the series only the last ``context`` steps are kept: what a forecast of the next steps is made from.

    Args:
        forecaster: Fitted.
        path: The file; one that exists is replaced.

    Raises:
        RuntimeError: Nothing was fitted yet.
        StorageError: The disk refused.
    """
    check_fitted(forecaster, "network")
    memory = forecaster.series.part(-min(forecaster.context, len(forecaster.series)))
    beside = memory.covariates or Covariates()
    by_name = isinstance(forecaster.layer, str)
    options = forecaster.get_params(deep=False) | {
        "seasons": forecaster.seasons
    }  # those of the series, if it was asked
    config = {
        "options": {k: _plain(v) for k, v in options.items() if k != "layer"},
        "scale": forecaster.scale,  # chosen by the fit, where the options name none
        "layer": forecaster.layer if by_name else None,
        "kind of layer": name_of_layer(forecaster.layer),
        "units": {"value": forecaster.units.value, "past": forecaster.units.past, "known": forecaster.units.known},
        "clock": vars(forecaster.clock),
        "covariates": {"past": beside.past_names, "known": beside.known_names},
        "series": {"name": memory.name, "unit": memory.unit},
        "offset": forecaster.offset + len(forecaster.series) - len(memory),
    }
    tensors = {f"network.{name}": value for name, value in forecaster.network.state_dict().items()}
    for name, table in (("values", memory.values), ("past", beside.past), ("known", beside.known)):
        tensors[f"memory.{name}"] = torch.tensor(table, dtype=torch.float64)
    write(path, SEAL.packed(config, tensors))


def load(cls: type[F], path: Path, layer: "MakeLayer | nn.Module | None") -> F:
    r"""Read a file that ``save`` wrote.

    Args:
        cls: The class to make.
        path: The file.
        layer: The function or module, if the layer was no name.

    Returns:
        A forecaster that forecasts as the one that was saved.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is damaged, edited, of another kind, version or shape, or needs a layer; the message
            names it.
    """
    text, tensors = SEAL.read(path)
    try:
        config = json.loads(text)
        chosen = _layer(config["layer"], config["kind of layer"], layer, path)
        forecaster = cls(chosen, **config["options"])
        forecaster.scale = one_of("scale", config.get("scale", forecaster.scale), WINDOW_SCALES)
        series, clock, units, offset = _known(config, tensors)
        weights = {name.removeprefix("network."): v for name, v in tensors.items() if name.startswith("network.")}
        if isinstance(chosen, str):  # sizes that are not those of the file are refused before they take memory
            if config["options"].get("num_layers", 1) > len(weights):
                raise ValueError(f"{len(weights)} tensors are too few for {config['options']['num_layers']} layers")
            with torch.device("meta"):
                forecaster._take(series, clock, units, offset)
            _compare(forecaster.network, weights, path)
        forecaster._take(series, clock, units, offset)
    except (OtherShapesError, OtherLayerError):
        raise
    except Exception as error:  # whatever a configuration provokes that no forecaster wrote
        said = f"{error} is missing" if isinstance(error, KeyError) else str(error) or type(error).__name__
        raise ValueError(
            f"no forecaster can be made from {path}: {said}; take the original, or fit and save again"
        ) from error
    _compare(forecaster.network, weights, path)
    forecaster.network.load_state_dict(weights)
    forecaster.network.to(pick_device()).eval()
    return forecaster


def _known(config: dict[str, Any], tensors: dict[str, Tensor]) -> tuple[Series, Clock, Units, int]:
    # What a forecaster knows beside its weights: the last steps, their place in time, and the units.
    names = {kind: tuple(config["covariates"][kind]) for kind in ("past", "known")}
    tables = {name: tensors[f"memory.{name}"].numpy() for name in ("values", "past", "known")}
    beside = Covariates(tables["past"], tables["known"], names["past"], names["known"])
    units = Units(**{kind: _tuples(pairs) for kind, pairs in config["units"].items()})
    for kind in ("past", "known"):
        if len(getattr(units, kind)) != len(names[kind]):
            raise ValueError(f"there are {len(names[kind])} {kind} columns, and units of {len(getattr(units, kind))}")
    clock = Clock(**(config["clock"] | {"seasons": tuple(config["clock"]["seasons"])}))
    offset, steps = whole("offset", config["offset"], least=0), len(tables["values"])
    counted = cast(pd.DatetimeIndex, pd.RangeIndex(offset, offset + steps))
    index = counted if clock.first is None else clock.stamps(offset, offset + steps)
    series = Series(values=tables["values"], index=index, covariates=beside, zone=clock.zone, **config["series"])
    return series, clock, units, offset


def _layer(name: str | None, kind: str, given: Any, path: Path) -> Any:
    if name is not None and given is not None:
        raise OtherLayerError(f"{path} holds its own layer, {name!r}: leave layer= away")
    if name is None and given is None:
        raise OtherLayerError(
            f"no forecaster can be made from {path}: it was saved with a layer of your own ({kind}), which a file of "
            "numbers cannot hold; give it again, load(path, layer=...)"
        )
    return given if name is None else name


def _compare(network: nn.Module, found: dict[str, Tensor], path: Path) -> None:
    expected = {name: (tuple(value.shape), value.dtype) for name, value in network.state_dict().items()}
    got = {name: (tuple(value.shape), value.dtype) for name, value in found.items()}
    different = sorted(name for name in {*expected, *got} if expected.get(name) != got.get(name))
    if different:
        name = different[0]
        raise OtherShapesError(
            f"the weights in {path} are of another shape than the network: {name} is {_said(got.get(name))} in "
            f"the file, {_said(expected.get(name))} expected ({len(different)} differ)"
        )


def _said(shape: tuple[tuple[int, ...], torch.dtype] | None) -> str:
    return "absent" if shape is None else f"{shape[0]} {shape[1]}"


def checksum(text: str, tensors: dict[str, Tensor]) -> str:
    """SHA-256 over the configuration and all tensors, their names, shapes and types included."""
    digest = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        value = tensors[name]
        digest.update(f"{name} {tuple(value.shape)} {value.dtype}".encode())
        digest.update(value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


SEAL = Seal(FORMAT, VERSION, "forecaster", "sha256", checksum)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return [_plain(v) for v in value] if isinstance(value, list | tuple | np.ndarray) else value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value
