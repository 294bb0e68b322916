r"""The state of a run on disk, so that the run can go on as if nothing had happened.

A checkpoint is a folder that holds one folder per kept epoch, ``epoch-00007``. That one is written under a temporary
name, with a checksum of each file, and renamed when the disk has all of it; it is read back, and only then the epoch
before the last goes. Whatever is interrupted, and if the newest is damaged later, a whole one is there. Inside are
safetensors for the weights, JSON for history and recipe, and a ``torch.save`` file of plain containers that is only
ever read with ``weights_only=True``: nothing in a checkpoint can run code.

accelerate's own ``save_state`` is not used: it pickles generators, samplers and schedulers and replaces files one by
one. No generator is stored here, because every epoch begins with a seed of its own.
"""

import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from rnn_tutorial.io import sync

from .contents import digest_of_weights
from .history import History
from .recipe import INITIAL, CheckpointMismatchError, Recipe, compare

Weights = dict[str, Tensor]
WEIGHTS, BEST, STATE, HISTORY, RECIPE, CHECKSUMS = (
    "model.safetensors",
    "best.safetensors",
    "state.pt",
    "history.json",
    "recipe.json",
    "checksums.json",
)

KEPT = 2
"""Epochs that stay: the last one, and the one before in case that is damaged."""

UNFINISHED = ".unfinished-"


class CheckpointError(RuntimeError):
    """A checkpoint could not be written or read; the message says what to do."""


class Checkpoint:
    r"""The folder of one run.

    Args:
        folder: Where the run is kept; made at the first save.
        recipe: Whatever must be the same for the run to go on: model, data, optimizer, seed.

    """

    def __init__(self, folder: str | Path, recipe: Recipe) -> None:
        self.folder = Path(folder)
        self.recipe = json.loads(json.dumps(recipe))  # what JSON makes of it, so that it compares equal when read

    def check_folder(self) -> None:
        """Refuse a file in place of the folder."""
        if self.folder.exists() and not self.folder.is_dir():
            raise CheckpointError(f"checkpoint={str(self.folder)!r} is a file; give a folder, which need not exist.")

    def epochs(self) -> list[Path]:
        """Folders of the complete epochs, the oldest first."""
        self.check_folder()
        found = [path for path in self.folder.glob("epoch-*") if re.fullmatch(r"epoch-\d+", path.name)]
        return sorted(found, key=_number)

    def save(self, model: Weights, best: Weights | None, state: Mapping[str, Any], history: History) -> None:
        r"""Keep the state after the last epoch of ``history``.

        Raises:
            CheckpointError: The disk refused (full, not writable) or gave back something else than what was written.
                The last complete checkpoint is still there.

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
            (temporary / STATE).write_bytes(_packed(state))
            history.save(temporary / HISTORY)
            (temporary / RECIPE).write_text(json.dumps(self.recipe, indent=1), encoding="utf-8")
            seal(temporary)
            if target.exists():  # damaged, or there would have been no need to do this epoch again
                target.rename(temporary.with_name(f"{temporary.name}-old"))
            temporary.rename(target)
            sync(self.folder)
            check_seal(target)
            earlier = [path for path in self.epochs() if _number(path) <= len(history)]
            for path in {*self.epochs()} - {*earlier[-KEPT:]}:
                shutil.rmtree(path, ignore_errors=True)
        except (OSError, RuntimeError, ValueError, SafetensorError) as error:
            kept = [path for path in self.epochs() if path != target]
            raise CheckpointError(
                f"Could not write the checkpoint {target}: {error}. "
                + (f"{kept[-1].name} is still there" if kept else "There is no earlier one")
                + "; free space or choose another folder and run again."
            ) from error
        finally:
            if temporary is not None:
                for path in (temporary, temporary.with_name(f"{temporary.name}-old")):
                    shutil.rmtree(path, ignore_errors=True)

    def load(self) -> tuple[Weights, Weights | None, dict[str, Any], History] | None:
        r"""Read the last complete epoch or, with a warning, the one before if that is damaged.

        Returns:
            Weights, best weights, the state given to ``save`` and the history; ``None`` if there is no checkpoint.

        Raises:
            CheckpointMismatchError: It was written by a run of another recipe.
            CheckpointError: All that is there is damaged.

        """
        damaged: list[tuple[Path, Exception]] = []
        for epoch in reversed(self.epochs()):
            try:
                found = self._read(epoch)
            except CheckpointMismatchError:
                raise
            except Exception as error:  # whatever a damaged file provokes: json, zip, pickle, safetensors
                damaged.append((epoch, error))
                continue
            if damaged:
                warnings.warn(
                    f"The checkpoint {damaged[0][0]} is damaged ({_said(damaged[0][1])}): the run goes on from "
                    f"{epoch.name}.",
                    RuntimeWarning,
                    stacklevel=5,
                )
            return found
        if damaged:
            epoch, reason = damaged[0]
            raise CheckpointError(
                f"The checkpoint {epoch} cannot be read ({_said(reason)}). Delete the folder "
                f"{self.folder} to start from the beginning."
            ) from reason
        return None

    def _read(self, epoch: Path) -> tuple[Weights, Weights | None, dict[str, Any], History]:
        check_seal(epoch)
        recipe = json.loads((epoch / RECIPE).read_text(encoding="utf-8"))
        weights = load_file(epoch / WEIGHTS)
        best = load_file(epoch / BEST) if (epoch / BEST).exists() else None
        state = torch.load(epoch / STATE, map_location="cpu", weights_only=True)
        history = History.load(epoch / HISTORY)
        # A model that the run has trained already, in the same notebook, may go on as well as a fresh one.
        if self.recipe.get(INITIAL) in [digest_of_weights(one) for one in (weights, best) if one is not None]:
            self.recipe[INITIAL] = recipe.get(INITIAL)
        compare(recipe, self.recipe, self.folder)
        return weights, best, state, history


def seal(folder: Path) -> None:
    """Write down a checksum of each file of a folder, and wait until the disk has all of them."""
    files = sorted(path for path in folder.iterdir() if path.name != CHECKSUMS)
    (folder / CHECKSUMS).write_text(json.dumps({path.name: _checksum(path) for path in files}), encoding="utf-8")
    for path in (*files, folder / CHECKSUMS, folder):
        sync(path)


def check_seal(folder: Path) -> None:
    r"""Compare all files of a folder with their checksums, as the disk has them.

    Raises:
        ValueError: A file is missing, was added, or has other bytes.
        OSError: The disk does not give one back.

    """
    if not (folder / CHECKSUMS).is_file():
        raise ValueError(f"{CHECKSUMS} is missing")
    noted = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
    there = {path.name for path in folder.iterdir()} - {CHECKSUMS}
    if there != set(noted):
        raise ValueError(f"there should be {', '.join(sorted(noted))}, and there are {', '.join(sorted(there))}")
    for name, checksum in noted.items():
        if _checksum(folder / name) != checksum:
            raise ValueError(f"the checksum of {name} differs")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):  # read it from the disk, where the system would have it in memory
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _number(epoch: Path) -> int:
    return int(epoch.name.removeprefix("epoch-"))


def _plain(weights: Weights) -> Weights:
    # Clones: safetensors refuses tensors that share memory, as the weights of a cuDNN layer do.
    return {name: value.detach().cpu().clone(memory_format=torch.contiguous_format) for name, value in weights.items()}


def _packed(state: Mapping[str, Any]) -> memoryview:
    # By way of memory: where the disk refuses, torch says "unexpected pos" and hides the system's reason.
    buffer = io.BytesIO()
    torch.save(dict(state), buffer)
    return buffer.getbuffer()


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
