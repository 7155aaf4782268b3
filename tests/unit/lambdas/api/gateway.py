"""API Gateway as far as the function sees it: events of signed-in people, and their answers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from lambdas.api.app import Api
from lambdas.common.routes import ROUTES, Group

CONSOLE = "https://console.example"


@dataclass(frozen=True)
class Person:
    """A user of the pool."""

    name: str
    groups: tuple[str, ...] = ()

    @property
    def sub(self) -> str:
        digits = self.name.encode().hex().ljust(32, "0")[:32]
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    @property
    def claims(self) -> dict[str, str]:
        claims = {
            "sub": self.sub,
            "email": f"{self.name}@example.com",
            "email_verified": "true",
            "token_use": "id",
        }
        return {**claims, "cognito:groups": ",".join(self.groups)} if self.groups else claims


ANNA = Person("anna", (Group.UPLOADERS,))
BERT = Person("bert", (Group.UPLOADERS,))
RITA = Person("rita", (Group.REVIEWERS,))
ROLF = Person("rolf", (Group.REVIEWERS,))
ADAM = Person("adam", (Group.ADMINS,))
NINA = Person("nina")
BOTH = Person("both", (Group.UPLOADERS, Group.REVIEWERS))


@dataclass(frozen=True)
class Answer:
    """An answer of the function."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def detail(self) -> str:
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        return str(self.body["detail"])


class Gateway:
    """Sends requests to the function's code, as API Gateway does once it has checked a token."""

    def __init__(self) -> None:
        self.api = Api(CONSOLE)

    def ask(
        self,
        person: Person | None,
        method: str,
        path: str,
        body: object = None,
        content_type: str = "application/json",
        **query: object,
    ) -> Answer:
        raw = self.raw(person, method, path, body, content_type, **query)
        headers = {name: values[0] for name, values in raw["multiValueHeaders"].items()}
        text = raw.get("body")
        return Answer(raw["statusCode"], headers, json.loads(text) if text else None)

    def raw(
        self,
        person: Person | None,
        method: str,
        path: str,
        body: object = None,
        content_type: str = "application/json",
        **query: object,
    ) -> dict[str, Any]:
        """Return an answer as the function gives it to Lambda."""
        event = {
            "resource": resource_of(method, path),
            "path": path,
            "httpMethod": method,
            "headers": {"Content-Type": content_type},
            "multiValueHeaders": {"Content-Type": [content_type]},
            "queryStringParameters": {name: str(value) for name, value in query.items()} or None,
            "multiValueQueryStringParameters": {name: [str(value)] for name, value in query.items()}
            or None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "requestId": "request-1",
                "stage": "v1",
                "authorizer": None if person is None else {"claims": person.claims},
            },
            "body": body if isinstance(body, str) or body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        return self.api.answer(event, SimpleNamespace())


def resource_of(method: str, path: str) -> str:
    """The route that API Gateway finds for a path; the path itself where there is none."""
    for known, resource in ROUTES:
        pattern = re.sub(r"\{\w+\}", "[^/]+", resource)
        if known == method and re.fullmatch(pattern, path):
            return resource
    return path
