"""What an operator asks for becomes a rule, or a sentence that says what there is instead."""

import time
from typing import Any

import pytest

from local.errors import LocalError
from local.faults import catalogue
from local.faults.catalogue import KINDS, make_rule


@pytest.mark.parametrize(
    ("what", "kind", "options", "code", "status"),
    [
        ("s3:GetObject", "throttle", {}, "SlowDown", 503),
        ("s3:GetObject", "error", {}, "InternalError", 500),
        ("s3:GetObject", "error", {"code": "AccessDenied"}, "AccessDenied", 403),
        ("s3:GetObject", "error", {"code": "NoSuchKey"}, "NoSuchKey", 404),
        ("dynamodb:*", "throttle", {}, "ThrottlingException", 400),
        ("dynamodb:*", "error", {}, "InternalServerError", 500),
        ("sns:Publish", "throttle", {}, "Throttled", 429),
        ("sqs:SendMessage", "throttle", {}, "RequestThrottled", 400),
        ("rekognition:DetectText", "throttle", {}, "ThrottlingException", 400),
        ("logs:*", "error", {}, "ServiceUnavailableException", 503),
        ("s3:*", "error", {"code": "Odd", "status": 418}, "Odd", 418),
    ],
)
def test_errors_are_worded_as_the_service_does(
    what: str, kind: str, options: dict[str, Any], code: str, status: int
) -> None:
    made = make_rule(what, kind, **options)
    assert (made.kind, made.code, made.status) == ("error", code, status)


def test_outage_ends_so_many_seconds_from_now() -> None:
    before = time.time()
    made = make_rule("s3:*", "refuse", outage_seconds=60)
    assert made.until is not None
    assert before + 60 <= made.until <= time.time() + 60


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"error", "throttle", "wrong-shape"}))
def test_other_kinds_may_be_about_everything(kind: str) -> None:
    seconds = 1.0 if kind == "delay" else None
    assert make_rule("*:*", kind, delay_seconds=seconds).kind == kind


@pytest.mark.parametrize(
    ("what", "kind", "options", "sentence"),
    [
        ("s3", "drop", {}, "'s3' names no operation"),
        ("s4:GetObject", "drop", {}, "services are s3, dynamodb"),
        ("s3:GetObjects", "drop", {}, "There is no GetObjects among s3's operations: Abort"),
        ("s3:PutBucketPolicy", "drop", {}, "Write s3:\\* for any"),
        ("dynamodb:Update", "drop", {}, "There is no Update among dynamodb's operations\\."),
        ("*:GetObject", "drop", {}, "among \\*'s operations"),
        ("s3:*", "explode", {}, "there are error, throttle, delay"),
        ("*:*", "error", {}, "name one instead of"),
        ("s3:*", "wrong-shape", {}, "take garbage"),
        ("s3:*", "drop", {"code": "SlowDown"}, "drop is none"),
        ("s3:*", "delay", {}, "a delay needs it"),
        ("s3:*", "drop", {"delay_seconds": 1.0}, "a delay needs it"),
    ],
)
def test_what_cannot_happen_is_refused(
    what: str, kind: str, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(LocalError, match=sentence):
        make_rule(what, kind, **options)


@pytest.mark.parametrize("kind", ["kill-before", "kill-after"])
def test_processes_are_killed_on_linux_only(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "can_find_workers", lambda: False)
    with pytest.raises(LocalError, match="on Linux only"):
        make_rule("s3:*", kind)
