"""Rules of AWS WAF that both firewalls have."""

from collections.abc import Sequence

from aws_cdk import aws_wafv2 as wafv2

FIVE_MINUTES = 300
"""Seconds in which a rate is counted; AWS WAF takes 60, 120, 300 and 600."""
REPUTATION = "AWSManagedRulesAmazonIpReputationList"


def rate(
    name: str,
    priority: int,
    limit: int,
    *,
    seconds: int = FIVE_MINUTES,
    of: wafv2.CfnWebACL.StatementProperty | None = None,
) -> wafv2.CfnWebACL.RuleProperty:
    """Return a rule that refuses more than so many requests of an address in so many seconds."""
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP",
                limit=limit,
                evaluation_window_sec=seconds,
                scope_down_statement=of,
            )
        ),
        visibility_config=visibility(name),
    )


def managed(
    name: str, priority: int, *, counted: Sequence[str] = ()
) -> wafv2.CfnWebACL.RuleProperty:
    """Return AWS's group of that name; what those `counted` find is let through."""
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
        visibility_config=visibility(name),
    )


def visibility(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    """Return that a rule is a metric of this name, and keeps samples of what it met."""
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
