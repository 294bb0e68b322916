r"""The state of a run on disk, so that the run can go on as if nothing had happened.

A checkpoint is a folder that holds one folder per kept epoch, ``epoch-00007``. That one is written under a temporary
name and renamed when it is complete; only then the older one goes. Whatever is interrupted, the newest ``epoch-*``
is whole. Inside are safetensors for the weights, JSON for history and recipe, and a ``torch.save`` file of plain
containers that is only ever read with ``weights_only=True``: nothing in a checkpoint can run code.

accelerate's own ``save_state`` is not used: it pickles generators, samplers and schedulers and replaces files one by
one. No generator is stored here, because every epoch begins with a seed of its own.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from .history import History

Weights = dict[str, Tensor]
Recipe = dict[str, Any]
WEIGHTS, BEST, STATE, HISTORY, RECIPE = (
    "model.safetensors",
    "best.safetensors",
    "state.pt",
    "history.json",
    "recipe.json",
)


UNFINISHED = ".unfinished-"


class CheckpointError(RuntimeError):
    """A checkpoint could not be written or read; the message says what to do."""


class CheckpointMismatchError(ValueError):
    """A checkpoint belongs to another run; the message lists what differs. The checkpoint is left untouched."""


class Checkpoint:
    r"""The folder of one run.

    Args:
        folder: Where the run is kept; made at the first save.
        recipe: Whatever must be the same for the run to go on: model, shapes, optimizer, data sizes, seed.

    """

    def __init__(self, folder: str | Path, recipe: Recipe) -> None:
        self.folder = Path(folder)
        self.recipe = json.loads(json.dumps(recipe))  # what JSON makes of it, so that it compares equal when read

    def newest(self) -> Path | None:
        """Folder of the last complete epoch, ``None`` if there is none."""
        if self.folder.exists() and not self.folder.is_dir():
            raise CheckpointError(f"checkpoint={str(self.folder)!r} is a file; give a folder, which need not exist.")
        return max(self._epochs(), key=lambda path: int(path.name[6:]), default=None)

    def _epochs(self) -> list[Path]:
        return [path for path in self.folder.glob("epoch-*") if re.fullmatch(r"epoch-\d+", path.name)]

    def save(self, model: Weights, best: Weights | None, state: Mapping[str, Any], history: History) -> None:
        r"""Keep the state after the last epoch of ``history``.

        Raises:
            CheckpointError: The disk refused (full, not writable). The last complete checkpoint is still there.

        """
        target = self.folder / f"epoch-{len(history):05d}"
        temporary = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for debris in self.folder.glob(f"{UNFINISHED}*"):  # of a process killed while it wrote
                shutil.rmtree(debris, ignore_errors=True)
            temporary = Path(tempfile.mkdtemp(dir=self.folder, prefix=UNFINISHED))
            temporary.chmod(0o755)
            save_file(_plain(model), temporary / WEIGHTS)
            if best is not None:
                save_file(_plain(best), temporary / BEST)
            torch.save(dict(state), temporary / STATE)
            history.save(temporary / HISTORY)
            (temporary / RECIPE).write_text(json.dumps(self.recipe, indent=1), encoding="utf-8")
            temporary.rename(target)
            for old in self._epochs():
                if old != target:
                    shutil.rmtree(old, ignore_errors=True)
        except (OSError, RuntimeError, SafetensorError) as error:
            kept = self.newest()
            raise CheckpointError(
                f"Could not write the checkpoint {target}: {error}. "
                + (f"{kept.name} is still there" if kept else "There is no earlier one")
                + "; free space or choose another folder and run again."
            ) from error
        finally:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)

    def load(self) -> tuple[Weights, Weights | None, dict[str, Any], History] | None:
        r"""Read the last complete epoch.

        Returns:
            Weights, best weights, the state given to ``save`` and the history; ``None`` if there is no checkpoint.

        Raises:
            CheckpointMismatchError: It was written by a run of another recipe.
            CheckpointError: A file in it is damaged or missing.

        """
        newest = self.newest()
        if newest is None:
            return None
        try:
            recipe = json.loads((newest / RECIPE).read_text(encoding="utf-8"))
            self._compare(recipe)
            best = load_file(newest / BEST) if (newest / BEST).exists() else None
            state = torch.load(newest / STATE, map_location="cpu", weights_only=True)
            return load_file(newest / WEIGHTS), best, state, History.load(newest / HISTORY)
        except CheckpointMismatchError:
            raise
        except Exception as error:  # whatever a damaged file provokes: json, zip, pickle, safetensors
            raise CheckpointError(
                f"The checkpoint {newest} cannot be read ({type(error).__name__}: {error}). Delete the folder "
                f"{self.folder} to start from the beginning."
            ) from error

    def _compare(self, found: Recipe) -> None:
        differences = [
            f"  {key}: {_short(found.get(key))} in the checkpoint, {_short(self.recipe.get(key))} now"
            for key in sorted({*found, *self.recipe})
            if found.get(key) != self.recipe.get(key)
        ]
        if differences:
            raise CheckpointMismatchError(
                f"The checkpoint in {self.folder} belongs to another run:\n"
                + "\n".join(differences)
                + "\nUse the same arguments to resume it, or name another folder for this run (or delete that one)."
            )


def shapes_of(model: nn.Module) -> dict[str, str]:
    """Name, shape and dtype of everything in the state dict."""
    return {name: f"{tuple(value.shape)} {value.dtype}" for name, value in model.state_dict().items()}


def _plain(weights: Weights) -> Weights:
    # Clones: safetensors refuses tensors that share memory, as the weights of a cuDNN layer do.
    return {name: value.detach().cpu().clone(memory_format=torch.contiguous_format) for name, value in weights.items()}


def _short(value: Any, limit: int = 160) -> str:
    text = "nothing" if value is None else " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
