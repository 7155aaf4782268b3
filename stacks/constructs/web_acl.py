"""The firewall before the API: AWS's managed rules, and two rates for each address."""

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from stacks.constructs.acl_rules import REPUTATION, managed, rate, visibility
from stacks.settings import Settings

WITHOUT_TOKEN_PER_5_MINUTES = 300
"""Requests of an address that bring no token. None of them is answered with anything, so that few
are honest: a script that is being written, a monitor. The console sends none."""

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
_COUNTED_AS_WELL = (
    "JavaDeserializationRCE_BODY",
    "JavaDeserializationRCE_QUERYSTRING",
    "Log4JRCE_BODY",
    "Log4JRCE_QUERYSTRING",
)
"""Of the known bad inputs, for the same reason: a screenshot may be of code or of an attack. What
is logged here is no text of a client's, and by Python."""


class WebAcl(Construct):
    """What is refused before API Gateway looks at it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, stage_arn: str
    ) -> None:
        super().__init__(scope, construct_id)
        groups: dict[str, tuple[str, ...]] = {
            REPUTATION: (),
            "AWSManagedRulesKnownBadInputsRuleSet": _COUNTED_AS_WELL,
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
                rate("RateOfAnAddress", 0, settings.waf_requests_per_5_minutes),
                rate("RateWithoutToken", 1, WITHOUT_TOKEN_PER_5_MINUTES, of=_without_token()),
                *(
                    managed(name, priority, counted=counted)
                    for priority, (name, counted) in enumerate(groups.items(), start=2)
                ),
            ],
            visibility_config=visibility("SightlineApi"),
            # Samples of requests would show the tokens of those who sent them, and the text of
            # pictures that they search for.
            data_protection_config=wafv2.CfnWebACL.DataProtectionConfigProperty(
                data_protections=[
                    _hidden("SINGLE_HEADER", "authorization"),
                    _hidden("QUERY_STRING"),
                ]
            ),
        )
        wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=stage_arn, web_acl_arn=acl.attr_arn
        )


def _without_token() -> wafv2.CfnWebACL.StatementProperty:
    """Match requests without the header Authorization, but for a browser's preflights."""
    as_it_is = [wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")]
    # A header that is not there matches no statement, whatever its size is compared with.
    has_token = wafv2.CfnWebACL.StatementProperty(
        size_constraint_statement=wafv2.CfnWebACL.SizeConstraintStatementProperty(
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(
                single_header={"Name": "authorization"}
            ),
            comparison_operator="GT",
            size=0,
            text_transformations=as_it_is,
        )
    )
    is_preflight = wafv2.CfnWebACL.StatementProperty(
        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(method={}),
            positional_constraint="EXACTLY",
            search_string="OPTIONS",
            text_transformations=as_it_is,
        )
    )
    neither = [
        wafv2.CfnWebACL.StatementProperty(
            not_statement=wafv2.CfnWebACL.NotStatementProperty(statement=statement)
        )
        for statement in (has_token, is_preflight)
    ]
    return wafv2.CfnWebACL.StatementProperty(
        and_statement=wafv2.CfnWebACL.AndStatementProperty(statements=neither)
    )


def _hidden(field: str, *names: str) -> wafv2.CfnWebACL.DataProtectProperty:
    return wafv2.CfnWebACL.DataProtectProperty(
        action="SUBSTITUTION",
        field=wafv2.CfnWebACL.FieldToProtectProperty(
            field_type=field, field_keys=list(names) or None
        ),
    )
