r"""A fitted :class:`FrameForecaster` as one file: safetensors, which hold numbers and text and cannot run code."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor

from rnn_tutorial.io import write_atomically
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
    # Clones: weights of one layer may share memory, which safetensors refuses.
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    scale = forecaster.scale
    config = {
        "options": forecaster.options,
        "scale": [scale.low, scale.high, scale.unit],
        "fitted frames": forecaster.fitted_frames,
    }
    text = json.dumps(config)
    about = {"version": VERSION, "config": text, "digest": _digest(text, tensors)}
    write_atomically(path, to_bytes(tensors, {FORMAT: json.dumps(about)}))


def load(make: Callable[..., F], path: Path) -> F:
    """Read what ``save`` wrote; ``make`` is the class."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no saved forecaster at {path}")
    about, tensors = _read(path)
    if about.get("version") != VERSION:
        raise ValueError(f"{path} has version {about.get('version')!r} of the format, this package reads {VERSION}")
    if about.get("digest") != _digest(str(about.get("config")), tensors):
        raise ValueError(f"{path} was changed after it was saved: take the original or fit again")
    try:
        config = json.loads(about["config"])
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


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- no dictionary
        about = json.loads(metadata.get(FORMAT, "null"))
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{path} cannot be read as safetensors ({error}): it is damaged, cut off, or of another kind"
        ) from error
    if not isinstance(about, dict):
        raise ValueError(f"{path} is a safetensors file, but holds no saved forecaster of frames")
    return about, tensors
