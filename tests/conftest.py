"""What holds for every test: no socket of its process leads to another machine, and Ctrl-C is heard."""

import gc
import ipaddress
import signal
import socket
from collections.abc import Iterator
from typing import Any

import pytest

# Thousands of tests are collected, and none is garbage: the collector looks for some less often meanwhile, and
# leaves them alone afterwards.
_USUAL = gc.get_threshold()
gc.set_threshold(100_000, 20, 50)


def pytest_collection_finish() -> None:
    """Collect garbage as usual again, among what the tests themselves make."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_USUAL)


class OutsideError(OSError):
    """A test spoke to another machine; who takes it for a network that is down is found out when the test ends."""


def is_here(address: Any) -> bool:
    """Whether an address is this machine's own: a loopback one, or no address of the internet at all."""
    if not isinstance(address, tuple):
        return True  # the path of a socket in the file system
    host = str(address[0])
    try:
        return host in ("", "localhost", socket.gethostname()) or ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what compiles kernels at the end, together: of two workers one does, and the other one reads what it kept."""
    items.sort(key=lambda item: item.nodeid.startswith(("tests/kernels/", "tests/layers/")))


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Refuse connections to other machines; pip, which is another program, is what brings real data to slow tests."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    tried: list[Any] = []

    def guarded(function: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            # A datagram socket sends nothing when it is connected: so machines ask for their own address.
            if self.type != socket.SOCK_DGRAM and not is_here(address):
                tried.append(address)
                raise OutsideError(f"a test may not connect to {address}")
            return function(self, address)

        return call

    monkeypatch.setattr(socket.socket, "connect", guarded(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    yield tried
    assert not tried, f"tried to reach {tried}"


@pytest.fixture(scope="session", autouse=True)
def heeding_interrupts() -> Iterator[None]:
    """Hear SIGINT, here and in started programs, which inherit that a suite in the background is told to ignore it."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
