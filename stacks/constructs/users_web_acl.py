"""The firewall before sign-in, which people reach without a token."""

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from stacks.constructs.acl_rules import REPUTATION, managed, rate, visibility

MAILS = 20
"""Emails that one address may ask for in ten minutes. Cognito limits those to one user, not those
to many, and with its own sender sends about 50 a day in all: else whoever knows a few users'
addresses uses them up. A class that signs up at once from one address waits for its turn."""
REQUESTS = 2_000
"""Requests of one address in five minutes. A sign-in takes up to five and a renewal, every quarter
of an hour, one: some hundred people who come at once, or thousands who work."""

_MAILING = (
    "ForgotPassword",
    "GetUserAttributeVerificationCode",
    "ResendConfirmationCode",
    "SignUp",
    "UpdateUserAttributes",
)


class UsersWebAcl(Construct):
    """What is refused before Cognito looks at it: it then answers ForbiddenException.

    One of its own, beside the API's: requests of a sign-in have no token, and are counted by what
    they ask for. Commands of administrators do not pass it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, pool_arn: str) -> None:
        super().__init__(scope, construct_id)
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            description="Before the sign-in of Sightline",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            rules=[
                rate("MailsOfAnAddress", 0, MAILS, seconds=600, of=_asks_for_a_mail()),
                rate("SignInsOfAnAddress", 1, REQUESTS),
                managed(REPUTATION, 2),
            ],
            visibility_config=visibility("SightlineSignIn"),
        )
        wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=pool_arn, web_acl_arn=acl.attr_arn
        )


def _asks_for_a_mail() -> wafv2.CfnWebACL.StatementProperty:
    """A header says what is asked of Cognito: `AWSCognitoIdentityProviderService.SignUp`."""
    return wafv2.CfnWebACL.StatementProperty(
        or_statement=wafv2.CfnWebACL.OrStatementProperty(
            statements=[
                wafv2.CfnWebACL.StatementProperty(
                    byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
                        field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(
                            single_header={"Name": "x-amz-target"}
                        ),
                        positional_constraint="ENDS_WITH",
                        # The dot: ConfirmSignUp and ConfirmForgotPassword send nothing.
                        search_string=f".{action}".lower(),
                        text_transformations=[
                            wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="LOWERCASE")
                        ],
                    )
                )
                for action in _MAILING
            ]
        )
    )
