"""Decisions and requests for them, on a result that is in review."""

from typing import Any

from lambdas.common.result import Result
from lambdas.common.review.deciding import Correction, Request, decide
from lambdas.common.review.decisions import Decision, Kind
from lambdas.common.status import Status
from tests.unit.lambdas.results import result

AT = "2026-11-21T10:00:00.000+00:00"
REASONS = ("the best label has a confidence of 40.0, below 60",)
IN_REVIEW = result(Status.IN_REVIEW, review_reasons=REASONS)


def decision(kind: Kind = Kind.CORRECT, **changes: Any) -> Decision:
    values: dict[str, Any] = {"number": 1, "by": "ada", "at": AT, **changes}
    return Decision(kind=kind, **values)


def request(kind: Kind, comment: str | None = None, **correction: Any) -> Request:
    return Request(kind, "ada", comment, Correction(**correction))


def decided(asked: Request, on: Result = IN_REVIEW, number: int = 1) -> Decision:
    return decide(asked, on, number=number, at=AT)
