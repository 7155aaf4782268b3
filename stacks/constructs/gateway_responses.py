"""What API Gateway answers by itself: problem details (RFC 9457), each with a sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway

CONTENT_TYPE = "application/problem+json"

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Type": CONTENT_TYPE,
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every such answer: the function's own (a test compares), with X-Frame-Options in the place of
its Content-Security-Policy. That has quotation marks, between which a value stands here."""
_READABLE = {"Access-Control-Expose-Headers": "Retry-After", "Vary": "Origin"}


@dataclass(frozen=True)
class GatewayProblem:
    """An answer to one kind of request; `headers` beside those of every answer.

    Without a status it is for several kinds, each of which keeps its own.
    """

    status: HTTPStatus | None
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


_SIGN_IN = {"WWW-Authenticate": "Bearer"}
_ROUTES = "GET /openapi.json lists the routes."
_NO_ROUTE = GatewayProblem(HTTPStatus.NOT_FOUND, f"There is no such route. {_ROUTES}")
_OURS = "This is a fault of the service, not of the request. Try again later."

PROBLEMS: Mapping[str, GatewayProblem] = {
    "UNAUTHORIZED": GatewayProblem(
        HTTPStatus.UNAUTHORIZED,
        "Sign in, and send the ID token in the header Authorization.",
        _SIGN_IN,
    ),
    "EXPIRED_TOKEN": GatewayProblem(
        HTTPStatus.UNAUTHORIZED, "The session is over. Sign in again.", _SIGN_IN
    ),
    "ACCESS_DENIED": GatewayProblem(
        HTTPStatus.FORBIDDEN, "You may not do this. Ask an administrator for the group it needs."
    ),
    # AWS's name for a request to a route that does not exist ("an unsupported API method or
    # resource", Gateway response types).
    "MISSING_AUTHENTICATION_TOKEN": _NO_ROUTE,
    # There it takes a token for a signature of AWS's. No route here takes one, so that a wrong
    # signature is a request to none.
    "INVALID_SIGNATURE": _NO_ROUTE,
    "RESOURCE_NOT_FOUND": _NO_ROUTE,
    # Without what exactly is wrong with it: that has names and quotation marks of the client's, and
    # AWS does not say that they are escaped.
    "BAD_REQUEST_BODY": GatewayProblem(
        HTTPStatus.BAD_REQUEST,
        "The body is not the JSON that this route takes. GET /openapi.json says what it takes.",
    ),
    "BAD_REQUEST_PARAMETERS": GatewayProblem(
        HTTPStatus.BAD_REQUEST,
        "A parameter is missing. GET /openapi.json says which this route takes.",
    ),
    "UNSUPPORTED_MEDIA_TYPE": GatewayProblem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json."
    ),
    "REQUEST_TOO_LARGE": GatewayProblem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The request is too large. Images do not go here: POST /upload says where to send one.",
    ),
    "THROTTLED": GatewayProblem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "There are too many requests at the moment. Try again in a few seconds.",
        {"Retry-After": "5"},
    ),
    # Not 403, which means that asking again is of no use: it nearly always is the rate, and which
    # rule it was is not told here.
    "WAF_FILTERED": GatewayProblem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "The firewall refused this request. If too many came from your address, it passes: try "
        "again in a minute. If it stays, your address has a bad reputation or the request looks "
        "like an attack: tell an administrator, with the request's number (`instance`).",
        {"Retry-After": "60"},
    ),
    # All that is refused besides.
    "DEFAULT_4XX": GatewayProblem(
        None, f"There is no such route, or the request could not be understood. {_ROUTES}"
    ),
    "INTEGRATION_TIMEOUT": GatewayProblem(
        HTTPStatus.GATEWAY_TIMEOUT,
        "The answer took too long. Try again; ask for less at once if it happens again.",
    ),
    "DEFAULT_5XX": GatewayProblem(HTTPStatus.INTERNAL_SERVER_ERROR, _OURS),
}
"""By API Gateway's names of the kinds of answer."""


def add_gateway_responses(api: apigateway.RestApi, origin: str | None) -> None:
    """Have an API answer so; pages of the origin, if there is one, may read it."""
    # Without it a browser tells its page nothing of a refusal, not even the status.
    cors = {**_READABLE, "Access-Control-Allow-Origin": origin} if origin else {}
    for name, problem in PROBLEMS.items():
        headers = {**HEADERS, **problem.headers, **cors}
        api.add_gateway_response(
            name,
            type=apigateway.ResponseType.of(name),
            status_code=str(int(problem.status)) if problem.status else None,
            response_headers={header: f"'{value}'" for header, value in headers.items()},
            # Whatever a client accepts: API Gateway looks for this name, the header says better.
            templates={"application/json": _body(problem)},
        )


def _body(problem: GatewayProblem) -> str:
    # RFC 9457 lets both be left out.
    status = problem.status
    told = {"title": status.phrase, "status": int(status)} if status else {}
    return json.dumps(
        {
            "type": "about:blank",
            **told,
            "detail": problem.detail,
            # Not the path, which is the client's text, unescaped; this finds the line in the log.
            "instance": "urn:uuid:$context.requestId",
        }
    )
