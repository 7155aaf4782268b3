"""Errors as problem details (RFC 9457): a status, and a sentence that a person understands."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from lambdas.api.errors import (
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    NotInThisStateError,
    NotSignedInError,
    UnsupportedTypeError,
    UsedUpError,
)
from lambdas.common.batches.desk import BatchStateError, InvalidBatchError, UnknownBatchError
from lambdas.common.errors import NotYetError, RetryableError
from lambdas.common.review.decisions import (
    ConflictError,
    InvalidDecisionError,
    UnknownImageError,
)

CONTENT_TYPE = "application/problem+json"

STATUS: Mapping[type[Exception], HTTPStatus] = {
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    UnknownImageError: HTTPStatus.NOT_FOUND,
    NotInThisStateError: HTTPStatus.CONFLICT,
    ConflictError: HTTPStatus.CONFLICT,
    UnsupportedTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    UsedUpError: HTTPStatus.TOO_MANY_REQUESTS,
    InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidDecisionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownBatchError: HTTPStatus.NOT_FOUND,
    InvalidBatchError: HTTPStatus.UNPROCESSABLE_ENTITY,
    BatchStateError: HTTPStatus.CONFLICT,
    NotYetError: HTTPStatus.SERVICE_UNAVAILABLE,
    RetryableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The HTTP status of each class of error; what is not here is a fault of ours: 500."""


def status_of(error: Exception) -> HTTPStatus | None:
    """Return the status of an error, None for one that nobody foresaw."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)


def problem(
    status: HTTPStatus,
    detail: str,
    *,
    instance: str,
    errors: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Return a problem's document; `errors` names each wrong value: `where` and `problem`."""
    sentence = detail[:1].upper() + detail[1:]
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": sentence if sentence.endswith((".", "!", "?")) else f"{sentence}.",
        "instance": instance,
        **({"errors": [dict(error) for error in errors]} if errors else {}),
    }
