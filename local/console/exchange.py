"""One request to the emulator and its answer, passed on piece by piece, both within limits."""

from collections.abc import AsyncIterator

import anyio
import httpx

from local.console.answers import answer_headers
from local.console.incoming import Incoming
from local.console.links import rewrite
from local.console.refused import Refused
from local.console.routes import MIB, Upstream
from local.guard import Message, Receive, Send

# API Gateway's answers have at most 10 MB; these are held for their links to be rewritten.
MAX_HELD_ANSWER = 11 * MIB
# Of a browser that has stopped sending.
IDLE_SECONDS = 30.0
# API Gateway waits 29 s for its function.
TOTAL_SECONDS = {"api": 35.0, "cognito": 35.0, "page": 35.0, "s3": 600.0}
# The emulator holds a whole upload in memory.
MAX_UPLOADS = 8


class Gone(Exception):  # noqa: N818 -- nobody is left to tell
    """The browser has closed the connection, or stands still."""


def body_length(request: Incoming, upstream: Upstream) -> int:
    """How many bytes the request brings; `Refused` for too many, or when it does not say."""
    if "transfer-encoding" in request.headers:
        raise Refused(411, "Say how long the request is: Content-Length.")
    length = request.header("content-length") or "0"
    if not (length.isascii() and length.isdigit()):
        raise Refused(400, "Content-Length is no number.")
    if int(length) > (0 if request.method in {"GET", "HEAD"} else upstream.max_body):
        raise Refused(413, f"This is too large; at most {upstream.max_body:,} bytes go through.")
    return int(length)


async def sent_by_browser(receive: Receive) -> AsyncIterator[bytes]:
    """The request's body as it comes; nothing of it is kept."""
    while True:
        message: Message = {"type": "http.disconnect"}
        with anyio.move_on_after(IDLE_SECONDS):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        if body := message.get("body"):
            yield body
        if not message.get("more_body"):
            return


async def answer_to_browser(
    upstream: Upstream, response: httpx.Response, send: Send, *, emulator_port: int, origin: str
) -> int:
    """Pass an answer on and return how many bytes of body it had."""
    if upstream.kind == "page" and upstream.target == "/" and response.status_code in {403, 404}:
        raise Refused(503, "The console is not published yet: sightline console publish")
    headers = answer_headers(upstream.kind, response.headers.multi_items())
    if upstream.kind == "api":
        body = await _held(response)
        if "json" in response.headers.get("content-type", ""):
            body = rewrite(body, emulator_port, origin)
        headers.append((b"content-length", b"%d" % len(body)))
        await send(_start(response.status_code, headers))
        await send({"type": "http.response.body", "body": body})
        return len(body)
    if "content-length" in response.headers:
        headers.append((b"content-length", response.headers["content-length"].encode()))
    await send(_start(response.status_code, headers))
    sent = 0
    async for piece in response.aiter_raw():
        sent += len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    return sent


async def _held(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MAX_HELD_ANSWER:
            raise Refused(502, "The API's answer is too long.")
    return bytes(body)


def _start(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}
