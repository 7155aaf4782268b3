"""Who is turned away: pages of other origins, names of other machines, addresses with tricks."""

import pytest

from local.console.admission import MovedToLocalhost, admit
from local.console.incoming import Incoming
from local.console.refused import Refused
from tests.unit.local.console.asked import OWN, PORT, Emulator, ask, asked, scope


def refusal(target: str = "/", method: str = "GET", **headers: str) -> int:
    with pytest.raises(Refused) as found:
        admit(asked(target, method, **headers), PORT)
    return found.value.status


def test_the_consoles_own_pages_are_admitted() -> None:
    admit(asked("/"), PORT)
    admit(asked("/api/upload", "POST", origin=OWN, sec_fetch_site="same-origin"), PORT)
    admit(asked("/", sec_fetch_site="none", sec_fetch_mode="navigate"), PORT)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost", "http://localhost:3000",
     "https://localhost:8080", "http://127.0.0.1:8080", "http://localhost:8080.evil.example",
     "http://evil.localhost:8080", ""],
)  # fmt: skip
def test_other_origins_are_refused(origin: str) -> None:
    assert refusal("/api/results", "GET", origin=origin) == 403
    assert refusal("/api/upload", "POST", origin=origin) == 403
    assert refusal("/", origin=origin) == 403


def test_a_second_origin_does_not_hide_behind_the_first() -> None:
    request = scope("/api/results")
    request["headers"] += [(b"origin", OWN.encode()), (b"Origin", b"https://evil.example")]

    with pytest.raises(Refused):
        admit(Incoming.of(request), PORT)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "localhost", "localhost:8081", "localhost:8080.evil",
     "evil.localhost:8080", "localhost:8080@evil.example", "0.0.0.0:8080", "192.168.0.1:8080", ""],
)  # fmt: skip
def test_other_hosts_are_refused(host: str) -> None:
    assert refusal("/", host=host) == 403


def test_two_hosts_and_no_host_are_refused() -> None:
    request = scope("/")
    request["headers"].append((b"Host", b"evil.example"))
    with pytest.raises(Refused):
        admit(Incoming.of(request), PORT)
    with pytest.raises(Refused):
        admit(Incoming.of(scope("/") | {"headers": []}), PORT)


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "[::1]:8080"])
def test_an_address_is_led_to_the_name(host: str) -> None:
    with pytest.raises(MovedToLocalhost):
        admit(asked("/results", host=host), PORT)
    assert refusal("/api/upload", "POST", host=host) == 403
    assert refusal("/", host=host, origin=OWN) == 403
    answer = ask(Emulator(), "/results?label=Car", host=host)
    assert answer.status == 308
    assert answer.headers["location"] == "http://localhost:8080/results?label=Car"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_may_open_a_page_in_a_tab_and_no_more(site: str) -> None:
    opened = {"sec_fetch_site": site, "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    admit(asked("/results", **opened), PORT)
    assert refusal("/", **(opened | {"sec_fetch_dest": "iframe"})) == 403
    assert refusal("/assets/index.js", sec_fetch_site=site, sec_fetch_mode="no-cors") == 403
    assert refusal("/", "POST", **opened) == 403
    for path in ("/api/results", "/s3/localhost/b/k", "/cognito", "/cognito/"):
        assert refusal(path, **opened) == 403


@pytest.mark.parametrize(
    "target",
    ["http://evil.example/", "*", "//evil.example/..", "/../etc/passwd", "/a/../b", "/a/./b",
     "/%2e%2e/b", "/a/%2E%2E/b", "/a%2fb", "/a%5Cb", "/a%00", "/a%0d%0aX-Evil:%201", "/a%", "/a%zz",
     "/a\\b", "/a b", "/é", "/a?b c", "/a?\r\n"],
)  # fmt: skip
def test_addresses_that_could_be_read_in_two_ways_are_refused(target: str) -> None:
    emulator = Emulator()

    assert ask(emulator, target).status == 400
    assert not emulator.requests


def test_a_websocket_is_closed() -> None:
    assert ask(Emulator(), "/" + "a" * 20_000).status == 414
