"""Faults in a running stack, for as long as a `with` lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local.endpoint import LocalStack
from local.faults.catalogue import make_rule
from local.faults.file import FaultFile
from tests.patience import eventually


@dataclass(frozen=True)
class Fault:
    """A fault that was injected; it can be asked for its hits after it has ended, too."""

    id: str
    what: str
    file: FaultFile

    @property
    def hits(self) -> int:
        """How many calls it has hit so far."""
        return self.file.hits()[self.id]

    def wait_for_hits(self, count: int = 1) -> None:
        eventually(lambda: self.hits >= count, f"{self.what} is hit {count} times")


@dataclass(frozen=True)
class Faults:
    """The faults of one stack."""

    stack: LocalStack

    @contextmanager
    def injected(
        self, what: str, kind: str | None = None, *, error: str = "", **options: Any
    ) -> Iterator[Fault]:
        """Inject a fault of a kind, or an error with a code; options are those of `make_rule`.

        with faults.injected("dynamodb:UpdateItem", error="ThrottlingException", times=3) as fault:
        """
        assert (kind is None) == bool(error), "a fault has a kind or is an error"
        file = FaultFile(self.stack.files.faults)
        rule = file.add(make_rule(what, kind or "error", code=error, **options))
        try:
            yield Fault(rule.id, what, file)
        finally:
            file.remove(lambda one: one.id == rule.id)
