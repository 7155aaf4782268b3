"""The firewall before sign-in."""

from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.conftest import Template, kinds, resources_with

MAILING = {
    ".forgotpassword",
    ".getuserattributeverificationcode",
    ".resendconfirmationcode",
    ".signup",
    ".updateuserattributes",
}


@pytest.fixture(scope="module")
def rules(template: Template) -> dict[str, Any]:
    acls = kinds(template.resources, "AWS::WAFv2::WebACL")
    (acl,) = [acl for acl in acls if acl["Description"] == "Before the sign-in of Sightline"]
    assert acl["Scope"] == "REGIONAL"
    assert acl["DefaultAction"] == {"Allow": {}}
    return {rule["Name"]: rule for rule in acl["Rules"]}


def test_it_is_before_the_user_pool(template: Template) -> None:
    (pool,) = template.of_type("AWS::Cognito::UserPool")
    (name,) = [name for name in template.of_type("AWS::WAFv2::WebACL") if name.startswith("Users")]
    associations = kinds(template.resources, "AWS::WAFv2::WebACLAssociation")

    assert {
        "ResourceArn": {"Fn::GetAtt": [pool, "Arn"]},
        "WebACLArn": {"Fn::GetAtt": [name, "Arn"]},
    } in associations


def test_an_address_cannot_have_the_mails_of_the_day_sent(rules: dict[str, Any]) -> None:
    rule = rules["MailsOfAnAddress"]
    counted = rule["Statement"]["RateBasedStatement"]

    assert rule["Action"] == {"Block": {}}
    assert (counted["Limit"], counted["EvaluationWindowSec"]) == (20, 600)
    assert counted["AggregateKeyType"] == "IP"
    asked = [
        statement["ByteMatchStatement"]
        for statement in counted["ScopeDownStatement"]["OrStatement"]["Statements"]
    ]
    # As it is compared: in small letters, to the end of `AWSCognitoIdentityProviderService.SignUp`.
    assert {match["SearchString"] for match in asked} == MAILING
    for match in asked:
        assert match["FieldToMatch"] == {"SingleHeader": {"Name": "x-amz-target"}}
        assert match["PositionalConstraint"] == "ENDS_WITH"
        assert match["TextTransformations"] == [{"Priority": 0, "Type": "LOWERCASE"}]


def test_sign_ins_of_an_address_are_counted(rules: dict[str, Any]) -> None:
    counted = rules["SignInsOfAnAddress"]["Statement"]["RateBasedStatement"]

    assert rules["SignInsOfAnAddress"]["Action"] == {"Block": {}}
    assert (counted["Limit"], counted["EvaluationWindowSec"]) == (2_000, 300)
    assert "ScopeDownStatement" not in counted


def test_addresses_of_bad_reputation_are_refused(rules: dict[str, Any]) -> None:
    rule = rules["AWSManagedRulesAmazonIpReputationList"]

    assert rule["OverrideAction"] == {"None": {}}
    assert [one["Priority"] for one in rules.values()] == [0, 1, 2]


def test_the_setting_switches_it_off(tmp_path: Path) -> None:
    off = resources_with(tmp_path, waf=False)

    assert not [found for found in off.values() if found["Type"].startswith("AWS::WAFv2")]


def test_or_leaves_the_one_of_the_api_alone(tmp_path: Path) -> None:
    found = resources_with(tmp_path, waf_sign_in=False).values()

    (acl,) = [one for one in found if one["Type"] == "AWS::WAFv2::WebACL"]
    (association,) = [one for one in found if one["Type"] == "AWS::WAFv2::WebACLAssociation"]
    assert acl["Properties"]["Description"] == "Before the API of Sightline"
    assert "apigateway" in str(association["Properties"]["ResourceArn"])
