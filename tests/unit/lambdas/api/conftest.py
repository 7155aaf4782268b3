from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.api import services as services_module
from lambdas.api.services import Services
from lambdas.common import clients
from lambdas.common.environment import ApiEnvironment
from tests.unit.lambdas.api.gateway import CONSOLE, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.aws_account import account
from tests.unit.lambdas.conftest import INPUT, PROCESSED, REGION


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An account with images of several people."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with account():
        made = Office()
        for cached in (clients.client, services_module.services, services_module._signing_client):
            cached.cache_clear()
        for name, value in environment_of(made).variables().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(Services, "now", lambda _self: made.clock.now())
        yield made
    for cached in (clients.client, services_module.services, services_module._signing_client):
        cached.cache_clear()


@pytest.fixture
def gateway(office: Office) -> Gateway:
    return Gateway()


def environment_of(office: Office, **changes: Any) -> ApiEnvironment:
    values: dict[str, Any] = {
        "record_table": office.table,
        "input_bucket": INPUT,
        "processed_bucket": PROCESSED,
        "results_topic_arn": office.topic_arn,
        "batches_queue_url": office.batches_queue_url,
        "queues": office.queues_json,
        "console_origin": CONSOLE,
        "upload_minutes": 15,
        "uploads_per_user_per_day": 5000,
        "max_bytes": 1_000_000,
        "days_to_glacier": 30,
        "processed_days": 365,
        "text_rule": "Car:90",
        "price_labels_per_1000": 1.0,
        "price_text_per_1000": 1.5,
    }
    return ApiEnvironment(**{**values, **changes})
