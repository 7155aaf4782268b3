"""Entry point of `api`: one request of API Gateway, one answer."""

from functools import cache
from typing import Any

from lambdas.api.app import Api
from lambdas.api.services import services
from lambdas.common.telemetry import logger


@cache
def api() -> Api:
    """Make this container's API, on first use."""
    return Api(services().env.console_origin)


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request."""
    return api().answer(event, context)
