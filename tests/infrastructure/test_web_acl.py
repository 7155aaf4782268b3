"""The firewall before the API."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.conftest import Resource, Template, kinds, resources_with


@pytest.fixture(scope="module")
def acl(template: Template) -> Any:
    return api_acl(template.resources)


def api_acl(resources: dict[str, Any]) -> Any:
    """The list before the API; before the user pool is another (test_users.py)."""
    acls = kinds(resources, "AWS::WAFv2::WebACL")
    (found,) = [one for one in acls if one["VisibilityConfig"]["MetricName"] == "SightlineApi"]
    return found


def rates(acl: Any) -> dict[str, Any]:
    return {
        rule["Name"]: rule["Statement"]["RateBasedStatement"]
        for rule in acl["Rules"]
        if "RateBasedStatement" in rule["Statement"]
    }


def test_it_is_before_the_stage_of_the_api(template: Template, acl: Any) -> None:
    associations = kinds(template.resources, "AWS::WAFv2::WebACLAssociation")
    (association,) = [one for one in associations if "restapis" in json.dumps(one)]
    (name,) = [
        name
        for name, found in template.of_type("AWS::WAFv2::WebACL").items()
        if found["Properties"] == acl
    ]

    assert acl["Scope"] == "REGIONAL"
    assert association["WebACLArn"] == {"Fn::GetAtt": [name, "Arn"]}
    assert "/restapis/" in json.dumps(association["ResourceArn"])


def test_it_counts_the_requests_of_an_address(acl: Any) -> None:
    statement = rates(acl)["RateOfAnAddress"]

    assert (statement["Limit"], statement["EvaluationWindowSec"]) == (20_000, 300)
    assert statement["AggregateKeyType"] == "IP"
    assert "ScopeDownStatement" not in statement


def test_it_lets_in_few_requests_without_a_token(acl: Any) -> None:
    statement = rates(acl)["RateWithoutToken"]
    as_it_is = [{"Priority": 0, "Type": "NONE"}]

    assert (statement["Limit"], statement["EvaluationWindowSec"]) == (300, 300)
    assert statement["AggregateKeyType"] == "IP"
    assert statement["ScopeDownStatement"]["AndStatement"]["Statements"] == [
        {
            "NotStatement": {
                "Statement": {
                    "SizeConstraintStatement": {
                        "FieldToMatch": {"SingleHeader": {"Name": "authorization"}},
                        "ComparisonOperator": "GT",
                        "Size": 0,
                        "TextTransformations": as_it_is,
                    }
                }
            }
        },
        # Browsers send preflights, and no token with them.
        {
            "NotStatement": {
                "Statement": {
                    "ByteMatchStatement": {
                        "FieldToMatch": {"Method": {}},
                        "PositionalConstraint": "EXACTLY",
                        "SearchString": "OPTIONS",
                        "TextTransformations": as_it_is,
                    }
                }
            }
        },
    ]


def test_what_is_over_a_rate_is_refused_before_anything_else(acl: Any) -> None:
    rules = sorted(acl["Rules"], key=lambda rule: int(rule["Priority"]))

    assert [rule["Name"] for rule in rules[:2]] == ["RateOfAnAddress", "RateWithoutToken"]
    assert [rule["Action"] for rule in rules[:2]] == [{"Block": {}}] * 2


def test_a_few_addresses_cannot_use_up_what_the_stage_lets_in(template: Template, acl: Any) -> None:
    (stage,) = kinds(template.resources, "AWS::ApiGateway::Stage")
    (limits,) = stage["MethodSettings"]

    for_an_address = rates(acl)["RateOfAnAddress"]["Limit"] / 300
    assert limits["ThrottlingRateLimit"] >= 10 * for_an_address


def test_its_capacity_is_what_the_basic_price_covers(acl: Any) -> None:
    # Units as AWS documents them; a text transformation costs 10 with every statement.
    of_groups = {
        "AWSManagedRulesAmazonIpReputationList": 25,
        "AWSManagedRulesCommonRuleSet": 700,
        "AWSManagedRulesKnownBadInputsRuleSet": 200,
    }
    of_rates = len(rates(acl)) * 2
    of_the_scope = (1 + 10) + (2 + 10)

    assert set(_groups(acl)) == set(of_groups)
    assert sum(of_groups.values()) + of_rates + of_the_scope <= 1500


def test_it_has_awss_managed_rules(acl: Any) -> None:
    groups = _groups(acl)

    assert set(groups) == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    priorities = [rule["Priority"] for rule in acl["Rules"]]
    assert priorities == sorted(set(priorities))


def test_the_text_on_a_picture_may_be_typed_and_searched_for(acl: Any) -> None:
    counted = {
        override["Name"]
        for group in _groups(acl).values()
        for override in group.get("RuleActionOverrides", [])
        if override["ActionToUse"] == {"Count": {}}
    }

    # A web address, a path, a log's name, HTML; each as a correction and as a search.
    typed = ("CrossSiteScripting", "EC2MetaDataSSRF", "GenericLFI", "GenericRFI")
    assert counted == {
        *(f"{rule}_{place}" for rule in typed for place in ("BODY", "QUERYARGUMENTS")),
        "RestrictedExtensions_QUERYARGUMENTS",
        "SizeRestrictions_BODY",
        "SizeRestrictions_QUERYSTRING",
        # Code, and what attacks look like.
        *(
            f"{rule}_{place}"
            for rule in ("JavaDeserializationRCE", "Log4JRCE")
            for place in ("BODY", "QUERYSTRING")
        ),
    }


def test_samples_show_neither_tokens_nor_what_is_searched_for(acl: Any) -> None:
    protections = acl["DataProtectionConfig"]["DataProtections"]

    assert [protected["Field"] for protected in protections] == [
        {"FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization"]},
        {"FieldType": "QUERY_STRING"},
    ]
    assert {protected["Action"] for protected in protections} == {"SUBSTITUTION"}


def test_the_setting_switches_it_off_and_says_the_rate(tmp_path: Path) -> None:
    off = resources_with(tmp_path / "off", waf=False)
    slower = resources_with(tmp_path / "slower", waf_requests_per_5_minutes=100)

    assert not [found for found in off.values() if found["Type"].startswith("AWS::WAFv2")]
    acl = _of_the_api(slower)
    assert acl["Rules"][0]["Statement"]["RateBasedStatement"]["Limit"] == 100


def _of_the_api(resources: dict[str, Resource]) -> Any:
    acls = kinds(resources, "AWS::WAFv2::WebACL")
    (acl,) = [acl for acl in acls if acl["Description"] == "Before the API of Sightline"]
    return acl


def _groups(acl: Any) -> dict[str, Any]:
    statements = [rule["Statement"] for rule in acl["Rules"]]
    found = [
        statement["ManagedRuleGroupStatement"]
        for statement in statements
        if "ManagedRuleGroupStatement" in statement
    ]
    return {group["Name"]: group for group in found}
