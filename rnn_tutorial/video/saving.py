r"""A fitted :class:`FrameForecaster` as one file: safetensors, which hold numbers and text and cannot run code."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from torch import Tensor

from rnn_tutorial.sealed import Seal
from rnn_tutorial.training.contents import digest_of_weights

from .load import Frames

FORMAT, VERSION = "rnn_tutorial.FrameForecaster", 1
MEMORY, NETWORK = "memory", "network."


class Fitted(Protocol):
    """What is kept of a fitted forecaster, and how another one takes it over."""

    network: Any
    scale: Frames
    fitted_frames: int

    @property
    def options(self) -> dict[str, Any]:
        """The arguments by which it was made."""
        ...

    def make(self, channels: int, side: int) -> Any:
        """Return a fresh network."""
        ...


F = TypeVar("F", bound=Fitted)


def save(forecaster: Fitted, path: Path) -> None:
    """Write the file; beside the weights the last frames are kept, from which the next are forecast."""
    tensors = {f"{NETWORK}{name}": value for name, value in forecaster.network.state_dict().items()}
    tensors[MEMORY] = forecaster.scale.frames
    scale = forecaster.scale
    config = {
        "options": forecaster.options,
        "scale": [scale.low, scale.high, scale.unit],
        "fitted frames": forecaster.fitted_frames,
    }
    SEAL.write(path, config, tensors)


def load(make: Callable[..., F], path: Path) -> F:
    """Read what ``save`` wrote; ``make`` is the class."""
    text, tensors = SEAL.read(path)
    try:
        config = json.loads(text)
        forecaster = make(**config["options"])
        low, high, unit = config["scale"]
        memory = tensors.pop(MEMORY)
        forecaster.scale, forecaster.fitted_frames = Frames(memory, low, high, unit), config["fitted frames"]
        network = forecaster.make(memory.shape[1], min(memory.shape[-2:]))
        network.load_state_dict({name.removeprefix(NETWORK): value for name, value in tensors.items()})
    except (KeyError, TypeError, ValueError, IndexError, RuntimeError) as error:
        raise ValueError(f"no forecaster can be made from {path}: {error}; take the original or fit again") from error
    forecaster.network = network.eval()
    return forecaster


def _digest(text: str, tensors: dict[str, Tensor]) -> str:
    return hashlib.sha256((text + digest_of_weights(tensors)).encode()).hexdigest()


SEAL = Seal(FORMAT, VERSION, "forecaster of frames", "digest", _digest)
