"""What a fault is: which calls of which function it hits, how often, and what happens to them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import unquote_plus

Kind = Literal[
    "error",
    "delay",
    "garbage",
    "wrong-shape",
    "drop",
    "refuse",
    "hang",
    "kill-before",
    "kill-after",
]
ANY = "*"
# Rekognition reads objects with a function's credentials; these reads are not the function's calls.
REKOGNITION = "Rekognition"


@dataclass(frozen=True)
class Call:
    """A request of a function: `caller` is the function's name, `target` the path with its query.

    `body` may be cut off; it is read only where a rule looks into it.
    """

    service: str
    operation: str
    caller: str
    target: str
    body: bytes = b""

    def contains(self, text: str) -> bool:
        """Is a text in the path, the query or the body, however it is written there?"""
        body = self.body.decode("utf-8", "replace")
        in_json = json.dumps(text)[1:-1]
        places = (unquote_plus(self.target), body, unquote_plus(body))
        return any(text in place for place in places) or in_json in body


@dataclass(frozen=True)
class Rule:
    """One fault. `*` is any service, any operation, any function.

    The first `skip` matching calls pass, the next `times` are hit (None: all), and nothing is after
    `until` (seconds since the epoch). `code` and `status` are for errors, `seconds` for delays.
    """

    id: str
    service: str
    operation: str
    kind: Kind
    caller: str = ANY
    containing: str = ""
    skip: int = 0
    times: int | None = None
    until: float | None = None
    code: str = ""
    status: int = 0
    seconds: float = 0.0

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Rule":
        """Read what `to_json` wrote."""
        return cls(**document)

    def to_json(self) -> dict[str, Any]:
        """For the file."""
        return asdict(self)

    def may_match(self, service: str, now: float) -> bool:
        """Can it match any call of a service at this time? Cheap, and without reading a body."""
        return self.service in (ANY, service) and (self.until is None or now < self.until)

    def matches(self, call: Call) -> bool:
        """Is this call one of those that are meant? How often it was hit does not matter here."""
        return (
            self.service in (ANY, call.service)
            and self.operation in (ANY, call.operation)
            and self._means(call.caller)
            and (not self.containing or call.contains(self.containing))
        )

    def hits(self, matched_before: int) -> bool:
        """Is the next matching call hit, after so many?"""
        if matched_before < self.skip:
            return False
        return self.times is None or matched_before < self.skip + self.times

    def _means(self, caller: str) -> bool:
        if caller == REKOGNITION:
            return self.caller == REKOGNITION
        return self.caller == ANY or self.caller.lower() in caller.lower()
