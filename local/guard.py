"""Turn away what a browser sends: nothing on this machine but the stack's own clients may use it.

A web page can reach the loopback interface. What it sends names the page as `Origin`; a name of
its own that resolves to 127.0.0.1 (DNS rebinding) stays in `Host`. No AWS client sends the one,
and none of ours the other. The emulator runs this too: it imports the standard library only.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

_LOCAL = re.compile(r"(([a-z0-9_.-]+\.)?localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?", re.IGNORECASE)


class Guard:
    """An ASGI application that answers 403 to foreign requests and passes on the others."""

    def __init__(
        self, app: App, *, closed: tuple[str, ...] = (), open_paths: frozenset[str] = frozenset()
    ) -> None:
        """Nobody may use paths that start with one of `closed`, except those in `open_paths`."""
        self._app = app
        self._closed = closed
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the application answer."""
        if scope["type"] == "lifespan" or (reason := self._refusal(scope)) is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            body = f"{reason}\n".encode()
            headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    def _refusal(self, scope: Scope) -> str | None:
        if reason := refusal(scope["headers"]):
            return reason
        path: str = scope["path"]
        if path.startswith(self._closed) and path not in self._open_paths:
            return f"{path} is closed on a local stack."
        return None


def refusal(headers: Headers) -> str | None:
    """Why a request with these headers is turned away; None if it is not."""
    values = [(name.lower(), value) for name, value in headers]
    if any(name == b"origin" for name, _ in values):
        return "A local stack answers no requests of web pages."
    hosts = [value.decode("latin-1") for name, value in values if name == b"host"]
    if not hosts or not all(is_local(host) for host in hosts):
        return "A local stack answers only to localhost and 127.0.0.1."
    return None


def is_local(host: str) -> bool:
    """Does a Host header name this machine? The port, if there is one, does not matter."""
    return _LOCAL.fullmatch(host) is not None
