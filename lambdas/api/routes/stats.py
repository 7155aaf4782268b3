"""The dashboard's figures, and the API's own description."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from lambdas.api.models.stats import Stats
from lambdas.api.routes.context import ApiRouter, answers
from lambdas.api.statistics import Statistics
from lambdas.common.clients import client

router = ApiRouter()


@router.get(
    "/stats",
    summary="See the state of the whole",
    description="Images a day, what they are, top labels, queues, and the paid calls of the month.",
    tags=["stats"],
    operation_id="getStats",
    responses=answers(Stats),
)
def stats(days: Annotated[int, Query(ge=1, le=31, description="Days, with today.")] = 14) -> Stats:
    """Return the dashboard's figures."""
    services = router.services
    return Statistics(
        queries=services.queries,
        dynamodb=services.dynamodb,
        table=services.env.record_table,
        sqs=client("sqs", waited_for=True),
        cloudwatch=client("cloudwatch", waited_for=True),
        queues=services.queues,
        price_labels_per_1000=services.env.price_labels_per_1000,
        price_text_per_1000=services.env.price_text_per_1000,
        now=services.now(),
    ).read(days)


@router.get(
    "/openapi.json",
    summary="Get this document",
    tags=["stats"],
    operation_id="getDocument",
    responses=answers(dict[str, Any]),
)
def openapi() -> dict[str, Any]:
    """Return the OpenAPI document, made from the code that answers."""
    document: dict[str, Any] = router.context["openapi"]()
    return document
