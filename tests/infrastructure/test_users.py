"""Who may sign in, and how."""

import json
from pathlib import Path
from typing import Any

import pytest

from lambdas.common.routes import Group
from tests.infrastructure.conftest import Template, kinds, resources_with


@pytest.fixture(scope="module")
def pool(template: Template) -> Any:
    (pool,) = kinds(template.resources, "AWS::Cognito::UserPool")
    return pool


@pytest.fixture(scope="module")
def client(template: Template) -> Any:
    (client,) = kinds(template.resources, "AWS::Cognito::UserPoolClient")
    return client


def test_people_sign_in_with_a_verified_address(pool: Any) -> None:
    assert pool["UsernameAttributes"] == ["email"]
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool["AutoVerifiedAttributes"] == ["email"]
    assert pool["UserAttributeUpdateSettings"] == {
        "AttributesRequireVerificationBeforeUpdate": ["email"]
    }


def test_only_administrators_make_users(pool: Any, template: Template) -> None:
    (distribution,) = template.of_type("AWS::CloudFront::Distribution")
    config = pool["AdminCreateUserConfig"]

    assert config["AllowAdminCreateUserOnly"] is True
    invitation = json.dumps(config["InviteMessageTemplate"])
    # Cognito refuses an invitation without either.
    assert all(part in invitation for part in ("{username}", "{####}", distribution))


def test_one_text_of_a_code_fits_a_new_account_and_a_forgotten_password(pool: Any) -> None:
    template = pool["VerificationMessageTemplate"]

    assert template["DefaultEmailOption"] == "CONFIRM_WITH_CODE"
    assert template["EmailSubject"] == pool["EmailVerificationSubject"] == "Your code for Sightline"
    assert template["EmailMessage"] == pool["EmailVerificationMessage"]
    assert "{####}" in template["EmailMessage"]
    assert "account" not in template["EmailMessage"]


def test_mails_are_cognitos_own_unless_there_is_a_sender(pool: Any, tmp_path: Path) -> None:
    assert "EmailConfiguration" not in pool
    sender = {"email_from": "sightline@example.com"}
    arn = "arn:aws:ses:eu-west-1:111122223333:identity/example.com"
    (own,) = kinds(resources_with(tmp_path / "own", **sender), "AWS::Cognito::UserPool")
    named = resources_with(tmp_path / "named", **sender, email_identity_arn=arn)
    (other,) = kinds(named, "AWS::Cognito::UserPool")

    assert own["EmailConfiguration"]["EmailSendingAccount"] == "DEVELOPER"
    assert own["EmailConfiguration"]["From"] == "Sightline <sightline@example.com>"
    identity = json.dumps(own["EmailConfiguration"]["SourceArn"])
    assert ":identity/sightline@example.com" in identity
    assert "AWS::Region" in identity
    assert other["EmailConfiguration"] == own["EmailConfiguration"] | {"SourceArn": arn}


def test_passwords_are_strong_and_temporary_ones_short_lived(pool: Any) -> None:
    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 12,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "RequireUppercase": True,
        "TemporaryPasswordValidityDays": 3,
    }


def test_a_forgotten_password_is_mailed_never_texted(pool: Any) -> None:
    mechanisms = pool["AccountRecoverySetting"]["RecoveryMechanisms"]

    assert mechanisms == [{"Name": "verified_email", "Priority": 1}]
    assert "SmsConfiguration" not in pool


def test_a_second_factor_is_an_authenticator_app_if_people_want(pool: Any) -> None:
    assert pool["MfaConfiguration"] == "OPTIONAL"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_threats_are_blocked(pool: Any) -> None:
    assert pool["UserPoolTier"] == "PLUS"
    assert pool["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}


def test_what_is_done_about_a_threat_is_said(template: Template) -> None:
    (pool_name,) = template.of_type("AWS::Cognito::UserPool")
    (risks,) = kinds(template.resources, "AWS::Cognito::UserPoolRiskConfigurationAttachment")

    assert (risks["UserPoolId"], risks["ClientId"]) == ({"Ref": pool_name}, "ALL")
    compromised = risks["CompromisedCredentialsRiskConfiguration"]
    # No filter: signing up and choosing a new password as well as signing in.
    assert compromised == {"Actions": {"EventAction": "BLOCK"}}
    assert risks["AccountTakeoverRiskConfiguration"] == {
        "Actions": {
            "HighAction": {"EventAction": "BLOCK", "Notify": False},
            "MediumAction": {"EventAction": "MFA_IF_CONFIGURED", "Notify": False},
        }
    }


def test_users_survive_the_stack(pool: Any) -> None:
    assert pool["DeletionProtection"] == "ACTIVE"


def test_the_console_is_a_public_client_that_never_sends_a_password(client: Any) -> None:
    assert client["GenerateSecret"] is False
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["SupportedIdentityProviders"] == ["COGNITO"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert "AllowedOAuthFlows" not in client


def test_sessions_last_a_day_and_tokens_a_quarter_of_an_hour(client: Any) -> None:
    assert client["IdTokenValidity"] == client["AccessTokenValidity"] == 15
    assert client["RefreshTokenValidity"] == 12 * 60
    assert set(client["TokenValidityUnits"].values()) == {"minutes"}


def test_a_step_of_a_sign_in_waits_for_as_long_as_cognito_lets_it(client: Any) -> None:
    assert client["AuthSessionValidity"] == 15


def test_users_read_and_write_their_address_only(client: Any) -> None:
    assert client["ReadAttributes"] == ["email", "email_verified"]
    assert client["WriteAttributes"] == ["email"]


def test_there_is_a_group_for_each_kind_of_user(template: Template) -> None:
    groups = kinds(template.resources, "AWS::Cognito::UserPoolGroup")

    assert {group["GroupName"] for group in groups} == set(Group)
    assert len({group["Precedence"] for group in groups}) == len(groups)
    # A role would be one of AWS's; what a group may do is the API's to decide.
    assert not [group for group in groups if "RoleArn" in group]


def test_settings_open_and_close_it(tmp_path: Path) -> None:
    open_ = resources_with(
        tmp_path / "open",
        self_sign_up=True,
        mfa="off",
        threat_protection=False,
        removal="destroy",
        console=False,
    )
    closed = resources_with(tmp_path / "closed", mfa="required")

    (pool,) = kinds(open_, "AWS::Cognito::UserPool")
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    assert pool["MfaConfiguration"] == "OFF"
    assert pool["UserPoolTier"] == "ESSENTIALS"
    assert "UserPoolAddOns" not in pool
    assert not kinds(open_, "AWS::Cognito::UserPoolRiskConfigurationAttachment")
    assert pool["DeletionProtection"] == "INACTIVE"
    (pool,) = kinds(closed, "AWS::Cognito::UserPool")
    assert pool["MfaConfiguration"] == "ON"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
