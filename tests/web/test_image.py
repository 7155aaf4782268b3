"""One image: its boxes lie where things are, and everything about it can be had."""

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.local.api.people import Person
from tests.web.pictures import SIGN, Shown, unseen_name
from tests.web.screens import has_loaded
from tests.web.visit import PHONE, Visit, Visits

NEAR = 2.0
"""Pixels of the screen."""


@pytest.fixture
def at(visit: Visits, anna: Person, shown: Shown) -> Visit:
    at = visit(anna)
    at.go(f"/images/{shown.sign['id']}")
    at.test_id("box-text").first.wait_for()
    has_loaded(at.page.get_by_alt_text("The image harbour.jpg"))
    return at


def sides(locator: Locator) -> tuple[float, float, float, float]:
    """Where it is on the screen, without what its line is wide."""
    box = locator.evaluate(
        """element => {
            const { a, d, e, f } = element.getScreenCTM ? element.getScreenCTM()
                : { a: 1, d: 1, e: 0, f: 0 };
            const { x, y, width, height } = element.getBBox ? element.getBBox()
                : element.getBoundingClientRect();
            return [x * a + e, y * d + f, (x + width) * a + e, (y + height) * d + f];
        }"""
    )
    left, top, right, bottom = map(float, box)
    return left, top, right, bottom


def test_a_box_is_where_the_result_has_it_and_where_the_letters_are(
    at: Visit, shown: Shown
) -> None:
    (line,) = [one for one in shown.sign["text"] if one["kind"] == "LINE"]
    box = line["box"]

    left, top, right, bottom = sides(at.page.get_by_alt_text("The image harbour.jpg"))
    width, height = right - left, bottom - top
    wanted = (
        left + box["left"] * width,
        top + box["top"] * height,
        left + (box["left"] + box["width"]) * width,
        top + (box["top"] + box["height"]) * height,
    )
    (drawn,) = at.test_id("box-text").all()
    assert sides(drawn) == pytest.approx(wanted, abs=NEAR)
    # The sign is 900 x 500; its letters are drawn from (60, 60) on, 60 high.
    in_picture = [
        (sides(drawn)[0] - left) / width * 900,
        (sides(drawn)[1] - top) / height * 500,
        (sides(drawn)[3] - top) / height * 500,
    ]
    assert in_picture == pytest.approx([64, 68, 116], abs=20)


def test_a_row_and_its_box_light_up_together(at: Visit) -> None:
    row = at.test_id("findings-text").get_by_role("button", name="HARBOUR ROAD")

    row.hover()
    expect(at.page.locator(".mark.mark-active")).to_have_count(1)
    at.page.get_by_role("heading", level=1).hover()
    expect(at.page.locator(".mark.mark-active")).to_have_count(0)
    at.test_id("box-text").hover()
    expect(at.page.locator(".row-active")).to_contain_text("HARBOUR ROAD")
    at.test_id("box-text").click()
    expect(row).to_have_attribute("aria-pressed", "true")


def test_boxes_are_switched_off_and_on(at: Visit) -> None:
    expect(at.test_id("box-text")).to_have_count(1)

    at.test_id("toggle-text").uncheck()
    expect(at.test_id("box-text")).to_have_count(0)
    at.test_id("toggle-text").check()
    expect(at.test_id("box-text")).to_have_count(1)
    expect(at.test_id("toggle-face")).to_be_disabled()


def test_the_processed_copy_stands_beside_the_original(at: Visit) -> None:
    at.test_id("toggle-processed").check()

    has_loaded(at.test_id("processed").locator("img"))


def test_the_original_and_the_full_result_are_downloaded(at: Visit, shown: Shown) -> None:
    with at.page.expect_download() as download:
        at.test_id("download-original").click()
    assert download.value.path().read_bytes() == SIGN
    with at.page.expect_download() as download:
        at.test_id("download-json").click()
    assert download.value.suggested_filename == "harbour.jpg.json"
    result = json.loads(download.value.path().read_text("utf-8"))
    assert result["image_id"] == shown.sign["id"]
    assert [one["text"] for one in result["text"] if one["kind"] == "LINE"] == ["HARBOUR ROAD"]


def test_text_is_copied(at: Visit) -> None:
    at.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    at.test_id("copy-text").click()

    expect(at.test_id("copy-text")).to_contain_text("Copied")
    assert at.page.evaluate("navigator.clipboard.readText()") == "HARBOUR ROAD"


