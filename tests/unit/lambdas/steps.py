"""Requests to AWS as steps that a test can strike, and a clock that nobody waits for."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.unit.lambdas.results import RECEIVED_AT

START = datetime.fromisoformat(RECEIVED_AT).timestamp()


class CrashError(ReadTimeoutError):
    """A request whose answer never came, whether or not it took effect."""

    def __init__(self, step: str) -> None:
        super().__init__(endpoint_url=step)
        self.step = step


class KilledError(BaseException):
    """A process that ended: out of time, or of memory."""


def refusal(operation: str, code: str, status: int = 400) -> ClientError:
    """The error that AWS answers with."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": "no"},
            "ResponseMetadata": {"HTTPStatusCode": status},  # type: ignore[typeddict-item]
        },
        operation,
    )


@dataclass
class Clock:
    """Virtual time, seconds since the epoch: waiting costs nothing."""

    time: float = START
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def iso(self) -> str:
        return datetime.fromtimestamp(self.time, UTC).isoformat(timespec="milliseconds")

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.time += seconds


@dataclass
class Steps:
    """Every request to AWS, in order; each may be struck before or after its effect.

    `strike` is which request (from 0), and `before`, `after`, or `twice`: the answer is lost and
    the SDK makes the request again.
    """

    names: list[str] = field(default_factory=list)
    strike: tuple[int, str] | None = None
    kind: Callable[[str], BaseException] = CrashError
    down: frozenset[str] = frozenset()
    """Requests that always fail, as when a service is down."""
    lost: frozenset[str] = frozenset()
    """Requests whose first answer is lost each time, so that the SDK always makes them again."""
    seen: Callable[[str, dict[str, Any]], None] = lambda _name, _arguments: None
    """Called after each effect."""
    interrupt: Callable[[str], object] = lambda _name: None
    """Called before each request: what others do in the meantime."""

    def before(self, name: str, happens: Callable[[], object], *, number: int | None = 1) -> None:
        """Have something happen before the so many-th request of a name; None for each."""
        seen = count(1)

        def interrupt(step: str) -> None:
            if step == name and (number is None or next(seen) == number):
                happens()

        self.interrupt = interrupt

    def __call__(self, name: str, effect: Callable[[], Any], arguments: dict[str, Any]) -> Any:
        self.interrupt(name)
        number = len(self.names)
        self.names.append(name)
        if name in self.down:
            raise CrashError(name)
        if self.strike == (number, "before"):
            raise self.kind(name)
        if self.strike == (number, "twice") or name in self.lost:
            effect()
        answer = effect()
        self.seen(name, arguments)
        if self.strike == (number, "after"):
            raise self.kind(name)
        return answer


class Stepped:
    """A client whose requests are steps named `service.operation`, one at a time."""

    _lock = threading.RLock()  # moto answers without one, so that its conditions would not hold

    def __init__(self, service: str, client: Any, steps: Steps) -> None:
        self._service, self._client, self._steps = service, client, steps

    def __getattr__(self, operation: str) -> Any:
        def request(**arguments: Any) -> Any:
            with self._lock:
                return self._steps(
                    f"{self._service}.{operation}",
                    lambda: getattr(self._client, operation)(**arguments),
                    arguments,
                )

        return request
