"""What admins see: figures, and batches from making to report."""

import re
import secrets

from playwright.sync_api import expect

from tests.local.api.people import Person
from tests.local.deployed import Deployed
from tests.web.pictures import SIGN, Shown, unseen_name
from tests.web.visit import Visits


def test_the_dashboard_tells_how_the_system_is(visit: Visits, adam: Person, shown: Shown) -> None:
    stats = adam.ask("GET", "/stats").body
    at = visit(adam)

    at.go("/gallery")
    at.open_place("Dashboard")

    for name in ("stats", "statuses", "top-labels", "queues", "cost"):
        expect(at.test_id(name)).to_be_visible()
    expect(at.test_id("top-labels")).to_contain_text("Text")
    for queue in stats["queues"]:
        expect(at.test_id("queues")).to_contain_text(queue["name"])
    expect(at.test_id("cost")).to_contain_text("Estimated for")
    chart = at.page.get_by_role("application")
    expect(chart).to_have_attribute("aria-label", re.compile(r"^\d+ images in 14 days"))
    at.page.get_by_role("combobox", name="Days").select_option("31")
    expect(chart).to_have_attribute("aria-label", re.compile(r"^\d+ images in 31 days"))


def test_an_admin_sees_all_images(visit: Visits, adam: Person, shown: Shown) -> None:
    at = visit(adam)
    at.go("/gallery?text=harbour")

    at.page.locator(f"a[href='/images/{shown.sign['id']}']").click()

    expect(at.test_id("findings-text")).to_contain_text("HARBOUR ROAD")


def test_an_image_of_a_bucket_has_a_short_name_and_a_whole_one(
    visit: Visits, adam: Person, deployed: Deployed
) -> None:
    name = unseen_name("pier")
    key = f"samples/2026/{name}"
    image = deployed.upload(key, SIGN)
    deployed.wait_for(image)
    at = visit(adam)
    at.go("/gallery")

    card = at.page.locator(f"a[href='/images/{image}']")
    expect(card.get_by_text(name, exact=True)).to_have_attribute("title", key)
    card.click()

    heading = at.page.get_by_role("heading", level=1)
    expect(heading).to_have_text(name)
    expect(heading).to_have_attribute("title", key)
    at.page.get_by_role("tab", name="Facts").click()
    expect(at.test_id("facts")).to_contain_text(key)


def test_a_batch_is_made_seen_through_and_reported(
    visit: Visits, adam: Person, deployed: Deployed, shown: Shown
) -> None:
    name, prefix = f"browser-{secrets.token_hex(3)}", "web-batches/"
    deployed.wait_for(deployed.upload(f"{prefix}one.jpg", SIGN))
    at = visit(adam)
    at.go("/batches")

    at.test_id("new-batch").click()
    at.test_id("batch-create").click()
    at.shows("Type the name of a bucket")
    at.page.get_by_label("Bucket", exact=True).fill(deployed.outputs["InputBucketName"])
    at.page.get_by_label("Prefix (optional)").fill(prefix)
    at.page.get_by_label("Name (optional)").fill(name)
    at.test_id("batch-create").click()

    expect(at.test_id("batch-cost")).to_contain_text("1 image")
    at.test_id("batch-start").click()
    at.test_id("confirm").click()
    expect(at.test_id("batch-state")).to_contain_text("Finished")
    expect(at.test_id("batch-report")).to_be_visible()
    report = at.page.get_by_role("link", name="Report to read").get_attribute("href")
    assert report
    answer = at.page.context.request.get(report)
    assert answer.ok
    assert "one.jpg: HARBOUR ROAD" in answer.text()
    at.open_place("Batches")
    expect(at.test_id("batches")).to_contain_text(name)


def test_a_batch_of_what_is_not_there_says_so(visit: Visits, adam: Person) -> None:
    at = visit(adam)
    at.go("/batches")

    at.test_id("new-batch").click()
    at.page.get_by_label("Bucket", exact=True).fill("there-is-no-such-bucket")
    at.test_id("batch-create").click()

    expect(at.test_id("batch-state")).to_contain_text("Failed")
    at.shows("there is no bucket there-is-no-such-bucket")
