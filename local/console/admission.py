"""Who may ask the proxy anything: this machine's browser, from the console's own pages.

What the emulator's guard (local/guard.py) turns away altogether, requests of web pages, is let
through here for one page's origin. Another origin on this machine, such as somebody's development
server on another port, is as foreign as any.
"""

from local.console.incoming import Incoming
from local.console.refused import Refused

_OWN = frozenset({"same-origin", "none"})
_SERVICES = ("/api", "/cognito", "/s3")


class MovedToLocalhost(Exception):  # noqa: N818 -- an answer, not a failure
    """The console was asked for by an address instead of its name: there it is another origin."""


def admit(request: Incoming, port: int) -> None:
    """Return if the request may go on; raises `Refused`, or `MovedToLocalhost` for a redirect."""
    _check_host(request, port)
    origin = f"http://localhost:{port}"
    if any(value != origin for value in request.headers.get("origin", [])):
        raise Refused(403, "The console answers no requests of other web pages.")
    site = request.header("sec-fetch-site")
    if site is None or site in _OWN or _opens_a_page(request):
        return
    raise Refused(403, "The console answers no requests of other web pages.")


def _check_host(request: Incoming, port: int) -> None:
    host = request.header("host")
    if host == f"localhost:{port}":
        return
    if host in {f"127.0.0.1:{port}", f"[::1]:{port}"}:
        if request.method == "GET" and "origin" not in request.headers:
            raise MovedToLocalhost
        raise Refused(403, f"The console is at http://localhost:{port}.")
    # A name of somebody else's that resolves to this machine (DNS rebinding) stays in `Host`.
    raise Refused(403, "The console answers only to localhost.")


def _opens_a_page(request: Incoming) -> bool:
    """Is this a link from elsewhere, opened in a tab of its own? It shows a page, no more."""
    return (
        request.method == "GET"
        and request.header("sec-fetch-mode") == "navigate"
        and request.header("sec-fetch-dest") == "document"
        and not request.path.startswith(_SERVICES)
    )
