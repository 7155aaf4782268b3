"""What the tests of the review share."""

from typing import Any

from playwright.sync_api import expect

from tests.local.api.people import Person
from tests.web.visit import Visit, Visits


def open_for_review(visit: Visits, who: Person, image: dict[str, Any]) -> Visit:
    """Open an image, and have it claimed."""
    at = visit(who)
    with at.page.expect_response(lambda answer: answer.url.endswith("/claim")) as claimed:
        at.go(f"/review/{image['id']}")
    assert claimed.value.status == 200
    expect(at.test_id("approve")).to_be_enabled()
    return at


def has_left(at: Visit, image: dict[str, Any]) -> None:
    """Wait until the review went on, to the next image or to the queue."""
    expect(at.page).not_to_have_url(f"{at.origin}/review/{image['id']}")


def result_of(who: Person, image: dict[str, Any]) -> dict[str, Any]:
    answer = who.ask("GET", f"/results/{image['id']}")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found
