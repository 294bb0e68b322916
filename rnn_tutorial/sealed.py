r"""Fitted models in one file: safetensors, which hold numbers and text and cannot run code, under a checksum.

The tensors are weights and whatever else is numbers; the metadata has one key, the name of the format, and under it
JSON: the format's version, the configuration as text, and a checksum over both that tells a damaged or edited file.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from rnn_tutorial.io import check_replaceable, write_atomically

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Seal:
    r"""A format of such files.

    Args:
        name: Key of the metadata.
        version: Written into the file; no other is read.
        what: Is kept in it, for messages.
        field: Where the checksum stands.
        checksum: Of the text of a configuration and of tensors, by name.
    """

    name: str
    version: int
    what: str
    field: str
    checksum: Callable[[str, Tensors], str]

    def packed(self, config: Mapping[str, Any], tensors: Tensors) -> bytes:
        r"""Return the bytes of a file, the same for the same content.

        Args:
            config: Plain values that JSON can hold.
            tensors: By name.
        """
        from safetensors.torch import save

        # Clones: weights of one layer may share memory, which safetensors refuses.
        own = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
        text = json.dumps(config)
        about = {"version": self.version, "config": text, self.field: self.checksum(text, own)}
        return save(own, {self.name: json.dumps(about)})

    def write(self, path: Path, config: Mapping[str, Any], tensors: Tensors) -> None:
        r"""Write a file, whole or not at all.

        Args:
            path: The file; one that exists is replaced.
            config: See ``packed``.
            tensors: Likewise.

        Raises:
            FileExistsError: A folder, a link or a device has that name.
            OSError: The disk refused.
        """
        check_replaceable(path)
        write_atomically(path, self.packed(config, tensors))

    def read(self, path: Path) -> tuple[str, Tensors]:
        r"""Return the text of the configuration and the tensors.

        Args:
            path: The file.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: It is damaged, edited, of another kind or of another version; the message names it.
        """
        if not path.is_file():
            raise FileNotFoundError(f"there is no saved {self.what} at {path}")
        metadata, tensors = _opened(path)
        if self.name not in metadata:
            raise ValueError(f"{path} is a safetensors file, but holds no saved {self.what}")
        try:
            about = json.loads(metadata[self.name])
            version, text, digest = about["version"], str(about["config"]), about[self.field]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ValueError(
                f"{path} was changed after it was saved: its description cannot be read ({error})"
            ) from error
        if version != self.version:
            raise ValueError(
                f"{path} has version {version!r} of the format, this package reads {self.version}: use the version of "
                "rnn_tutorial that wrote it, or fit again"
            )
        if digest != self.checksum(text, tensors):
            raise ValueError(
                f"{path} was changed after it was saved (its checksum differs): take the original or fit again"
            )
        return text, tensors


def _opened(path: Path) -> tuple[dict[str, str], Tensors]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            return metadata, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- no dictionary
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{path} cannot be read as safetensors ({error}): it is damaged, cut off, or of another kind; take the "
            "original, or fit and save again"
        ) from error
