"""Who is calling: what is read from the claims of a token that API Gateway has checked."""

import pytest

from lambdas.api.caller import caller_of
from lambdas.api.errors import NotSignedInError
from lambdas.common.routes import Group

CLAIMS = {"sub": "0123", "token_use": "id", "email": "a@example.com", "email_verified": "true"}


def groups_of(text: str) -> set[str]:
    claims = {**CLAIMS, "cognito:groups": text}
    return set(caller_of({"requestContext": {"authorizer": {"claims": claims}}}).groups)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", set()),
        ("admins", {Group.ADMINS}),
        ("uploaders,reviewers", {Group.UPLOADERS, Group.REVIEWERS}),
        ("others,admins", {Group.ADMINS}),
        # As other gateways have it.
        ("[admins]", {Group.ADMINS}),
        ("[uploaders reviewers]", {Group.UPLOADERS, Group.REVIEWERS}),
        ("[]", set()),
        # Groups of other names, as one text or among others.
        ("Admins", set()),
        ("superadmins,admins2", set()),
        ("x[admins]", set()),
        ("[x],[admins]", set()),
        ("[admins", set()),
        ("admins]", set()),
        ("x admins", set()),
        ("[x,admins]", set()),
        ("uploaders,x[admins]", {Group.UPLOADERS}),
        ("uploaders,[admins]", {Group.UPLOADERS}),
        ("uploaders,(admins)", {Group.UPLOADERS}),
        # What API Gateway's text cannot tell: docs/security.md says who may make groups.
        ("x,admins", {Group.ADMINS}),
    ],
)
def test_groups_are_those_of_the_list_and_nothing_is_taken_apart_besides(
    text: str, groups: set[str]
) -> None:
    assert groups_of(text) == groups


def test_without_the_claim_there_is_no_group() -> None:
    caller = caller_of({"requestContext": {"authorizer": {"claims": CLAIMS}}})

    assert caller.groups == frozenset()
    assert caller.name == "a@example.com"


@pytest.mark.parametrize("verified", ["false", "", None, "1"])
def test_an_address_counts_once_it_is_shown_to_be_theirs(verified: str | None) -> None:
    claims = {**CLAIMS, "email_verified": verified}

    assert caller_of({"requestContext": {"authorizer": {"claims": claims}}}).name == "0123"


@pytest.mark.parametrize("change", [{"token_use": "access"}, {"token_use": None}, {"sub": ""}])
def test_without_an_id_token_nobody_is_signed_in(change: dict[str, str | None]) -> None:
    with pytest.raises(NotSignedInError):
        caller_of({"requestContext": {"authorizer": {"claims": {**CLAIMS, **change}}}})
