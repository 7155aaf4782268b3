"""Signed-in people of the deployed stack, and what they ask of its API."""

import secrets
import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from tests.local.deployed import Deployed
from tests.patience import PATIENCE_SECONDS, eventually


def trusting(deployed: Deployed) -> ssl.SSLContext:
    """Trust what the stack signs, and nothing else."""
    return ssl.create_default_context(cafile=str(deployed.stack.files.certificate("ca")))


@dataclass(frozen=True)
class Answer:
    """An answer of the API."""

    status: int
    headers: httpx.Headers
    body: Any

    @property
    def detail(self) -> str:
        """What a problem says; an answer that is no problem fails."""
        assert self.headers["Content-Type"] == "application/problem+json", self.body
        assert self.body["status"] == self.status
        return str(self.body["detail"])


class Door:
    """The API's address, without anybody."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed = deployed
        self.stage = deployed.outputs["ApiStage"]
        self.host = f"{deployed.outputs['ApiId']}.execute-api.localhost"
        self._http = httpx.Client(
            base_url=deployed.stack.endpoint,
            verify=trusting(deployed),
            timeout=PATIENCE_SECONDS,
        )

    def ask(
        self,
        token: str | None,
        method: str,
        path: str,
        body: object = None,
        **query: object,
    ) -> Answer:
        headers = {"Host": self.host}
        if token is not None:
            headers["Authorization"] = token
        answer = self._http.request(
            method,
            f"/{self.stage}{path}",
            headers=headers,
            json=body,
            params={name: str(value) for name, value in query.items()},
        )
        return Answer(answer.status_code, answer.headers, answer.json() if answer.content else None)

    def close(self) -> None:
        self._http.close()

    def options(self, path: str, headers: dict[str, str]) -> httpx.Response:
        return self._http.options(f"/{self.stage}{path}", headers={"Host": self.host, **headers})


class Pool:
    """The user pool, with a client of the tests' own: tokens without the dance of SRP."""

    def __init__(self, deployed: Deployed, pool_id: str | None = None) -> None:
        self.cognito = deployed.client("cognito-idp")
        self.id = pool_id or deployed.outputs["UserPoolId"]
        # A run takes more than the hour for which tokens are good otherwise, on a busy machine.
        self.client_id = self.make_client(
            IdTokenValidity=24,
            AccessTokenValidity=24,
            TokenValidityUnits={"IdToken": "hours", "AccessToken": "hours"},
        )

    def make_client(self, **settings: Any) -> str:
        answer = self.cognito.create_user_pool_client(
            UserPoolId=self.id,
            ClientName=f"tests-{secrets.token_hex(4)}",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            **settings,
        )
        return str(answer["UserPoolClient"]["ClientId"])

    def make_user(self, name: str, *groups: str) -> tuple[str, str]:
        """Make a user, and return their address and password."""
        email = f"{name}-{secrets.token_hex(4)}@example.com"
        password = f"Aa1!{secrets.token_urlsafe(16)}"
        self.cognito.admin_create_user(
            UserPoolId=self.id,
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
            MessageAction="SUPPRESS",
        )
        self.cognito.admin_set_user_password(
            UserPoolId=self.id, Username=email, Password=password, Permanent=True
        )
        for group in groups:
            self.cognito.admin_add_user_to_group(
                UserPoolId=self.id, Username=email, GroupName=group
            )
        return email, password

    def tokens(self, email: str, password: str, client_id: str | None = None) -> dict[str, str]:
        answer = self.cognito.admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=client_id or self.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        found: dict[str, str] = answer["AuthenticationResult"]
        return found


class Person:
    """A user of the stack."""

    def __init__(self, door: Door, pool: Pool, name: str, *groups: str) -> None:
        self.door = door
        self.pool = pool
        self.email, self.password = pool.make_user(name, *groups)

    @cached_property
    def tokens(self) -> dict[str, str]:
        return self.pool.tokens(self.email, self.password)

    @property
    def token(self) -> str:
        return self.tokens["IdToken"]

    def ask(self, method: str, path: str, body: object = None, **query: object) -> Answer:
        return self.door.ask(self.token, method, path, body, **query)

    def send(self, name: str, data: bytes, content_type: str = "image/jpeg") -> str:
        """Upload a file as a browser does; return the task's id."""
        asked = {"name": name, "content_type": content_type, "bytes": len(data)}
        answer = self.ask("POST", "/upload", asked)
        assert answer.status == 201, answer.body
        sent = self.post(answer.body, name, data)
        assert sent.status_code == 204, sent.text
        return str(answer.body["task_id"])

    def post(self, form: dict[str, Any], name: str, data: bytes) -> httpx.Response:
        """Send a file with the form of an upload."""
        url = httpx.URL(form["url"])
        address = httpx.URL(self.door.deployed.stack.endpoint)
        return httpx.post(
            url.copy_with(host=address.host, port=address.port),
            # The emulator is at localhost, whatever name a bucket has there.
            headers={"Host": url.netloc.decode()},
            data=form["fields"],
            files={"file": (name, data)},
            verify=trusting(self.door.deployed),
            timeout=PATIENCE_SECONDS,
        )

    def get_link(self, link: str) -> httpx.Response:
        """Follow a presigned link."""
        url = httpx.URL(link)
        address = httpx.URL(self.door.deployed.stack.endpoint)
        return httpx.get(
            url.copy_with(host=address.host, port=address.port),
            headers={"Host": url.netloc.decode()},
            verify=trusting(self.door.deployed),
            timeout=PATIENCE_SECONDS,
        )

    def result(self, name: str) -> dict[str, Any]:
        """Wait for an image to end, and return its result."""

        def ended() -> dict[str, Any] | None:
            answer = self.ask("GET", f"/results/{name}")
            assert answer.status == 200, answer.body
            is_over = answer.body["status"] in ("done", "in_review", "rejected", "failed")
            return answer.body if is_over else None

        found: dict[str, Any] = eventually(ended, f"image {name} has ended")
        return found

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        return self.result(self.send(name, data))
