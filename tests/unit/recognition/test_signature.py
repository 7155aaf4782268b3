from datetime import UTC, datetime, timedelta

import pytest

from local.recognition.errors import ApiError
from local.recognition.signature import SignedRequest
from tests.unit.recognition.fakes import ROLE, signed


def parsed(body: bytes, headers: dict[str, str]) -> SignedRequest:
    lowered = {name.lower(): value for name, value in headers.items()}
    return SignedRequest.parse({**lowered, "host": "localhost"}, body)


def test_botocores_signature_is_right() -> None:
    request = parsed(*signed())
    request.check(ROLE.credentials.secret)
    assert (request.access_key, request.token) == ("ASIAROLE", "role-token")
    assert (request.region, request.service) == ("eu-west-1", "rekognition")


@pytest.mark.parametrize("tamper", ["secret", "body", "header"])
def test_anything_changed_makes_it_wrong(tamper: str) -> None:
    body, headers = signed()
    if tamper == "header":
        headers["X-Amz-Target"] = "RekognitionService.DetectText"
    request = parsed(body + (b" " if tamper == "body" else b""), headers)
    with pytest.raises(ApiError) as refused:
        request.check("other" if tamper == "secret" else ROLE.credentials.secret)
    assert refused.value.code == "InvalidSignatureException"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_signature_is_refused(minutes: int) -> None:
    request = parsed(*signed())
    with pytest.raises(ApiError, match="expired") as refused:
        request.check(ROLE.credentials.secret, datetime.now(UTC) + timedelta(minutes=minutes))
    assert refused.value.code == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "MissingAuthenticationTokenException"),
        ({"authorization": "Bearer x"}, "IncompleteSignatureException"),
        (
            {"authorization": "AWS4-HMAC-SHA256 Credential=a/b", "x-amz-date": "20261120T000000Z"},
            "IncompleteSignatureException",
        ),
    ],
)
def test_a_missing_or_incomplete_signature(headers: dict[str, str], code: str) -> None:
    with pytest.raises(ApiError) as refused:
        SignedRequest.parse(headers, b"")
    assert refused.value.code == code


def test_a_signature_without_its_date_is_incomplete() -> None:
    body, headers = signed()
    del headers["X-Amz-Date"]
    with pytest.raises(ApiError, match="X-Amz-Date"):
        parsed(body, headers)
