"""Read and check the Signature Version 4 of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from local.recognition.errors import ApiError

MAX_CLOCK_SKEW = timedelta(minutes=5)

_ALGORITHM = "AWS4-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} Credential=(?P<key>[^/,\s]+)/(?P<date>\d{{8}})/(?P<region>[^/,\s]+)/"
    r"(?P<service>[^/,\s]+)/aws4_request,\s*SignedHeaders=(?P<headers>[^,\s]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True)
class SignedRequest:
    """A POST to `/` and what its Authorization header says about who signed it."""

    access_key: str
    token: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def parse(cls, headers: Mapping[str, str], body: bytes) -> "SignedRequest":
        """Take the signature apart; `headers` has names in lower case."""
        authorization = headers.get("authorization", "")
        if not authorization:
            raise ApiError(
                "MissingAuthenticationTokenException", "Request is missing Authentication Token"
            )
        found = _AUTHORIZATION.fullmatch(authorization)
        timestamp = headers.get("x-amz-date", "")
        if found is None or not re.fullmatch(r"\d{8}T\d{6}Z", timestamp):
            raise ApiError(
                "IncompleteSignatureException",
                f"The Authorization header is not a complete {_ALGORITHM} signature, "
                "or X-Amz-Date is missing.",
            )
        return cls(
            access_key=found["key"],
            token=headers.get("x-amz-security-token", ""),
            date=found["date"],
            region=found["region"],
            service=found["service"],
            signed_headers=tuple(found["headers"].split(";")),
            signature=found["signature"],
            timestamp=timestamp,
            headers=headers,
            body=body,
        )

    def check(self, secret: str, now: datetime | None = None) -> None:
        """Raise an ApiError unless `secret` made this signature within five minutes of now."""
        signed_at = datetime.strptime(self.timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs((now or datetime.now(UTC)) - signed_at) > MAX_CLOCK_SKEW:
            raise ApiError(
                "InvalidSignatureException",
                f"Signature expired or not yet current: {self.timestamp} is more than "
                f"{MAX_CLOCK_SKEW.seconds // 60} minutes away.",
            )
        scope = f"{self.date}/{self.region}/{self.service}/aws4_request"
        canonical = hashlib.sha256(self._canonical_request().encode()).hexdigest()
        to_sign = "\n".join((_ALGORITHM, self.timestamp, scope, canonical))
        key = f"AWS4{secret}".encode()
        for part in scope.split("/"):
            key = _hmac(key, part)
        if not hmac.compare_digest(_hmac(key, to_sign).hex(), self.signature):
            raise ApiError("InvalidSignatureException", _MISMATCH)

    def _canonical_request(self) -> str:
        values = (
            f"{name}:{' '.join(self.headers.get(name, '').split())}\n"
            for name in self.signed_headers
        )
        digest = hashlib.sha256(self.body).hexdigest()
        return "\n".join(("POST", "/", "", "".join(values), ";".join(self.signed_headers), digest))


def _hmac(key: bytes, message: str) -> bytes:
    return hmac.new(key, message.encode(), hashlib.sha256).digest()
