r"""A fitted forecaster as one file: safetensors, which hold numbers and text and cannot run code.

The tensors are the weights and the last steps that the network reads; the metadata is JSON: the constructor's
arguments, the units, the clock. A checksum over all of it tells a damaged or edited file.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import pandas as pd
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.devices import pick_device
from rnn_tutorial.forecasting.checks import check_fitted
from rnn_tutorial.forecasting.files import write

from .clock import Clock
from .network import ForecastNetwork
from .recurrent import MakeLayer, name_of_layer
from .scaling import Units

FORMAT, VERSION = "rnn_tutorial.Forecaster", 1


class OtherShapesError(ValueError):
    """The weights of a file do not fit the network that it describes."""


class Fitted(Protocol):
    """What is kept of a fitted forecaster, and how another one takes it over."""

    layer: Any
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
    config = {
        "options": {k: _plain(v) for k, v in forecaster.get_params(deep=False).items() if k != "layer"},
        "layer": forecaster.layer if by_name else None,
        "kind of layer": name_of_layer(forecaster.layer),
        "units": {"value": forecaster.units.value, "past": forecaster.units.past, "known": forecaster.units.known},
        "clock": vars(forecaster.clock),
        "covariates": {"past": beside.past_names, "known": beside.known_names},
        "series": {"name": memory.name, "unit": memory.unit},
        "offset": forecaster.offset + len(forecaster.series) - len(memory),
    }
    tensors = {f"network.{k}": v.detach().cpu().contiguous() for k, v in forecaster.network.state_dict().items()}
    # Clones: weights of one layer may share memory, which safetensors refuses.
    tensors = {name: value.clone() for name, value in tensors.items()}
    for name, table in (("values", memory.values), ("past", beside.past), ("known", beside.known)):
        tensors[f"memory.{name}"] = torch.tensor(table, dtype=torch.float64)
    text = json.dumps(config)
    about = {"version": VERSION, "config": text, "sha256": checksum(text, tensors)}
    write(path, to_bytes(tensors, {FORMAT: json.dumps(about)}))  # under one key: the same forecaster, the same bytes


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
    if not path.is_file():
        raise FileNotFoundError(f"there is no saved forecaster at {path}")
    metadata, tensors = _read(path)
    if FORMAT not in metadata:
        raise ValueError(f"{path} is a safetensors file, but holds no saved forecaster")
    try:
        about = json.loads(metadata[FORMAT])
        version, text, digest = about["version"], about["config"], about["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} was changed after it was saved: its description cannot be read ({error})") from error
    if version != VERSION:
        raise ValueError(
            f"{path} has version {version!r} of the format, this package reads {VERSION}: use the version of "
            "rnn_tutorial that wrote it, or fit again"
        )
    if digest != checksum(text, tensors):
        raise ValueError(
            f"{path} was changed after it was saved (its checksum differs): take the original or fit again"
        )
    try:
        config = json.loads(text)
        chosen = _layer(config["layer"], config["kind of layer"], layer)
        forecaster = cls(chosen, **config["options"])
        names = {k: tuple(v) for k, v in config["covariates"].items()}
        tables = [tensors[f"memory.{name}"].numpy() for name in ("values", "past", "known")]
        beside = Covariates(tables[1], tables[2], names["past"], names["known"])
        units = Units(**{k: _tuples(v) for k, v in config["units"].items()})
        clock = Clock(**(config["clock"] | {"seasons": tuple(config["clock"]["seasons"])}))
        offset, steps = int(config["offset"]), len(tables[0])
        stamped = clock.first is not None
        counted = cast(pd.DatetimeIndex, pd.RangeIndex(offset, offset + steps))
        index = clock.stamps(offset, offset + steps) if stamped else counted
        series = Series(values=tables[0], index=index, covariates=beside, zone=clock.zone, **config["series"])
        weights = {name.removeprefix("network."): v for name, v in tensors.items() if name.startswith("network.")}
        if isinstance(chosen, str):  # sizes that are not those of the file are refused before they take memory
            if config["options"].get("num_layers", 1) > len(weights):
                raise ValueError(f"{len(weights)} tensors are too few for {config['options']['num_layers']} layers")
            with torch.device("meta"):
                forecaster._take(series, clock, units, offset)
            _compare(forecaster.network, weights, path)
        forecaster._take(series, clock, units, offset)
    except OtherShapesError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, RuntimeError, OverflowError) as error:
        said = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ValueError(f"no forecaster can be made from {path}: {said}") from error
    _compare(forecaster.network, weights, path)
    forecaster.network.load_state_dict(weights)
    forecaster.network.to(pick_device()).eval()
    return forecaster


def _read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            return metadata, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- no dictionary
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{path} cannot be read as safetensors ({error}): it is damaged, cut off, or of another kind; take the "
            "original, or fit and save again"
        ) from error


def _layer(name: str | None, kind: str, given: Any) -> Any:
    if name is not None and given is not None:
        raise ValueError(f"it holds its own layer, {name!r}: leave layer= away")
    if name is None and given is None:
        raise ValueError(
            f"it was saved with a layer of your own ({kind}), which a file of numbers cannot hold; give it again, "
            "load(path, layer=...)"
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


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return [_plain(v) for v in value] if isinstance(value, list | tuple | np.ndarray) else value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value
