"""What people may write of themselves, and who may make an account."""

import pytest

from local.emulator.token_keys import pool_of
from tests.unit.local.sign_in.emulator import ADA, CLIENT, EVE, Ask, Emulator

# What an ID token has of its user is written over the rest of it.
CLAIMS = ["cognito:groups", "exp", "token_use", "email_verified", "custom:x", "", None]


@pytest.mark.parametrize("claim", CLAIMS)
def test_nobody_writes_a_claim_of_their_own_token(
    emulator: Emulator, ask: Ask, claim: str | None
) -> None:
    emulator.pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] = "false"
    attributes = [{"Name": "name", "Value": "Eve"}, {"Name": claim, "Value": "admins"}]

    for asked in (
        ask("UpdateUserAttributes", AccessToken=EVE, UserAttributes=attributes),
        ask("SignUp", Username="x@example.com", UserAttributes=attributes),
    ):
        assert asked["__type"] == "NotAuthorizedException"
        assert "unauthorized attribute" in asked["message"]
    assert not emulator.performed


def test_nobody_takes_an_address_that_is_not_shown_to_be_theirs(
    emulator: Emulator, ask: Ask
) -> None:
    address = [{"Name": "email", "Value": ADA}]

    refused = ask("UpdateUserAttributes", AccessToken=EVE, UserAttributes=address)
    assert refused["__type"] == "NotAuthorizedException"
    assert not emulator.performed


def test_what_a_client_may_write_its_users_write(emulator: Emulator, ask: Ask) -> None:
    emulator.pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] = "false"
    name = [{"Name": "name", "Value": "Eve"}]

    assert "__type" not in ask("UpdateUserAttributes", AccessToken=EVE, UserAttributes=name)
    own = [*name, {"Name": "email", "Value": "x@example.com"}]
    assert "__type" not in ask("SignUp", Username="x@example.com", UserAttributes=own)
    emulator.pool["_clients"][CLIENT]["WriteAttributes"] = []
    refused = ask("UpdateUserAttributes", AccessToken=EVE, UserAttributes=name)
    assert refused["__type"] == "NotAuthorizedException"


def test_self_sign_up_is_as_the_pool_says(emulator: Emulator, ask: Ask) -> None:
    assert ask("SignUp", Username="x@example.com")["__type"] == "NotAuthorizedException"
    emulator.pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] = "false"
    assert "__type" not in ask("SignUp", Username="x@example.com")


def test_whose_keys_are_at_an_address() -> None:
    keys = "/.well-known/jwks.json"
    assert pool_of(f"http://localhost:4566/us-east-1_Ab{keys}") == "us-east-1_Ab"
    assert pool_of(f"https://accounts.example/us-east-1_Ab{keys}") is None
    assert pool_of(f"http://localhost:4566/a/b{keys}") is None