def test_properties_and_history_are_told(at: Visit, shown: Shown) -> None:
    at.page.get_by_role("tab", name="Facts").click()
    expect(at.test_id("facts")).to_contain_text(re.compile("900 . 500 pixels"))
    expect(at.test_id("facts")).to_contain_text(shown.sign["id"])

    at.page.get_by_role("tab", name="History").click()
    expect(at.test_id("events").get_by_role("listitem")).to_have_count(len(shown.sign["events"]))
    at.shows("Nobody has decided on this image")


def test_an_image_is_deleted_once_that_is_confirmed(visit: Visits, anna: Person) -> None:
    image = anna.upload(unseen_name("gone"), SIGN)
    at = visit(anna)
    at.go("/gallery")
    at.page.get_by_role("link", name=image["name"]).click()

    at.test_id("delete").click()
    at.click("Keep it")
    expect(at.test_id("delete-confirm")).to_be_hidden()
    assert anna.ask("GET", f"/results/{image['id']}").status == 200
    at.test_id("delete").click()
    at.test_id("delete-confirm").click()

    expect(at.page).to_have_url(f"{at.origin}/gallery")
    at.test_id("gallery").or_(at.test_id("empty")).wait_for()
    expect(at.page.get_by_role("link", name=image["name"])).to_have_count(0)
    assert anna.ask("GET", f"/results/{image['id']}").status == 404
    # Nothing of it is left for the way back.
    at.watch.expect(404, "^/api/results/")
    at.page.go_back()
    at.shows("This image is not there")
    expect(at.page.get_by_role("heading", name=image["name"])).to_have_count(0)
    expect(at.test_id("picture")).to_have_count(0)


def test_an_image_that_is_deleted_while_it_is_shown_goes(
    visit: Visits, anna: Person, adam: Person
) -> None:
    image = anna.upload(unseen_name("vanishes"), SIGN)
    at = visit(anna)
    at.page.clock.install()
    at.go(f"/images/{image['id']}")
    expect(at.page.get_by_role("heading", name=image["name"])).to_be_visible()

    assert adam.ask("DELETE", f"/results/{image['id']}").status == 204
    at.watch.expect(404, "^/api/results/")
    at.page.clock.fast_forward(61_000)

    at.shows("It has been deleted")
    assert "HARBOUR" not in at.page.content()


def test_an_upload_whose_file_never_came_is_deleted(visit: Visits, anna: Person) -> None:
    name = unseen_name("never")
    asked = {"name": name, "content_type": "image/jpeg", "bytes": len(SIGN)}
    task = anna.ask("POST", "/upload", asked).body["task_id"]
    at = visit(anna)
    at.go(f"/images/{task}")
    at.shows("Waiting for its file")

    at.test_id("delete").click()
    at.test_id("delete-confirm").click()

    expect(at.page).to_have_url(f"{at.origin}/gallery")
    assert anna.ask("GET", f"/results/{task}").status == 404


def test_boxes_are_no_stops_of_the_keyboard(at: Visit) -> None:
    assert at.test_id("overlay").locator("[tabindex], [role=button]").count() == 0
    expect(at.test_id("overlay")).to_have_attribute("aria-hidden", "true")


def test_on_a_phone_all_tabs_are_seen_whole(visit: Visits, anna: Person, shown: Shown) -> None:
    at = visit(anna, viewport=PHONE)
    at.go(f"/images/{shown.sign['id']}")
    at.test_id("box-text").first.wait_for()

    # Where tabs do not fit, Cloudscape cuts them at the edges of the list that scrolls.
    tabs = at.page.get_by_role("tablist")
    at.comes_to_rest()
    assert tabs.evaluate("list => list.scrollWidth - list.clientWidth") <= 0
    for name in ("Found", "Facts", "History"):
        at.page.get_by_role("tab", name=name).click()
        expect(at.page.get_by_role("tab", name=name)).to_be_in_viewport(ratio=1)


def test_an_image_that_is_not_there_is_told(visit: Visits, anna: Person) -> None:
    at = visit(anna)
    at.watch.expect(404, "^/api/results/")

    at.go(f"/images/{'0' * 32}")

    expect(at.test_id("error")).to_be_visible()
    at.page.get_by_role("link", name="Go to the start").click()
    expect(at.page).to_have_url(f"{at.origin}/gallery")
