"""Who may sign in: a user pool, the console's client of it, and the groups."""

from aws_cdk import Acknowledgment, ArnFormat, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from lambdas.common.routes import Group
from stacks.constructs.users_web_acl import UsersWebAcl
from stacks.limits import TOKEN_MINUTES
from stacks.setting_types import Mfa
from stacks.settings import Settings

PASSWORD_CHARACTERS = 12
TEMPORARY_PASSWORD = Duration.days(3)
SESSION = Duration.hours(12)
"""How long a sign-in lasts: a working day. The console renews its tokens within it."""
TOKEN = Duration.minutes(TOKEN_MINUTES)
CHALLENGE = Duration.minutes(15)
"""How long a step of a sign-in waits for its answer: to choose a password, or to install an
authenticator app. The longest that Cognito takes; without it, 3 minutes."""

_MFA = {
    Mfa.OFF: cognito.Mfa.OFF,
    Mfa.OPTIONAL: cognito.Mfa.OPTIONAL,
    Mfa.REQUIRED: cognito.Mfa.REQUIRED,
}


class Users(Construct):
    """People sign in with an email address; what they may do follows from their groups.

    `console` is where an invitation sends them, if there is one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        console: str | None,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.pool = self._pool(settings, console, removal_policy)
        self.client = self._client()
        for precedence, group in enumerate((Group.ADMINS, Group.REVIEWERS, Group.UPLOADERS)):
            cognito.CfnUserPoolGroup(
                self,
                group.capitalize(),
                user_pool_id=self.pool.user_pool_id,
                group_name=group,
                precedence=precedence,
            )
        if settings.threat_protection:
            self._act_on_threats()
        if settings.email_from:
            self._send_by_ses(settings.email_from, settings.email_identity_arn)
        if settings.waf and settings.waf_sign_in:
            UsersWebAcl(self, "WebAcl", pool_arn=self.pool.user_pool_arn)

    def _pool(
        self, settings: Settings, console: str | None, removal_policy: RemovalPolicy
    ) -> cognito.UserPool:
        mfa = _MFA[settings.mfa]
        watches = settings.threat_protection
        modes = cognito.StandardThreatProtectionMode
        pool = cognito.UserPool(
            self,
            "Pool",
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            # A new address counts, and gets the codes, once its owner has shown that it is theirs.
            keep_original=cognito.KeepOriginalAttrs(email=True),
            self_sign_up_enabled=settings.self_sign_up,
            user_invitation=_invitation(console),
            user_verification=_CODE,
            password_policy=cognito.PasswordPolicy(
                min_length=PASSWORD_CHARACTERS,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=TEMPORARY_PASSWORD,
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=mfa,
            mfa_second_factor=(
                None
                if settings.mfa is Mfa.OFF
                # No SMS: it costs, and a number can be taken over.
                else cognito.MfaSecondFactor(otp=True, sms=False)
            ),
            feature_plan=cognito.FeaturePlan.PLUS if watches else cognito.FeaturePlan.ESSENTIALS,
            standard_threat_protection_mode=modes.FULL_FUNCTION if watches else None,
            deletion_protection=removal_policy is not RemovalPolicy.DESTROY,
            removal_policy=removal_policy,
        )
        Validations.of(pool).acknowledge(
            Acknowledgment(
                id="AwsSolutions-COG2",
                reason="A second factor is the setting mfa: optional at first, since a team's "
                "administrators choose when everybody has an authenticator app; mfa=required makes "
                "it so for all.",
            ),
            Acknowledgment(
                id="AwsSolutions-COG3",
                reason="Threat protection is the setting threat_protection, on unless switched off "
                "by those who do not want the Plus plan's price for each user.",
            ),
            Acknowledgment(
                id="AwsSolutions-COG8",
                reason="The Plus plan goes with the setting threat_protection, on unless switched "
                "off by those who do not want its price for each user.",
            ),
        )
        return pool

    def _send_by_ses(self, sender: str, identity_arn: str) -> None:
        """Send invitations and codes by SES: Cognito's own sender is for about 50 a day."""
        pool = self.pool.node.default_child
        if not isinstance(pool, cognito.CfnUserPool):
            raise TypeError("expected the CloudFormation resource of the user pool")
        pool.email_configuration = cognito.CfnUserPool.EmailConfigurationProperty(
            email_sending_account="DEVELOPER",
            from_=f"Sightline <{sender}>",
            source_arn=identity_arn
            or Stack.of(self).format_arn(
                service="ses",
                resource="identity",
                resource_name=sender,
                arn_format=ArnFormat.SLASH_RESOURCE_NAME,
            ),
        )

    def _act_on_threats(self) -> None:
        """Say what is done about a sign-in that looks like somebody else's; nobody is mailed."""
        risks = cognito.CfnUserPoolRiskConfigurationAttachment
        risks(
            self,
            "Risks",
            user_pool_id=self.pool.user_pool_id,
            client_id="ALL",
            # Where the password itself is sent: a new one, and a sign-up. Signing in by SRP is not.
            compromised_credentials_risk_configuration=(
                risks.CompromisedCredentialsRiskConfigurationTypeProperty(
                    actions=risks.CompromisedCredentialsActionsTypeProperty(event_action="BLOCK")
                )
            ),
            account_takeover_risk_configuration=risks.AccountTakeoverRiskConfigurationTypeProperty(
                actions=risks.AccountTakeoverActionsTypeProperty(
                    high_action=risks.AccountTakeoverActionTypeProperty(
                        event_action="BLOCK", notify=False
                    ),
                    medium_action=risks.AccountTakeoverActionTypeProperty(
                        event_action="MFA_IF_CONFIGURED", notify=False
                    ),
                )
            ),
        )

    def _client(self) -> cognito.UserPoolClient:
        email = cognito.ClientAttributes().with_standard_attributes(email=True)
        return self.pool.add_client(
            "Console",
            # Its code is public, so a secret would be none.
            generate_secret=False,
            # The password itself never leaves the browser.
            auth_flows=cognito.AuthFlow(user_srp=True),
            disable_o_auth=True,
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            id_token_validity=TOKEN,
            access_token_validity=TOKEN,
            refresh_token_validity=SESSION,
            auth_session_validity=CHALLENGE,
            read_attributes=email.with_standard_attributes(email=True, email_verified=True),
            write_attributes=email,
        )


_CODE = cognito.UserVerificationConfig(
    # For both: somebody who has forgotten a password, and one who confirms an address.
    email_subject="Your code for Sightline",
    email_body=(
        "<p>Your code for Sightline is {####}</p><p>Type it where you were asked for it, within an "
        "hour. If nobody asked you for one, somebody gave your address: without this code they "
        "can do nothing with it.</p>"
    ),
)
"""Cognito sends one text for every code."""


def _invitation(console: str | None) -> cognito.UserInvitationConfig:
    where = f" at {console}" if console else ""
    return cognito.UserInvitationConfig(
        email_subject="Your account for Sightline",
        email_body=(
            f"<p>You can sign in{where} as {{username}} with the password</p><p>{{####}}</p>"
            f"<p>It works once, for {TEMPORARY_PASSWORD.to_days()} days; then you choose your own."
            "</p>"
        ),
    )
