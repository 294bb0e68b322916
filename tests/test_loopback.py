"""The guard of the tests: other machines are refused, this one is not."""

import socket
import urllib.request

import pytest


@pytest.fixture
def looked_at(loopback_only: list[object]) -> list[object]:
    return loopback_only


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("10.0.0.1", 22)])
@pytest.mark.parametrize("how", ["connect", "connect_ex", "create_connection"])
def test_other_machines_are_refused(address: tuple[str, int], how: str, looked_at: list[object]):
    with socket.socket() as own, pytest.raises(OSError, match="may not connect"):
        socket.create_connection(address, 1) if how == "create_connection" else getattr(own, how)(address)
    looked_at.clear()


def test_this_machine_answers(looked_at: list[object]):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), 1).close()
    with pytest.raises(OSError, match="may not connect"):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://192.0.2.1/", timeout=1)
    looked_at.clear()
