"""The root user's signature is checked like everybody else's, and nobody is root without one.

The emulator takes the access key id `test`, any account number and a missing key for root, whatever
the signature. Here the key must be the stack's own and the signature that of its secret.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import os
from typing import Any

from local.emulator.internals import iam_evaluator, require

# What the emulator serves for everybody although AWS does not; the rest of S3 it checks itself.
_NOT_FOR_EVERYBODY = frozenset({"s3:ListAllMyBuckets", "s3:CreateBucket"})
# Resources that decide themselves who may call them without an AWS signature.
_DECIDED_LATER = frozenset({"execute-api:Invoke", "lambda:InvokeFunctionUrl"})


def check_root_signatures() -> None:
    """Replace the emulator's shortcuts for root."""
    require(iam_evaluator, "enforce", "check_credentials", "AuthError", "is_root_access_key")
    require(iam_evaluator, "_is_root_key", "_signed_request", "_verified_key", "_served_unsigned")
    enforce, check_credentials = iam_evaluator.enforce, iam_evaluator.check_credentials
    iam_evaluator._is_root_key = lambda _key: False  # Its users skip the signature of such keys.

    def enforce_signed(
        access_key_id: str, iam_action: str, service: str, *args: Any, **kwargs: Any
    ) -> Any:
        if not access_key_id and not _is_public(service, iam_action):
            return _missing()
        _leave_presigned_to_s3(access_key_id, service)
        denied = enforce(access_key_id, iam_action, service, *args, **kwargs)
        return denied or _unverified_root(access_key_id)

    def check_signed(access_key_id: str, service: str | None = None) -> Any:
        if not access_key_id and service != "s3":
            return _missing()
        _leave_presigned_to_s3(access_key_id, service)
        return check_credentials(access_key_id, service) or _unverified_root(access_key_id)

    iam_evaluator.enforce = enforce_signed
    iam_evaluator.check_credentials = check_signed


def _is_public(service: str, action: str) -> bool:
    if service == "s3":
        return action not in _NOT_FOR_EVERYBODY
    return action in _DECIDED_LATER or bool(iam_evaluator._served_unsigned(service, action))


def _leave_presigned_to_s3(access_key_id: str, service: str | None) -> None:
    """S3 checks the signature of a presigned URL itself, later, also root's."""
    request = iam_evaluator._signed_request.get()
    if service == "s3" and request is not None and request.s3_scoped:
        iam_evaluator._verified_key.set(access_key_id)


def _unverified_root(access_key_id: str) -> Any:
    if not access_key_id or not iam_evaluator.is_root_access_key(access_key_id):
        return None
    is_ours = access_key_id == os.environ["AWS_ACCESS_KEY_ID"]
    if is_ours and iam_evaluator._verified_key.get() == access_key_id:
        return None
    return iam_evaluator.AuthError(
        "SignatureDoesNotMatch",
        "The request is not signed with the local stack's secret; see `sightline local env`.",
    )


def _missing() -> Any:
    return iam_evaluator.AuthError("MissingAuthenticationToken", "The request is not signed.")
