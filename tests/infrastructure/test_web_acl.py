"""The firewall before the API."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.conftest import Template, kinds, resources_with


@pytest.fixture(scope="module")
def acl(template: Template) -> Any:
    (acl,) = kinds(template.resources, "AWS::WAFv2::WebACL")
    return acl


def test_it_is_before_the_stage_of_the_api(template: Template, acl: Any) -> None:
    (association,) = kinds(template.resources, "AWS::WAFv2::WebACLAssociation")
    (name,) = template.of_type("AWS::WAFv2::WebACL")

    assert acl["Scope"] == "REGIONAL"
    assert association["WebACLArn"] == {"Fn::GetAtt": [name, "Arn"]}
    assert "/restapis/" in json.dumps(association["ResourceArn"])


def test_it_counts_the_requests_of_an_address(acl: Any) -> None:
    (rule,) = [one for one in acl["Rules"] if "RateBasedStatement" in one["Statement"]]

    statement = rule["Statement"]["RateBasedStatement"]
    assert (statement["Limit"], statement["EvaluationWindowSec"]) == (20_000, 300)
    assert statement["AggregateKeyType"] == "IP"
    assert rule["Action"] == {"Block": {}}


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
    }


def test_samples_show_no_tokens(acl: Any) -> None:
    (protected,) = acl["DataProtectionConfig"]["DataProtections"]

    assert protected["Field"] == {"FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization"]}
    assert protected["Action"] == "SUBSTITUTION"


def test_the_setting_switches_it_off_and_says_the_rate(tmp_path: Path) -> None:
    off = resources_with(tmp_path / "off", waf=False)
    slower = resources_with(tmp_path / "slower", waf_requests_per_5_minutes=100)

    assert not [found for found in off.values() if found["Type"].startswith("AWS::WAFv2")]
    (acl,) = kinds(slower, "AWS::WAFv2::WebACL")
    assert acl["Rules"][0]["Statement"]["RateBasedStatement"]["Limit"] == 100


def _groups(acl: Any) -> dict[str, Any]:
    statements = [rule["Statement"] for rule in acl["Rules"]]
    found = [
        statement["ManagedRuleGroupStatement"]
        for statement in statements
        if "ManagedRuleGroupStatement" in statement
    ]
    return {group["Name"]: group for group in found}
