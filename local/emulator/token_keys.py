"""The keys that an API's authorizer checks a user pool's tokens with.

The emulator asks itself for them over plain HTTP, and here it listens with TLS only: every valid
token was refused. They are taken from Cognito directly.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import json
import re
from typing import Any

from local.emulator.internals import apigateway_http, apigateway_rest, cognito, require

_OF_A_POOL = re.compile(r"http://[^/]+/([\w-]+)/\.well-known/jwks\.json")


def read_token_keys() -> None:
    """Replace what both kinds of API Gateway's authorizers fetch keys with."""
    require(apigateway_http, "_fetch_jwks")
    require(apigateway_rest, "_fetch_jwks")
    require(cognito, "well_known_jwks", "_get_pool_unscoped")
    fetch = apigateway_http._fetch_jwks

    async def fetch_or_read(url: str) -> dict[str, Any]:
        pool = pool_of(url)
        if pool is None or cognito._get_pool_unscoped(pool) is None:
            fetched: dict[str, Any] = await fetch(url)
            return fetched
        _status, _headers, body = cognito.well_known_jwks(pool)
        keys: dict[str, Any] = json.loads(body)
        return keys

    apigateway_http._fetch_jwks = fetch_or_read
    apigateway_rest._fetch_jwks = fetch_or_read


def pool_of(url: str) -> str | None:
    """The user pool whose keys are at this URL of the emulator; None if it is another's."""
    found = _OF_A_POOL.fullmatch(url)
    return found[1] if found else None
