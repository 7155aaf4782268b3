"""Requests as a browser makes them, and an emulator that notes what reaches it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from local.console.incoming import Incoming
from local.console.proxy import Proxy

PORT, EMULATOR = 8080, 4566
OWN = f"http://localhost:{PORT}"
OUTPUTS = {
    "ApiId": "0a1b2c3d",
    "ApiStage": "v1",
    "ConsoleUrl": "https://d123abc.cloudfront.net",
    "InputBucketName": "sightline-input",
}
SIGNED = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20261121%2Fus-east-1%2Fs3"
    "%2Faws4_request&X-Amz-Date=20261121T101010Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=0123abcd"
)


def scope(
    target: str, method: str = "GET", headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    given = {"host": f"localhost:{PORT}", **(headers or {})}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in given.items()],
    }


def asked(target: str, method: str = "GET", **headers: str) -> Incoming:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Incoming.of(scope(target, method, named))


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pieces: int = 0


class Pieces(httpx.AsyncByteStream):
    """A body in pieces, as it comes from a network."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def answered(status: int, *pieces: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=Pieces(*pieces))


@dataclass
class Emulator(httpx.AsyncBaseTransport):
    """Answers as it is told, and remembers what it was asked."""

    answer: Callable[[httpx.Request], httpx.Response] = lambda _request: answered(200)
    requests: list[httpx.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    largest_piece: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body = bytearray()
        stream: Any = request.stream
        async for piece in stream:
            self.largest_piece = max(self.largest_piece, len(piece))
            body += piece
        self.bodies.append(bytes(body))
        return self.answer(request)

    @property
    def target(self) -> str:
        return str(self.requests[-1].extensions["target"].decode())

    @property
    def headers(self) -> httpx.Headers:
        return self.requests[-1].headers


async def _pieces(body: bytes, size: int) -> AsyncIterator[dict[str, Any]]:
    for start in range(0, len(body), size):
        more = start + size < len(body)
        yield {"type": "http.request", "body": body[start : start + size], "more_body": more}
    if not body:
        yield {"type": "http.request", "body": b"", "more_body": False}
    while True:
        yield {"type": "http.disconnect"}


def ask(
    emulator: Emulator,
    target: str,
    method: str = "GET",
    body: bytes = b"",
    outputs: Mapping[str, str] = OUTPUTS,
    **headers: str,
) -> Answer:
    """Ask a proxy before this emulator, as a browser would."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        named.setdefault("content-length", str(len(body)))
    return asyncio.run(_ask(emulator, scope(target, method, named), body, outputs))


async def _ask(
    emulator: Emulator, request: dict[str, Any], body: bytes, outputs: Mapping[str, str]
) -> Answer:
    answer, pieces = Answer(), _pieces(body, 64 * 1024)

    async def receive() -> dict[str, Any]:
        return await anext(pieces)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        elif body := message.get("body"):
            answer.body += body
            answer.pieces += 1

    async with httpx.AsyncClient(transport=emulator, base_url="https://127.0.0.1:4566") as client:
        proxy = Proxy(PORT, EMULATOR, lambda: outputs, client)
        await proxy(request, receive, send)
    return answer
