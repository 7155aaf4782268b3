"""The resolver: every route behind the same check, every error as a problem, the same headers."""

import json
import math
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as UnknownRouteError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestValidationError,
    ResponseValidationError,
)
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.api.access import check_route
from lambdas.api.caller import caller_of
from lambdas.api.document import document_of
from lambdas.api.errors import InvalidRequestError, UnsupportedTypeError, UsedUpError
from lambdas.api.problems import CONTENT_TYPE, problem, status_of
from lambdas.api.routes import batches, results, reviews, stats, upload
from lambdas.api.services import services
from lambdas.common.errors import NotYetError, SightlineError
from lambdas.common.telemetry import logger

JSON = "application/json"
RETRY_SECONDS = 5
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer: they are data of one person, and never a page."""
_BUSY = frozenset(
    {
        *("ProvisionedThroughputExceededException", "RequestLimitExceeded", "SlowDown"),
        *("ThrottlingException", "Throttling", "TransactionInProgressException"),
        *("InternalServerError", "InternalError", "ServiceUnavailable", "TransactionConflict"),
    }
)
"""AWS's errors that pass by themselves."""


class Api:
    """Answers API Gateway's events; pages of `console_origin` may read them, no others."""

    def __init__(self, console_origin: str = "") -> None:
        self.app: APIGatewayRestResolver = _resolver()
        self._headers = dict(HEADERS)
        if console_origin:
            self._headers |= {
                "Access-Control-Allow-Origin": console_origin,
                "Access-Control-Expose-Headers": "Location, Retry-After",
                "Vary": "Origin",
            }

    def answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Return the answer to a request: first who may ask, then what is asked."""
        # The number that API Gateway's own answers, its access log and our faults name.
        logger.append_keys(request=event["requestContext"]["requestId"])
        try:
            caller = caller_of(event)
            check_route(event["httpMethod"], event["resource"], caller)
            _check_type(event)
        except SightlineError as error:
            # Not the sentence: it may name an address.
            logger.info("refused", reason=type(error).__name__, route=event["resource"])
            answer = _refused(event, error)
        else:
            logger.append_keys(caller=caller.sub)
            self.app.append_context(  # type: ignore[no-untyped-call]
                caller=caller, services=services(), openapi=partial(document_of, self.app)
            )
            answer = self.app.resolve(event, context)
        answer["multiValueHeaders"] |= {name: [value] for name, value in self._headers.items()}
        return answer


def _resolver() -> APIGatewayRestResolver:
    app = APIGatewayRestResolver(
        # UTF-8 as it is: an escaped letter would be three to seven bytes of Lambda's 6 MB.
        serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        enable_validation=True,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    app.use(middlewares=[_known_names_only])
    for module in (upload, results, reviews, batches, stats):
        app.include_router(module.router)
    for error, answer in (
        (RequestValidationError, _invalid),
        (ResponseValidationError, _ours),
        (UnknownRouteError, _unknown_route),
        (SightlineError, _told),
        (ClientError, _of_aws),
        (BotoCoreError, _of_aws),
        (Exception, _ours),
    ):
        app.exception_handler(error)(_bound(app, answer))
    return app


def _check_type(event: Mapping[str, Any]) -> None:
    """Raise UnsupportedTypeError for a body of which it is said that it is no JSON."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    kind = str(headers.get("content-type") or JSON).partition(";")[0].strip().lower()
    if event.get("body") and kind != JSON:
        raise UnsupportedTypeError(f"send the body as {JSON}, not as {kind}")


def _known_names_only(app: Any, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse parameters that a route does not have: `lable=car` would find everything."""
    known = {field.alias for field in app.context["_route"].dependant.query_params}
    given = app.current_event.multi_value_query_string_parameters
    for name in given:
        if name not in known:
            has = f"it has {', '.join(sorted(known))}" if known else "it has none"
            raise InvalidRequestError(f"query.{name}", f"there is no such parameter; {has}")
        if len(given[name]) > 1:
            raise InvalidRequestError(f"query.{name}", "give it once")
    answer: Response[Any] = next_middleware(app)
    return answer


def _refused(event: dict[str, Any], error: SightlineError) -> dict[str, Any]:
    status = status_of(error) or HTTPStatus.INTERNAL_SERVER_ERROR
    return {
        "statusCode": int(status),
        "multiValueHeaders": {"Content-Type": [CONTENT_TYPE]},
        "body": json.dumps(problem(status, str(error), instance=event["path"])),
        "isBase64Encoded": False,
    }


def _bound(app: APIGatewayRestResolver, answer: Any) -> Any:
    def handler(error: Exception) -> Response[Any]:
        found: Response[Any] = answer(app, error)
        return found

    return handler


def _told(app: APIGatewayRestResolver, error: SightlineError) -> Response[Any]:
    status = status_of(error)
    if status is None:
        return _ours(app, error)
    if isinstance(error, InvalidRequestError):
        wrong = [{"where": error.where, "problem": error.problem}]
        return _problem(app, status, str(error), errors=wrong)
    if isinstance(error, NotYetError | UsedUpError):
        seconds = max(1, math.ceil(error.seconds))
        return _problem(app, status, str(error), headers={"Retry-After": str(seconds)})
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return _problem(app, status, str(error), headers={"Retry-After": str(RETRY_SECONDS)})
    return _problem(app, status, str(error))


def _invalid(app: APIGatewayRestResolver, error: RequestValidationError) -> Response[Any]:
    wrong = [
        {"where": ".".join(str(part) for part in each["loc"]), "problem": str(each["msg"])}
        for each in error.errors()
    ]
    detail = "; ".join(f"{each['where']}: {each['problem']}" for each in wrong[:3])
    return _problem(app, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=wrong)


def _unknown_route(app: APIGatewayRestResolver, _: Exception) -> Response[Any]:
    event = app.current_event
    detail = f"there is no {event.http_method} {event.path}; GET /openapi.json lists what there is"
    return _problem(app, HTTPStatus.NOT_FOUND, detail)


def _of_aws(app: APIGatewayRestResolver, error: Exception) -> Response[Any]:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if not isinstance(error, ClientError) or code in _BUSY:
        logger.warning("AWS is busy", error=str(error))
        return _problem(
            app,
            HTTPStatus.SERVICE_UNAVAILABLE,
            "AWS is busy; try again in a few seconds",
            headers={"Retry-After": str(RETRY_SECONDS)},
        )
    return _ours(app, error)


def _ours(app: APIGatewayRestResolver, error: Exception) -> Response[Any]:
    logger.exception("the request failed", exc_info=error)
    request_id = app.current_event.request_context.request_id
    return _problem(
        app,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"this is a fault of ours; the function's log says more under request {request_id}",
    )


def _problem(
    app: APIGatewayRestResolver,
    status: HTTPStatus,
    detail: str,
    *,
    errors: Any = (),
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    return Response(
        status_code=int(status),
        content_type=CONTENT_TYPE,
        headers=dict(headers or {}),
        body=json.dumps(problem(status, detail, instance=app.current_event.path, errors=errors)),
    )
