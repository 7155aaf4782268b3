"""What a web page could send is turned away, and nothing else."""

import asyncio
from typing import Any

import pytest

from local.guard import Guard, is_local, refusal

LOCAL = (b"host", b"localhost:4566")


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:4566", "LOCALHOST:1", "pictures.localhost:4566", "127.0.0.1:4566",
     "[::1]", "[::1]:4566", "a.execute-api.localhost:4566"],
)  # fmt: skip
def test_names_of_this_machine(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:4566", "localhost.evil.example", "evillocalhost",
     "127.0.0.1.nip.io", "", ":4566", "localhost:evil.example", "[::1].evil.example", "[::2]",
     "192.168.0.1:4566", "localhost@evil.example"],
)  # fmt: skip
def test_other_names(host: str) -> None:
    assert not is_local(host)


def test_a_request_of_a_web_page_is_turned_away() -> None:
    assert refusal([LOCAL]) is None
    assert "web pages" in str(refusal([LOCAL, (b"Origin", b"https://evil.example")]))
    assert "web pages" in str(refusal([LOCAL, (b"origin", b"null")]))


def test_every_host_has_to_be_local() -> None:
    assert "localhost" in str(refusal([]))
    assert "localhost" in str(refusal([LOCAL, (b"host", b"evil.example")]))


async def _application(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "answered"})


async def _nothing() -> dict[str, Any]:
    return {}


def answer(guard: Guard, **scope: Any) -> list[Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guard({"headers": [LOCAL], "path": "/", **scope}, _nothing, send))
    return sent


def test_closed_paths_and_what_is_open_among_them() -> None:
    guard = Guard(_application, closed=("/_admin",), open_paths=frozenset({"/_admin/health"}))

    assert answer(guard, type="http") == [{"type": "answered"}]
    assert answer(guard, type="http", path="/_admin/health") == [{"type": "answered"}]
    assert answer(guard, type="http", path="/_admin/reset")[0]["status"] == 403


def test_a_refusal_is_a_sentence_and_a_foreign_websocket_is_closed() -> None:
    guard = Guard(_application)
    foreign = [(b"host", b"evil.example")]

    start, body = answer(guard, type="http", headers=foreign)
    assert start["status"] == 403
    assert body["body"].endswith(b"127.0.0.1.\n")
    assert answer(guard, type="websocket", headers=foreign)[0]["type"] == "websocket.close"
    assert answer(guard, type="lifespan") == [{"type": "answered"}]
