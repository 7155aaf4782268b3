"""Entry point of `api`: one request of API Gateway, one answer; or the deletions that are due."""

from functools import cache
from typing import Any

from lambdas.api.app import Api
from lambdas.api.services import services
from lambdas.common.telemetry import logger
from lambdas.common.unfinished import REQUEST, finish_deletions


@cache
def api() -> Api:
    """Make this container's API, on first use."""
    return Api(services().env.console_origin)


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request, or finish deletions; API Gateway cannot send an event that asks for it."""
    if event == REQUEST:
        made = services()
        done = finish_deletions(
            made.queries,
            made.deletions,
            now=made.now,
            seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
        )
        return vars(done)
    return api().answer(event, context)
