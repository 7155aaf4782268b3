"""The ports of a local stack, and who has them already."""

import socket
from collections.abc import Iterator

import pytest

from local import ports
from local.errors import LocalError
from local.ports import Ports, bind_localhost


def test_each_stack_has_a_console_of_its_own() -> None:
    assert Ports(4566).console == 8080
    assert Ports(4666).console == 8180
    assert Ports(4666).console_origin == "http://localhost:8180"
    every = [Ports(port).console for port in range(1024, 65535)]
    assert all(1024 <= port <= 65535 for port in every)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    monkeypatch.setattr(ports, "GONE_SECONDS", 0.0)
    for port in range(21_000, 22_000, 7):
        found = Ports(port)
        if _all_free(found):
            yield found
            return
    raise AssertionError("no free ports")


def _all_free(found: Ports) -> bool:
    try:
        found.check_free(console=True)
    except LocalError:
        return False
    return True


@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_a_console_whose_port_is_taken_on_either_address_is_refused(
    free: Ports, family: socket.AddressFamily, address: str
) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as other:
        try:
            other.bind((address, free.console))
        except OSError:
            pytest.skip(f"this machine has no {address}")
        other.listen()
        with pytest.raises(LocalError, match=rf"Port {free.console} is in use by .*--no-console"):
            free.check_free(console=True)
        free.check_free()
        with pytest.raises(OSError, match="in use"):
            bind_localhost(free.console)


def test_a_port_of_the_emulator_that_is_taken_is_refused(free: Ports) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free.port))
        other.listen()
        with pytest.raises(LocalError, match=rf"--port {free.port + 100}$"):
            free.check_free(console=True)


def test_both_addresses_of_localhost_are_taken(free: Ports) -> None:
    taken = bind_localhost(free.console)
    try:
        assert taken[0].getsockname()[:2] == ("127.0.0.1", free.console)
        assert all(bound.getsockname()[1] == free.console for bound in taken)
    finally:
        for bound in taken:
            bound.close()
