"""The middleware that makes faults happen, in front of the emulator and of recognition."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from local.faults import answers
from local.faults.connections import hang_up, kill, worker_behind
from local.faults.file import FaultFile
from local.faults.requests import (
    PROTOCOLS,
    QUERY,
    Signed,
    headers_of,
    operation_of,
    signed_by,
    target_of,
)
from local.faults.rule import Call, Rule

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = MutableMapping[str, str]
# Answers the name of the function that signed a request; None for everybody else.
NamesCaller = Callable[[Signed, Headers], Awaitable[str | None]]

# As much of a body as is searched; what follows is passed on unseen. The largest messages of SQS
# and SNS, and the largest items of DynamoDB, are smaller.
MAX_SEARCHED_BYTES = 1024 * 1024
# Longer than any client here waits; then the connection is closed.
HANG_SECONDS = 120.0

_log = logging.getLogger(__name__)


class FaultInjector:
    """An ASGI application that lets faults happen to functions' requests and passes on the rest."""

    def __init__(self, app: App, *, faults: FaultFile, name_caller: NamesCaller) -> None:
        self._app = app
        self._faults = faults
        self._name_caller = name_caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, unless a rule is about this very call."""
        if scope["type"] != "http" or not (rules := self._faults.rules()):
            await self._app(scope, receive, send)
            return
        headers = headers_of(scope)
        signed = signed_by(headers)
        if signed is None:
            await self._app(scope, receive, send)
            return
        now = time.time()
        possible = [rule for rule in rules if rule.may_match(signed.service, now)]
        caller = await self._name_caller(signed, headers) if possible else None
        if caller is None:
            await self._app(scope, receive, send)
            return
        body = b""
        if PROTOCOLS[signed.service] == QUERY or any(rule.containing for rule in possible):
            body, receive = await _look_into(receive)
        operation = operation_of(signed.service, scope, headers, body)
        call = Call(signed.service, operation, caller, target_of(scope), body)
        await self._decide(possible, call, scope, receive, send)

    async def _decide(
        self, rules: Sequence[Rule], call: Call, scope: Scope, receive: Receive, send: Send
    ) -> None:
        for rule in rules:
            if not rule.matches(call):
                continue
            worker = None
            if rule.kind.startswith("kill"):
                worker = worker_behind(scope["client"][:2], scope["server"][:2])
                if worker is None:
                    _log.error("fault %s: no worker to kill made %s", rule.id, call.operation)
                    continue
            if self._faults.take(rule, call):
                _log.warning(
                    "fault %s: %s for %s:%s of %s",
                    rule.id, rule.kind, call.service, call.operation, call.caller,
                )  # fmt: skip
                await self._act(rule, call, worker, scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _act(  # noqa: PLR0913, PLR0917 -- an ASGI call, and what was found out about it
        self,
        rule: Rule,
        call: Call,
        worker: int | None,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if rule.kind == "delay":
            await asyncio.sleep(rule.seconds)
            await self._app(scope, receive, send)
            return
        if answer := _answer(rule, call):
            await _drain(receive)
            body = b"" if scope["method"] == "HEAD" else answer.body
            start = {"type": "http.response.start", "status": answer.status}
            await send({**start, "headers": answer.headers})
            await send({"type": "http.response.body", "body": body})
            return
        if rule.kind in {"drop", "kill-after"}:
            await self._app(scope, receive, _lose)
        if rule.kind == "hang" and await _disconnects(receive, HANG_SECONDS):
            return
        if worker is not None:
            kill(worker)
        else:
            hang_up(scope["client"][:2], scope["server"][:2])
        # Returning earlier, the server would answer in our place.
        await _disconnects(receive, HANG_SECONDS)


def _answer(rule: Rule, call: Call) -> answers.Answer | None:
    match rule.kind:
        case "error":
            return answers.error(call.service, rule.code, rule.status)
        case "garbage":
            return answers.garbage()
        case "wrong-shape":
            return answers.wrong_shape()
    return None


async def _lose(_message: Message) -> None:
    """Send nothing."""


async def _look_into(receive: Receive) -> tuple[bytes, Receive]:
    """Read the start of a body, and make another `receive` that begins with it again."""
    read: list[Message] = []
    body = bytearray()
    while len(body) < MAX_SEARCHED_BYTES:
        message = await receive()
        read.append(message)
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    waiting = iter(read)

    async def again() -> Message:
        for message in waiting:
            return message
        return await receive()

    return bytes(body), again


async def _drain(receive: Receive) -> None:
    """Read the rest of a request: a client that still sends would not see an answer."""
    while (await receive()).get("more_body"):
        pass


async def _disconnects(receive: Receive, seconds: float) -> bool:
    """Wait until the connection is closed; False if it still is not after so long."""

    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(wait(), seconds)
    except TimeoutError:
        return False
    return True
