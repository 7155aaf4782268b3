"""What reviewers do with an image that somebody else reviews as well."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.local.api.people import Person
from tests.patience import eventually
from tests.web.pictures import upload_for_review
from tests.web.reviewing import has_left, open_for_review, result_of
from tests.web.visit import Visits


@pytest.fixture
def image(anna: Person) -> dict[str, Any]:
    """An image that waits."""
    return upload_for_review(anna)


def test_two_reviewers_do_not_decide_on_the_same_image(
    visit: Visits, rita: Person, ruth: Person, image: dict[str, Any]
) -> None:
    first = open_for_review(visit, rita, image)

    second = visit(ruth)
    second.watch.expect(409, "/claim$")
    second.go(f"/review/{image['id']}")
    expect(second.test_id("taken")).to_contain_text(rita.email)
    expect(second.test_id("approve")).to_be_disabled()
    second.page.keyboard.press("a")
    second.go("/review")
    row = second.test_id("review-row").filter(has_text=image["name"])
    expect(row).to_contain_text(f"{rita.email} is looking at it")
    expect(row.get_by_role("checkbox")).to_be_disabled()

    first.page.get_by_role("link", name="Queue").click()
    first.test_id("review-list").wait_for()
    eventually(lambda: result_of(rita, image)["claim"] is None, "Rita's claim is given back")
    second.page.reload()
    expect(row.get_by_role("checkbox")).to_be_enabled()
    second.page.get_by_role("link", name=image["name"]).click()
    expect(second.test_id("approve")).to_be_enabled()
    second.test_id("approve").click()
    has_left(second, image)
    assert result_of(rita, image)["review"]["by"] == ruth.email


def test_an_image_that_was_decided_meanwhile_is_told(
    visit: Visits, rita: Person, adam: Person, image: dict[str, Any]
) -> None:
    at = open_for_review(visit, rita, image)
    at.watch.expect(409, "/decision$")
    path = f"/reviews/{image['id']}"
    assert adam.ask("DELETE", f"{path}/claim").status == 204
    assert adam.ask("POST", f"{path}/decision", {"decision": "approve", "seen": 0}).status == 200

    at.page.keyboard.press("a")

    at.shows("The image has changed meanwhile")
    at.shows(f"approved by {adam.email}")
    expect(at.test_id("approve")).to_be_disabled()
    at.shows("Approved")
    assert result_of(rita, image)["review"]["by"] == adam.email


def test_what_somebody_else_decided_since_is_not_taken_back(
    visit: Visits, rita: Person, ruth: Person, image: dict[str, Any]
) -> None:
    first = open_for_review(visit, rita, image)
    first.page.keyboard.press("a")
    has_left(first, image)
    first.go("/review")

    # Ruth sees Rita's approval, and corrects it.
    second = visit(ruth)
    second.go(f"/review/{image['id']}")
    second.shows("Done")
    second.test_id("correct").click()
    second.page.get_by_label("Another label").fill("Fence")
    second.click("Add label")
    second.test_id("correction-send").click()
    has_left(second, image)

    # Kept for a reload of the tab; `go` above was one.
    first.watch.expect(409, "/undo$")
    first.test_id("undo").click()

    expect(first.test_id("undo-lost")).to_contain_text("no longer yours to take back")
    expect(first.test_id("undo-lost")).to_contain_text(f"corrected by {ruth.email}")
    result = result_of(rita, image)
    assert (result["reviews"], result["review"]["by"]) == (2, ruth.email)
    assert [label["name"] for label in result["labels"]] == ["Fence"]
    expect(first.test_id("undo")).to_be_hidden()
    first.page.get_by_role("link", name="Look at the image").click()
    first.shows("Fence")


def test_a_correction_is_not_written_over_another(
    visit: Visits, rita: Person, ruth: Person, image: dict[str, Any]
) -> None:
    path = f"/reviews/{image['id']}"
    approval = {"decision": "approve", "seen": 0}
    assert ruth.ask("POST", f"{path}/decision", approval).status == 200
    at = visit(rita)
    at.go(f"/review/{image['id']}")
    at.test_id("correct").click()
    at.page.get_by_label("Another label").fill("Wall")
    at.click("Add label")
    correction = {"decision": "correct", "text": ["POST NO BILLS"], "seen": 1}
    assert ruth.ask("POST", f"{path}/decision", correction).status == 200

    at.watch.expect(409, "/decision$")
    at.test_id("correction-send").click()
    at.shows("The image has changed since you opened this")
    expect(at.test_id("stale")).to_contain_text(f"Corrected by {ruth.email}")
    expect(at.test_id("correction-send")).to_be_disabled()
    at.test_id("take-over-new").click()
    expect(at.page.get_by_label("Line 1", exact=True)).to_have_value("POST NO BILLS")
    at.test_id("correction-send").click()

    has_left(at, image)
    both = result_of(rita, image)
    assert [label["name"] for label in both["labels"]] == ["Wall"]
    assert [line["text"] for line in both["text"]] == ["POST NO BILLS"]


def test_an_admin_takes_an_image_over(
    visit: Visits, rita: Person, adam: Person, image: dict[str, Any]
) -> None:
    assert rita.ask("POST", f"/reviews/{image['id']}/claim").status == 200
    at = visit(adam)
    at.watch.expect(409, "/claim$")
    at.go(f"/review/{image['id']}")
    expect(at.test_id("taken")).to_contain_text(rita.email)

    at.test_id("take-over").click()

    expect(at.test_id("approve")).to_be_enabled()
    assert result_of(rita, image)["claim"]["by"] == adam.email
