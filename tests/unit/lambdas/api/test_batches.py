"""Batches through the API; what a batch does is tested where it is done."""

import json
from urllib.parse import urljoin

import pytest

from lambdas.common.batches.batch import State
from lambdas.common.batches.table import BatchTable
from tests.unit.lambdas.api.gateway import ADAM, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.batches import batch
from tests.unit.lambdas.conftest import PROCESSED, client


def requests_in(office: Office) -> list[dict[str, str]]:
    answer = client("sqs").receive_message(
        QueueUrl=office.batches_queue_url, MaxNumberOfMessages=10
    )
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_a_batch_is_made_and_listed_but_not_begun(office: Office, gateway: Gateway) -> None:
    made = gateway.ask(
        ADAM, "POST", "/batches", {"bucket": "photos", "prefix": "2026/", "name": "All of 2026"}
    )

    assert made.status == 201, made.body
    found = urljoin("https://api.example/v1/batches", made.headers["Location"])
    assert found == "https://api.example/v1/batches/all-of-2026"
    assert (made.body["state"], made.body["approved"]) == ("listing", False)
    assert made.body["created_by"] == "adam@example.com"
    assert made.body["max_cost"] is None
    assert [(each["batch"], each["do"]) for each in requests_in(office)] == [
        ("all-of-2026", "list")
    ]
    assert gateway.ask(ADAM, "GET", "/batches").body["items"] == [made.body]
    assert gateway.ask(ADAM, "GET", "/batches/all-of-2026").body == made.body


def test_once_listed_it_says_what_it_costs_at_most_and_is_started(
    office: Office, gateway: Gateway
) -> None:
    table = BatchTable(client("dynamodb"), office.table)
    table.create(batch("b1", state=State.LISTED, images=2000))

    seen = gateway.ask(ADAM, "GET", "/batches/b1").body
    started = gateway.ask(ADAM, "POST", "/batches/b1/start")

    assert seen["max_cost"] == {"labels": 2.0, "text": 3.0, "total": 5.0, "currency": "USD"}
    assert started.body["approved"] is True
    assert [each["do"] for each in requests_in(office)] == ["feed"]


def test_a_batch_is_cancelled_once(office: Office, gateway: Gateway) -> None:
    BatchTable(client("dynamodb"), office.table).create(batch("b1", state=State.LISTED, images=1))

    assert gateway.ask(ADAM, "POST", "/batches/b1/cancel").body["state"] == "cancelled"
    again = gateway.ask(ADAM, "POST", "/batches/b1/cancel")

    assert (again.status, again.detail) == (409, "Batch b1 is cancelled already.")


def test_a_report_is_three_links_once_there_is_one(office: Office, gateway: Gateway) -> None:
    table = BatchTable(client("dynamodb"), office.table)
    table.create(batch("b1", state=State.CLOSED, images=1))
    early = gateway.ask(ADAM, "GET", "/batches/b1/report")
    table.change("b1", {"reported_at": "2026-11-21T09:30:00+00:00"})

    links = gateway.ask(ADAM, "GET", "/batches/b1/report").body

    assert (early.status, early.detail) == (409, "Batch b1 is closed and has no report yet.")
    assert f"/{PROCESSED}" in links["csv"] or f"//{PROCESSED}." in links["csv"]
    assert "batches/b1/report.csv" in links["csv"]
    assert "b1-report.csv" in links["csv"]
    assert links.keys() == {"text", "csv", "summary", "links_expire_at"}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 422, "bucket"),
        ({"bucket": "No_Bucket"}, 422, "bucket"),
        ({"bucket": PROCESSED}, 422, "own copies"),
        ({"bucket": "photos", "name": "!!!"}, 422, "no letter"),
        ({"bucket": "photos", "prefix": "x" * 1025}, 422, "prefix"),
        ({"bucket": "photos", "approved": True}, 422, "approved"),
    ],
)
def test_what_cannot_be_a_batch(
    gateway: Gateway, body: dict[str, object], status: int, words: str
) -> None:
    answer = gateway.ask(ADAM, "POST", "/batches", body)

    assert answer.status == status
    assert words in answer.detail


def test_a_name_that_is_taken(office: Office, gateway: Gateway) -> None:
    body = {"bucket": "photos", "name": "one"}
    gateway.ask(ADAM, "POST", "/batches", body)

    answer = gateway.ask(ADAM, "POST", "/batches", body)

    assert (answer.status, answer.detail) == (
        409,
        "There is a batch one already; choose another name.",
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "/start"), ("POST", "/cancel"), ("GET", "/report")],
)
def test_a_batch_that_is_not_there(gateway: Gateway, method: str, path: str) -> None:
    answer = gateway.ask(ADAM, method, f"/batches/none{path}")

    assert (answer.status, answer.detail) == (404, "There is no batch none.")
