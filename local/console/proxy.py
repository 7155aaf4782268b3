"""The proxy: an ASGI application that stands between a browser and the emulator."""

import logging
import time
from collections.abc import Callable, Mapping

import anyio
import httpx

from local.console.admission import MovedToLocalhost, admit
from local.console.answers import answer_headers
from local.console.exchange import (
    MAX_UPLOADS,
    TOTAL_SECONDS,
    Gone,
    answer_to_browser,
    body_length,
    sent_by_browser,
)
from local.console.incoming import Incoming
from local.console.refused import Refused, answer_body
from local.console.routes import Upstream, route
from local.guard import Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
HEALTH = "/health"


class Proxy:
    """Passes on what the console needs, and refuses everything else.

    `outputs` tells what is deployed; `client` reaches the emulator on `emulator_port`.
    """

    def __init__(
        self,
        port: int,
        emulator_port: int,
        outputs: Callable[[], Mapping[str, str]],
        client: httpx.AsyncClient,
    ) -> None:
        self._port, self._emulator_port = port, emulator_port
        self._outputs, self._client = outputs, client
        self._uploads = anyio.Semaphore(MAX_UPLOADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it in one line."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        began, answer = time.perf_counter(), _Answer(send)
        kind, where, path = "-", "-", ascii(scope["path"])[1:-1]
        try:
            request = Incoming.of(scope)
            path = request.path
            admit(request, self._port)
            if path == HEALTH:
                await answer.text(200, b'{"status": "ok"}', "application/json")
                return
            upstream = route(request, self._outputs(), self._emulator_port)
            kind, where = upstream.kind, upstream.host.partition(":")[0]
            await self._pass_on(request, upstream, receive, answer)
        except MovedToLocalhost:
            query = f"?{request.query}" if request.query else ""
            target = f"http://localhost:{self._port}{path}{query}".encode("ascii")
            await answer.text(308, b"", "text/plain", ((b"location", target),))
        except Refused as refused:
            content_type, body = answer_body(refused, path)
            await answer.text(refused.status, body, content_type)
        except Gone:
            answer.status = answer.status or 499
        finally:
            self._note(scope, kind, where, path, answer, began)

    async def _pass_on(
        self, request: Incoming, upstream: Upstream, receive: Receive, answer: "_Answer"
    ) -> None:
        length = body_length(request, upstream)
        headers = {**upstream.headers, "host": upstream.host}
        if request.method not in {"GET", "HEAD"}:
            headers["content-length"] = str(length)
        try:
            with anyio.fail_after(TOTAL_SECONDS[upstream.kind]):
                if upstream.kind == "s3" and length:
                    async with self._uploads:
                        await self._exchange(request, upstream, headers, receive, answer)
                else:
                    await self._exchange(request, upstream, headers, receive, answer)
        except (httpx.TimeoutException, TimeoutError) as error:
            answer.give_up(error)
            raise Refused(504, "The local stack took too long; try again.") from error
        except httpx.HTTPError as error:
            answer.give_up(error)
            raise Refused(
                502,
                f"The local stack does not answer on port {self._emulator_port}; see: "
                "sightline local status",
            ) from error

    async def _exchange(
        self,
        request: Incoming,
        upstream: Upstream,
        headers: dict[str, str],
        receive: Receive,
        answer: "_Answer",
    ) -> None:
        asked = self._client.build_request(
            request.method,
            "/",
            headers=headers,
            content=None if request.method in {"GET", "HEAD"} else sent_by_browser(receive),
            # As it was signed: a URL object would write it anew.
            extensions={"target": upstream.target.encode("ascii")},
        )
        response = await self._client.send(asked, stream=True)
        try:
            await answer_to_browser(
                upstream,
                response,
                answer,
                emulator_port=self._emulator_port,
                origin=f"http://localhost:{self._port}",
            )
        finally:
            await response.aclose()

    def _note(  # noqa: PLR0913, PLR0917 -- what an access log has
        self, scope: Scope, kind: str, where: str, path: str, answer: "_Answer", began: float
    ) -> None:
        # Not the query: it holds signatures, and what people search for.
        milliseconds = (time.perf_counter() - began) * 1000
        method = ascii(scope["method"])[1:-1]
        _log.info(
            "%s %s %s %s: %s, %d bytes in %.0f ms",
            *(method, kind, where, path, answer.status or "no answer", answer.sent, milliseconds),
        )


class _Answer:
    """Sends, and remembers what was sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.sent = 0

    async def __call__(self, message: Message) -> None:
        self.status = message.get("status", self.status)
        self.sent += len(message.get("body", b""))
        await self._send(message)

    async def text(
        self,
        status: int,
        body: bytes,
        content_type: str,
        more: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        """Send a whole answer of the proxy's own."""
        headers = answer_headers("proxy", [("content-type", content_type)])
        headers += [(b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store"), *more]
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body})

    def give_up(self, error: Exception) -> None:
        """Raise what went wrong if the answer has begun: cut off, it is not taken for whole."""
        if self.status:
            raise error
