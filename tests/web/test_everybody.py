"""The main screens for everybody: screen readers, keyboards, phones, light and dark."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.local.api.people import Person
from tests.local.deployed import Deployed
from tests.patience import eventually
from tests.web.pictures import SIGN, Shown, upload_for_review
from tests.web.screens import SCREENS, Screen, Who
from tests.web.visit import PHONE, Visit, Visits

AXE = "web/node_modules/axe-core/axe.min.js"
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_ROUNDING = 1
"""Pixels by which a page may be wider than its window."""

_PRESSES = 250
"""A page of the queue has 50 rows, with two stops each."""

_RUN = """async rules => {
    const options = { runOnly: rules, resultTypes: ['violations'], preload: false };
    const { violations } = await axe.run(document, options);
    return violations.map(({ id, impact, nodes }) =>
        [impact, id, nodes.map(({ html }) => html.slice(0, 160)).join(' | ')]);
}"""


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config, origin: str) -> str:
    """axe-core, which comes with the console's packages."""
    return (pytestconfig.rootpath / AXE).read_text("utf-8")


@pytest.fixture(scope="session")
def batch(adam: Person, deployed: Deployed) -> str:
    """A batch that waits for its start."""
    deployed.upload("web-screens/one.jpg", SIGN)
    bucket = deployed.outputs["InputBucketName"]
    made = adam.ask("POST", "/batches", {"bucket": bucket, "prefix": "web-screens/"}).body
    path = f"/batches/{made['id']}"
    eventually(lambda: adam.ask("GET", path).body["state"] == "listed", f"{path} is listed")
    return str(made["id"])


@pytest.fixture(scope="session")
def ids(shown: Shown, batch: str) -> dict[str, str]:
    return {"sign": shown.sign["id"], "in_review": shown.in_review["id"], "batch": batch}


@pytest.fixture(scope="session")
def people(anna: Person, rita: Person, adam: Person) -> dict[Who, Person]:
    return {"uploader": anna, "reviewer": rita, "admin": adam}


def serious(page: Page, axe: str) -> list[str]:
    """What axe finds that keeps people from using a page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found: list[list[str]] = page.evaluate(_RUN, list(_RULES))
    return [" ".join(one) for one in found if one[0] in {"serious", "critical"}]


def overhang(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_is_for_everybody(
    visit: Visits, people: dict[Who, Person], ids: dict[str, str], axe: str, screen: Screen
) -> None:
    """Axe finds nothing serious in light or dark, and nothing hangs over on a phone."""
    at = visit(people.get(screen.who))
    at.go(screen.path.format(**ids))
    screen.prepare(at)

    problems = [f"light: {one}" for one in serious(at.page, axe)]
    at.page.emulate_media(color_scheme="dark")
    at.page.set_viewport_size(PHONE)
    expect(at.page.locator("html")).to_have_attribute("data-theme", "dark")
    at.comes_to_rest()
    if (pixels := overhang(at.page)) > _ROUNDING:
        problems.append(f"on a phone it is {pixels} pixels too wide")
    problems += [f"dark, on a phone: {one}" for one in serious(at.page, axe)]

    assert not problems, "\n".join(problems)


def test_axe_and_the_width_find_what_is_wrong(visit: Visits, axe: str) -> None:
    at = visit(viewport=PHONE)
    at.go("/")
    at.shows("Forgotten your password?")

    at.page.evaluate(
        "document.body.insertAdjacentHTML("
        "'beforeend', '<svg width=\"900\" height=\"9\"></svg><button></button>')"
    )

    assert any("button-name" in one for one in serious(at.page, axe))
    assert overhang(at.page) > _ROUNDING


def press_until_on(at: Visit, wanted: str, key: str = "Tab") -> None:
    """Go on with a key until something of this name has the focus."""
    for _ in range(_PRESSES):
        focused: dict[str, Any] = at.page.evaluate(
            """() => { const one = document.activeElement;
            return { text: one.matches('a, button') ? one.innerText : '',
                     label: one.getAttribute('aria-label') || '', name: one.name || '' }; }"""
        )
        if wanted in (*focused["text"].splitlines(), focused["label"], focused["name"]):
            return
        at.page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {wanted}")


def test_a_keyboard_is_enough_to_sign_in_look_and_approve(
    visit: Visits, anna: Person, rita: Person
) -> None:
    image = upload_for_review(anna, "keyboard")
    at = visit()
    at.go("/review")
    at.page.get_by_label("E-mail address").wait_for()
    keys = at.page.keyboard

    press_until_on(at, "email")
    keys.type(rita.email)
    press_until_on(at, "password")
    keys.type(rita.password)
    keys.press("Enter")
    at.test_id("review-row").filter(has_text=image["name"]).wait_for()
    press_until_on(at, image["name"])
    keys.press("Enter")
    expect(at.test_id("approve")).to_be_enabled()
    keys.press("a")

    expect(at.page).not_to_have_url(f"{at.origin}/review/{image['id']}")
    assert anna.ask("GET", f"/results/{image['id']}").body["status"] == "done"


def test_a_keyboard_is_enough_to_find_an_image_and_its_boxes(
    visit: Visits, anna: Person, shown: Shown
) -> None:
    at = visit(anna)
    at.go("/gallery")
    at.test_id("image-card").first.wait_for()
    keys = at.page.keyboard

    press_until_on(at, "Skip to the content")
    keys.press("Enter")
    at.page.get_by_label("Text on the image").focus()
    keys.type("harbour road")
    keys.press("Enter")
    expect(at.test_id("image-card").filter(has_text="wall.jpg")).to_have_count(0)
    press_until_on(at, "harbour.jpg")
    keys.press("Enter")
    at.test_id("box-text").wait_for()
    press_until_on(at, "HARBOUR ROAD")
    expect(at.page.locator(".row-active")).to_contain_text("HARBOUR ROAD")
    expect(at.page.locator(".mark.mark-active")).to_have_count(1)
