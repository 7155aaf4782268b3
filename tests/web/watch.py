"""What goes wrong in a page without being seen: errors, refused requests, other hosts."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Amplify says so of every endpoint that is not AWS's own, as the local stack's is not.
_KNOWN = re.compile(r"You are using a custom Amazon Amazon Cognito User Pool endpoint")
# Chromium says it of each answer that `_answered` sees anyway, with its status.
_SAID_TWICE = "Failed to load resource"


@dataclass
class _Expected:
    status: int
    path: re.Pattern[str]
    was_met: bool = False


@dataclass
class Watch:
    """Notes what nobody should meet in the pages of one context, but for what a test expects."""

    origin: str
    problems: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    _expected: list[_Expected] = field(default_factory=list)

    def begin(self, context: BrowserContext) -> None:
        for event, note in self._notes():
            context.on(event, note)

    def end(self, context: BrowserContext) -> None:
        """Note nothing more."""
        for event, note in self._notes():
            context.remove_listener(event, note)

    def expect(self, status: int, path: str) -> None:
        """Let answers with this status pass, where the path fits; there has to be one."""
        self._expected.append(_Expected(status, re.compile(path)))

    def requested(self, method: str, path: str) -> int:
        """How many requests there were of this method whose path fits."""
        return sum(
            one.method == method and bool(re.search(path, urlsplit(one.url).path))
            for one in self.requests
        )

    def verify(self) -> None:
        """Fail with everything that was noted."""
        unmet = [
            f"no answer {one.status} of {one.path.pattern}, which was expected"
            for one in self._expected
            if not one.was_met
        ]
        assert not (found := self.problems + unmet), "\n".join(found)

    def _notes(self) -> tuple[tuple[Any, Any], ...]:
        return (
            ("console", self._console),
            ("weberror", self._error),
            ("request", self._requested),
            ("requestfailed", self._failed),
            ("response", self._answered),
        )

    def _console(self, message: ConsoleMessage) -> None:
        is_bad = message.type in {"error", "warning"}
        if is_bad and not message.text.startswith(_SAID_TWICE) and not _KNOWN.search(message.text):
            self.problems.append(f"{message.type} in the console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"uncaught: {error.error}")

    def _requested(self, request: Request) -> None:
        self.requests.append(request)
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and f"{url.scheme}://{url.netloc}" != self.origin:
            self.problems.append(f"a request that leaves the console's origin: {request.url}")

    def _failed(self, request: Request) -> None:
        # Whoever leaves a page gives up what it has asked for.
        if request.failure == "net::ERR_ABORTED":
            return
        self.problems.append(f"{request.method} {request.url} failed: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status < 400:
            return
        path = urlsplit(response.url).path
        for one in self._expected:
            if one.status == response.status and one.path.search(path):
                one.was_met = True
                return
        self.problems.append(f"{response.request.method} {path} was answered {response.status}")
