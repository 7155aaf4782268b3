"""Finding images again, and never those of somebody else."""

import re

from playwright.sync_api import expect

from tests.local.api.people import Person
from tests.web.pictures import Shown, plain, unseen_name
from tests.web.screens import has_loaded
from tests.web.visit import Visits


def test_a_search_is_in_the_address_and_comes_back_from_it(
    visit: Visits, anna: Person, shown: Shown
) -> None:
    at = visit(anna)
    at.go("/gallery")

    at.page.get_by_label("Text on the image").fill("road harbour")
    at.page.get_by_label("Label", exact=True).fill("text")
    at.page.get_by_label("Status").select_option("done")
    at.click("Search")

    expect(at.page).to_have_url(re.compile(r"text=road.harbour.*"))
    card = at.test_id("image-card").filter(has_text="harbour.jpg").last
    expect(card).to_have_attribute("data-status", "done")
    has_loaded(card.locator("img"))
    at.page.reload()
    expect(at.page.get_by_label("Text on the image")).to_have_value("road harbour")
    expect(at.page.get_by_label("Status")).to_have_value("done")
    expect(card).to_be_visible()
    at.page.go_back()
    expect(at.test_id("image-card").filter(has_text="wall.jpg")).to_be_visible()


def test_without_a_find_there_is_a_way_back_to_all(
    visit: Visits, anna: Person, shown: Shown
) -> None:
    at = visit(anna)
    at.go("/gallery?text=zebra")

    at.shows("No image fits your search")
    at.click("Show all images")

    expect(at.test_id("image-card").filter(has_text=shown.in_review["name"])).to_be_visible()


def test_older_images_come_by_pages(visit: Visits, anna: Person, shown: Shown) -> None:
    """A page of one image: the console goes on until there is something to look at."""
    at = visit(anna)
    at.page.route(
        re.compile(r"/api/results\?"),
        lambda route: route.continue_(url=route.request.url.replace("limit=24", "limit=1")),
    )

    at.go("/gallery")

    expect(at.test_id("image-card").filter(has_text=shown.in_review["name"])).to_be_visible()
    expect(at.test_id("image-card").filter(has_text=shown.sign["name"]).last).to_be_visible()
    ids = at.test_id("image-card").locator("a").evaluate_all("all => all.map(one => one.href)")
    assert len(ids) == len(set(ids)) > 1


def test_what_no_longer_fits_the_search_goes(
    visit: Visits, anna: Person, rita: Person, shown: Shown
) -> None:
    image = anna.upload(unseen_name("leaves"), plain())
    at = visit(anna)
    at.page.clock.install()
    at.go("/gallery?status=in_review")
    card = at.test_id("image-card").filter(has_text=image["name"])
    expect(card).to_be_visible()

    decision = {"decision": "approve", "seen": 0}
    decided = rita.ask("POST", f"/reviews/{image['id']}/decision", decision)
    assert decided.status == 200, decided.body
    at.page.clock.fast_forward(31_000)

    expect(card).to_have_count(0)
    kept = at.test_id("image-card").filter(has_text=shown.in_review["name"])
    expect(kept.first).to_be_visible()


def test_a_thumbnail_that_does_not_load_is_one_thumbnail(
    visit: Visits, anna: Person, shown: Shown
) -> None:
    at = visit(anna)
    broken = re.compile(rf"/{shown.sign['id']}[^/]*\?")
    at.page.route(
        broken, lambda route: route.fulfill(status=200, body="", content_type="image/png")
    )
    at.go("/gallery")
    first = at.test_id("gallery").element_handle()

    link = at.page.locator(f"a[href='/images/{shown.sign['id']}']")
    expect(link).to_contain_text("The picture did not load")

    # The list is still the same: nothing was loaded from its start.
    assert at.page.evaluate("list => list.isConnected", first)
    has_loaded(
        at.test_id("image-card").filter(has_text=shown.in_review["name"]).locator("img").first
    )


def test_another_user_sees_nothing_of_it(visit: Visits, otto: Person, shown: Shown) -> None:
    at = visit(otto)
    at.go("/gallery?text=harbour")
    at.test_id("gallery").or_(at.test_id("empty")).wait_for()
    assert shown.sign["id"] not in at.page.content()
    assert shown.sign["task_id"] not in at.page.content()

    at.watch.expect(404, "^/api/results/")
    for path in (f"/images/{shown.sign['id']}", f"/images/{shown.sign['task_id']}"):
        at.go(path)
        expect(at.test_id("error")).to_be_visible()
        assert shown.sign["name"] not in at.page.content()
        assert "HARBOUR" not in at.page.content()

    at.go(f"/review/{shown.in_review['id']}")
    at.shows("There is no such page")
    for path in (f"/results/{shown.sign['id']}", f"/reviews/{shown.sign['id']}/history"):
        assert otto.ask("GET", path).status == 404
    assert otto.ask("DELETE", f"/results/{shown.sign['id']}").status == 404


def test_pages_for_others_are_not_there(visit: Visits, anna: Person, rita: Person) -> None:
    for who, paths in (
        (anna, ("/review", "/dashboard", "/batches")),
        (rita, ("/upload", "/gallery", "/dashboard")),
    ):
        at = visit(who)
        for path in paths:
            at.go(path)
            at.shows("There is no such page")
