"""Make a rule from what an operator or a test says, refusing what could never happen."""

import time
from typing import Any, get_args

import botocore.session

from local.errors import LocalError
from local.faults.connections import can_find_workers
from local.faults.requests import PROTOCOLS, S3, S3_OPERATIONS
from local.faults.rule import ANY, Kind, Rule

# `throttle` is an error with the code and status that the service itself throttles with.
THROTTLE = "throttle"
KINDS: tuple[str, ...] = (get_args(Kind)[0], THROTTLE, *get_args(Kind)[1:])

_THROTTLED = {
    "s3": "SlowDown",
    "dynamodb": "ThrottlingException",
    "sqs": "RequestThrottled",
    "sns": "Throttled",
    "rekognition": "ThrottlingException",
    "logs": "ThrottlingException",
}
_FAILED = {
    "s3": "InternalError",
    "dynamodb": "InternalServerError",
    "sqs": "InternalError",
    "sns": "InternalError",
    "rekognition": "InternalServerError",
    "logs": "ServiceUnavailableException",
}
# What the services' models do not say.
_STATUSES = {
    "AccessDenied": 403,
    "InternalError": 500,
    "InternalFailure": 500,
    "InternalServerError": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "SlowDown": 503,
}


def make_rule(  # noqa: PLR0913 -- one for each option of `sightline local fault add`
    what: str,
    kind: str,
    *,
    caller: str = ANY,
    containing: str = "",
    skip: int = 0,
    times: int | None = None,
    outage_seconds: float | None = None,
    code: str = "",
    status: int = 0,
    delay_seconds: float | None = None,
) -> Rule:
    """A rule without id for `service:Operation`, `service:*` or `*:*`.

    Raises LocalError, with a sentence that says what there is instead.
    """
    service, _, operation = what.partition(":")
    _check_operation(what, service, operation)
    _check_kind(kind, service)
    if kind not in {"error", THROTTLE} and (code or status):
        raise LocalError(f"--code and --status are for errors, and {kind} is none.")
    if (kind == "delay") != (delay_seconds is not None):
        raise LocalError("--seconds is how long a delay takes: a delay needs it, nothing else.")
    if kind in {"error", THROTTLE}:
        code = code or (_THROTTLED if kind == THROTTLE else _FAILED)[service]
        status = status or _status(service, code)
    return Rule(
        id="",
        service=service,
        operation=operation,
        kind="error" if kind == THROTTLE else _kind(kind),
        caller=caller,
        containing=containing,
        skip=skip,
        times=times,
        until=None if outage_seconds is None else time.time() + outage_seconds,
        code=code,
        status=status,
        seconds=delay_seconds or 0.0,
    )


def _check_operation(what: str, service: str, operation: str) -> None:
    if service not in {ANY, *PROTOCOLS}:
        raise LocalError(
            f"{what!r} should be SERVICE:OPERATION, such as s3:GetObject; "
            f"services are {', '.join(PROTOCOLS)} and {ANY}."
        )
    if operation == ANY:
        return
    if service == ANY or operation not in _operations(service):
        named = f"There is no {operation}" if operation else f"{what!r} names no operation"
        known = f": {', '.join(sorted(S3_OPERATIONS))}" if service == "s3" else ""
        raise LocalError(
            f"{named} among {service}'s operations{known}. Write {service}:{ANY} for any."
        )


def _check_kind(kind: str, service: str) -> None:
    if kind not in KINDS:
        raise LocalError(f"There is no fault {kind!r}; there are {', '.join(KINDS)}.")
    if kind in {"error", THROTTLE} and service == ANY:
        raise LocalError("An error is worded by its service: name one instead of *.")
    if kind == "wrong-shape" and service != "rekognition":
        raise LocalError("wrong-shape is an answer of Rekognition's; for others take garbage.")
    if kind.startswith("kill") and not can_find_workers():
        raise LocalError("The function's process can be found on Linux only; take refuse or drop.")


def _operations(service: str) -> frozenset[str]:
    if PROTOCOLS[service] == S3:
        return S3_OPERATIONS
    return frozenset(_model(service).operation_names)


def _status(service: str, code: str) -> int:
    shape = _model(service).shape_for_error_code(code)
    said: int | None = shape.metadata.get("error", {}).get("httpStatusCode") if shape else None
    return said or _STATUSES.get(code, 400)


def _kind(kind: str) -> Kind:
    found: Kind = next(known for known in get_args(Kind) if known == kind)
    return found


def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)
