"""Users of the stack's pool that are signed in."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.demo_users import make_password
from local.endpoint import LocalStack

GROUP = "uploaders"
_AT_ONCE = 8


def sign_in(stack: LocalStack, users: int) -> list[str]:
    """Make users of the group of uploaders and sign each in; return their ID tokens.

    By a client of the pool that is made for it, with the password: the console's own, which proves
    it without sending it, is not what is measured.
    """
    cognito, pool = stack.client("cognito-idp"), stack.outputs()["UserPoolId"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="load",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]

    def token(number: int) -> str:
        email = f"load-{number}-{secrets.token_hex(4)}@example.com"
        return _token(cognito, pool, client, email)

    with ThreadPoolExecutor(_AT_ONCE) as workers:
        return list(workers.map(token, range(users)))


def _token(cognito: Any, pool: str, client: str, email: str) -> str:
    password, user = make_password(), {"UserPoolId": pool, "Username": email}
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(**user, UserAttributes=attributes, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**user, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(**user, GroupName=GROUP)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["IdToken"])
