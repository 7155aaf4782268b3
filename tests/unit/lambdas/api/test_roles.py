"""Who may do what: every role on every route, on their own images and on others'.

The same table with real tokens is in tests/local/api/test_roles.py.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest

from lambdas.common.batches.batch import State
from lambdas.common.batches.table import BatchTable
from lambdas.common.routes import ROUTES
from tests.role_table import CELLS, Cell, Role, Target
from tests.unit.lambdas.api.gateway import (
    ADAM,
    ANNA,
    BERT,
    BOTH,
    NINA,
    RITA,
    ROLF,
    Gateway,
    Person,
)
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.batches import batch
from tests.unit.lambdas.conftest import INPUT, client

PEOPLE: dict[Role, Person] = {
    Role.OWNER: ANNA,
    Role.UPLOADER: BERT,
    Role.REVIEWER: RITA,
    Role.BOTH: BOTH,
    Role.ADMIN: ADAM,
    Role.NO_GROUP: NINA,
}


def prepared(office: Office, gateway: Gateway, target: Target) -> str:
    """Make what a cell is about, and return its name."""
    make: dict[Target, Callable[[], str]] = {
        Target.DONE: lambda: office.image_of(ANNA),
        Target.IN_REVIEW: lambda: office.image_of(ANNA, in_review=True),
        Target.DECIDED: lambda: decided(office, gateway),
        Target.CLAIMED: lambda: claimed(office, gateway),
        Target.TASK: lambda: task_of(gateway)["task_id"],
        Target.ARRIVED: lambda: arrived(gateway),
        Target.DONE_BY_TASK: lambda: by_task(office, gateway, in_review=False),
        Target.IN_REVIEW_BY_TASK: lambda: by_task(office, gateway, in_review=True),
        Target.BATCH: lambda: listed_batch(office),
        Target.NOTHING: lambda: "",
    }
    return make[target]()


def decided(office: Office, gateway: Gateway) -> str:
    image = office.image_of(ANNA, in_review=True)
    body = {"decision": "approve", "seen": 0}
    assert gateway.ask(RITA, "POST", f"/reviews/{image}/decision", body).status == 200
    return image


def claimed(office: Office, gateway: Gateway) -> str:
    image = office.image_of(ANNA, in_review=True)
    assert gateway.ask(ROLF, "POST", f"/reviews/{image}/claim").status == 200
    return image


def task_of(gateway: Gateway) -> Any:
    upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
    return gateway.ask(ANNA, "POST", "/upload", upload).body


def arrived(gateway: Gateway) -> str:
    task = task_of(gateway)
    client("s3").put_object(Bucket=INPUT, Key=task["fields"]["key"], Body=b"123456789")
    return str(task["task_id"])


def by_task(office: Office, gateway: Gateway, *, in_review: bool) -> str:
    task = str(task_of(gateway)["task_id"])
    office.image_of(ANNA, name="a.jpg", task_id=task, in_review=in_review)
    return task


def listed_batch(office: Office) -> str:
    table = BatchTable(client("dynamodb"), office.table)
    table.create(batch("b1", state=State.CLOSED, images=1))
    table.change("b1", {"reported_at": "2026-11-21T09:30:00+00:00"})
    return "b1"


def open_batch(office: Office) -> str:
    BatchTable(client("dynamodb"), office.table).create(
        replace(batch("b2", images=1), state=State.LISTED)
    )
    return "b2"


ROWS = [list(row) for _, row in groupby(CELLS, lambda cell: (cell.method, cell.path, cell.target))]


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row[0].method} {row[0].route} {row[0].target}"
)
def test_a_row_of_the_table(office: Office, gateway: Gateway, row: list[Cell]) -> None:
    wrong, name = [], None
    # What changes nothing comes first, so that one target does for all of it.
    for cell in sorted(row, key=lambda cell: cell.changes_something):
        if name is None:
            is_batch = cell.needs_another_batch
            name = open_batch(office) if is_batch else prepared(office, gateway, cell.target)
        answer = gateway.ask(PEOPLE[cell.role], cell.method, cell.path.format(name), cell.body)
        if answer.status != cell.status or (cell.status >= 400 and not answer.detail):
            wrong.append((str(cell), cell.status, answer.status, answer.body))
        if cell.changes_something:
            name = None

    assert wrong == []


def test_every_route_stands_in_the_table_for_every_role() -> None:
    for role in Role:
        assert {(cell.method, cell.route) for cell in CELLS if cell.role is role} == set(ROUTES)


def test_nobody_gets_in_without_claims_or_with_another_kind_of_token(gateway: Gateway) -> None:
    for method, route in ROUTES:
        path = route.replace("{id}", "0" * 32).replace("{batch_id}", "b1")
        assert gateway.ask(None, method, path).status == 401


class OtherToken(Person):
    @property
    def claims(self) -> dict[str, str]:
        return {**super().claims, "token_use": "access"}


def test_an_access_token_is_no_id_token(gateway: Gateway) -> None:
    answer = gateway.ask(OtherToken("anna", ("admins",)), "GET", "/results")

    assert (answer.status, answer.detail) == (
        401,
        "Sign in, and send the ID token in the header Authorization.",
    )


def test_a_user_without_a_group_is_told_whom_to_ask(gateway: Gateway) -> None:
    answer = gateway.ask(NINA, "GET", "/results")

    assert answer.status == 403
    assert "is in no group yet; ask an administrator" in answer.detail


@pytest.mark.parametrize("groups", ["uploaders,admins", "[uploaders admins]", "[admins]"])
def test_groups_are_read_however_the_gateway_writes_them(
    office: Office, gateway: Gateway, groups: str
) -> None:
    office.image_of(BERT)
    person = Person("anna", (groups,))

    assert len(gateway.ask(person, "GET", "/results").body["items"]) == 1


@pytest.mark.parametrize(
    "groups", ["notadmins", "admins2", "Admins", "admin", "admins uploaders", "[admins"]
)
def test_a_group_of_a_similar_name_is_none_of_ours(gateway: Gateway, groups: str) -> None:
    assert gateway.ask(Person("eve", (groups,)), "GET", "/stats").status == 403
