"""The firewall before the API: AWS's managed rules, and a rate for each address."""

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from stacks.settings import Settings

_COUNTED = (
    "CrossSiteScripting_BODY",
    "CrossSiteScripting_QUERYARGUMENTS",
    "EC2MetaDataSSRF_BODY",
    "EC2MetaDataSSRF_QUERYARGUMENTS",
    "GenericLFI_BODY",
    "GenericLFI_QUERYARGUMENTS",
    "GenericRFI_BODY",
    "GenericRFI_QUERYARGUMENTS",
    "RestrictedExtensions_QUERYARGUMENTS",
    "SizeRestrictions_BODY",
    "SizeRestrictions_QUERYSTRING",
)
"""Rules that are counted instead of refused, on what people type. A reviewer corrects the text on
a picture, and others search for it: it may be a web address, a path, the name of a log or a piece
of HTML, longer than the 8 KB of a body, or the 2 KB of a query (300 Chinese characters are 2,700
bytes there). It is data here: never a path, never run, never shown as HTML."""


class WebAcl(Construct):
    """What is refused before API Gateway looks at it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, stage_arn: str
    ) -> None:
        super().__init__(scope, construct_id)
        groups: dict[str, tuple[str, ...]] = {
            "AWSManagedRulesAmazonIpReputationList": (),
            "AWSManagedRulesKnownBadInputsRuleSet": (),
            "AWSManagedRulesCommonRuleSet": _COUNTED,
        }
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            description="Before the API of Sightline",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            rules=[
                # First: what is over the rate costs no more.
                _rate(settings.waf_requests_per_5_minutes),
                *(
                    _managed(name, counted, priority)
                    for priority, (name, counted) in enumerate(groups.items(), start=1)
                ),
            ],
            visibility_config=_visibility("SightlineApi"),
            # Samples of requests would show the tokens of those who sent them.
            data_protection_config=wafv2.CfnWebACL.DataProtectionConfigProperty(
                data_protections=[
                    wafv2.CfnWebACL.DataProtectProperty(
                        action="SUBSTITUTION",
                        field=wafv2.CfnWebACL.FieldToProtectProperty(
                            field_type="SINGLE_HEADER", field_keys=["authorization"]
                        ),
                    )
                ]
            ),
        )
        wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=stage_arn, web_acl_arn=acl.attr_arn
        )


def _rate(requests_per_5_minutes: int) -> wafv2.CfnWebACL.RuleProperty:
    return wafv2.CfnWebACL.RuleProperty(
        name="RateOfAnAddress",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP",
                limit=requests_per_5_minutes,
                evaluation_window_sec=300,
            )
        ),
        visibility_config=_visibility("RateOfAnAddress"),
    )


def _managed(name: str, counted: tuple[str, ...], priority: int) -> wafv2.CfnWebACL.RuleProperty:
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        # The group's own: block.
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=name,
                rule_action_overrides=[
                    wafv2.CfnWebACL.RuleActionOverrideProperty(
                        name=rule,
                        action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={}),
                    )
                    for rule in counted
                ]
                or None,
            )
        ),
        visibility_config=_visibility(name),
    )


def _visibility(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
