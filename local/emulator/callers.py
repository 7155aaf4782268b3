"""Who signed a request to the emulator: the function whose role's credentials were used."""

# ruff: noqa: SLF001 -- a supplement reads what the emulator keeps to itself

from collections.abc import MutableMapping

from local.emulator.internals import lambda_service, require, sts
from local.faults.requests import Signed
from local.faults.rule import REKOGNITION

# As CloudTrail names Rekognition where it reads an object as its caller.
REKOGNITION_AGENT = "rekognition.amazonaws.com"


def know_functions() -> None:
    """Fail at start if the emulator no longer has what `name_function` reads."""
    require(sts, "_sessions")
    require(lambda_service, "_functions")


async def name_function(signed: Signed, headers: MutableMapping[str, str]) -> str | None:
    """The name of the function with this access key; None for root and all other sessions.

    A function's session is named after it, as on AWS. Those of the CDK, which assumes its own
    roles, are not functions'.
    """
    session = sts._sessions.get(signed.access_key)
    if session is None:
        return None
    name: str = session["Arn"].rpartition("/")[2]
    if not any(key[-1][:64] == name for key in list(lambda_service._functions._data)):
        return None
    return REKOGNITION if REKOGNITION_AGENT in headers.get("user-agent", "") else name
