"""What reviewers do, with a key or the mouse, and what becomes of it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.local.api.people import Person
from tests.web.pictures import upload_for_review
from tests.web.reviewing import has_left, open_for_review, result_of
from tests.web.visit import Visits


@pytest.fixture
def image(anna: Person) -> dict[str, Any]:
    """An image that waits."""
    return upload_for_review(anna)


def test_one_key_approves_and_another_takes_it_back(
    visit: Visits, anna: Person, rita: Person, image: dict[str, Any]
) -> None:
    at = visit(rita)
    at.go("/review")
    at.page.get_by_role("link", name=image["name"]).click()
    expect(at.test_id("approve")).to_be_enabled()
    expect(at.test_id("review-reasons")).to_be_visible()

    at.page.keyboard.press("a")

    has_left(at, image)
    assert result_of(anna, image)["status"] == "done"
    assert result_of(rita, image)["review"]["by"] == rita.email

    at.page.keyboard.press("u")

    expect(at.page).to_have_url(f"{at.origin}/review/{image['id']}")
    expect(at.test_id("approve")).to_be_enabled()
    expect(at.test_id("decisions").get_by_role("listitem").filter(has_text=" by ")).to_have_count(2)
    expect(at.test_id("decisions")).to_contain_text("Taken back")
    undone = result_of(anna, image)
    assert (undone["status"], undone["review"]) == ("in_review", None)
    assert undone["labels"] == image["labels"]


def test_labels_and_text_are_corrected(
    visit: Visits, anna: Person, rita: Person, image: dict[str, Any]
) -> None:
    at = open_for_review(visit, rita, image)
    at.page.keyboard.press("c")
    at.page.get_by_label("Another label").fill("Wall")
    at.click("Add label")
    at.click("Add line")
    at.page.get_by_label("Line 1", exact=True).fill("POST NO BILLS")
    at.test_id("correction-send").click()

    has_left(at, image)
    corrected = result_of(anna, image)
    assert corrected["status"] == "done"
    assert [label["name"] for label in corrected["labels"]] == ["Wall"]
    at.open_place("Review")
    at.test_id("undo").click()
    expect(at.page).to_have_url(f"{at.origin}/review/{image['id']}")
    expect(at.test_id("approve")).to_be_enabled()
    assert result_of(anna, image)["labels"] == []

    at.page.keyboard.press("c")
    at.page.get_by_label("Another label").fill("Wall")
    at.page.keyboard.press("Enter")
    at.click("Add line")
    at.page.get_by_label("Line 1", exact=True).fill("POST NO BILLS")
    at.test_id("correction-send").click()
    has_left(at, image)

    owner = visit(anna)
    owner.go("/gallery?text=bills&label=wall")
    owner.page.get_by_role("link", name=image["name"]).click()
    expect(owner.test_id("findings-labels")).to_contain_text("Wall")
    expect(owner.test_id("findings-text")).to_contain_text("POST NO BILLS")
    owner.page.get_by_role("tab", name="History").click()
    expect(owner.test_id("decisions")).to_contain_text("Corrected by a reviewer")
    assert rita.email not in owner.page.content()


def test_an_image_is_rejected_with_a_reason_that_its_owner_reads(
    visit: Visits, anna: Person, rita: Person, image: dict[str, Any]
) -> None:
    at = open_for_review(visit, rita, image)
    at.page.keyboard.press("r")
    at.test_id("reject-confirm").click()
    at.shows("Say why, in a few words")
    at.page.get_by_label("Reason").fill("Nothing can be seen; press a to see")
    at.test_id("reject-confirm").click()

    has_left(at, image)
    owner = visit(anna)
    owner.go(f"/images/{image['id']}")
    owner.shows("Rejected")
    owner.page.get_by_role("tab", name="History").click()
    expect(owner.test_id("decisions")).to_contain_text("Nothing can be seen; press a to see")


def test_many_are_approved_at_once(visit: Visits, anna: Person, rita: Person) -> None:
    images = [upload_for_review(anna, "bulk") for _ in range(2)]
    at = visit(rita)
    at.go("/review")
    at.test_id("review-row").first.wait_for()
    before = int(at.test_id("waiting").inner_text().split()[0])
    for image in images:
        at.page.get_by_label(f"Select {image['name']}").check()

    at.test_id("bulk-approve").click()
    at.shows("Approve 2 images?")
    at.test_id("bulk-confirm").click()

    expect(at.test_id("bulk-result")).to_contain_text("2 images approved")
    for image in images:
        expect(at.test_id("review-row").filter(has_text=image["name"])).to_have_count(0)
        assert result_of(anna, image)["status"] == "done"
    expect(at.test_id("waiting")).to_have_text(f"{before - 2} waiting")

    at.test_id("bulk-undo").click()

    expect(at.test_id("bulk-result")).to_contain_text("2 images taken back")
    for image in images:
        expect(at.test_id("review-row").filter(has_text=image["name"])).to_have_count(1)
        assert result_of(anna, image)["status"] == "in_review"


def test_keys_are_told_and_may_be_switched_off(
    visit: Visits, rita: Person, image: dict[str, Any]
) -> None:
    at = open_for_review(visit, rita, image)
    at.page.keyboard.press("?")
    at.page.get_by_label("Use these keys").uncheck()
    at.page.keyboard.press("Escape")
    expect(at.test_id("keys-help")).to_be_hidden()

    at.page.keyboard.press("a")

    at.page.wait_for_timeout(500)
    expect(at.page).to_have_url(f"{at.origin}/review/{image['id']}")
    assert result_of(rita, image)["status"] == "in_review"


def test_next_leaves_an_image_to_others(
    visit: Visits, anna: Person, rita: Person, image: dict[str, Any]
) -> None:
    upload_for_review(anna, "after")
    at = open_for_review(visit, rita, image)

    at.page.keyboard.press("n")

    has_left(at, image)
    assert result_of(rita, image)["status"] == "in_review"
    at.go("/review")
    row = at.test_id("review-row").filter(has_text=image["name"])
    expect(row.get_by_role("checkbox")).to_be_enabled()
    assert result_of(anna, image)["claim"] is None
