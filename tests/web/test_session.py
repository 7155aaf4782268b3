"""Sessions that end while somebody works, and those that go on."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.local.api.people import Person
from tests.web.pictures import Shown
from tests.web.visit import Visits

# The signature is wrong then, and nobody has such a refresh token.
_SPOIL = """() => {
    for (const name of Object.keys(sessionStorage)) {
        const value = sessionStorage.getItem(name);
        if (name.endsWith('.idToken'))
            sessionStorage.setItem(name, value.slice(0, -8) + 'AAAAAAAA');
        if (name.endsWith('.refreshToken')) sessionStorage.setItem(name, 'no-such-token');
    }
}"""


def test_a_session_that_is_over_leads_to_the_sign_in_and_back(
    visit: Visits, anna: Person, shown: Shown
) -> None:
    at = visit()
    at.sign_in(anna, "/gallery")
    at.test_id("image-card").first.wait_for()
    at.watch.expect(401, "^/api/results")
    at.watch.expect(400, "^/cognito")

    at.page.evaluate(_SPOIL)
    at.page.get_by_label("Text on the image").fill("harbour")
    at.click("Search")

    expect(at.test_id("sign-in-notice")).to_contain_text("Your session is over")
    assert shown.sign["id"] not in at.page.content()
    at.type_password(anna.email, anna.password)
    expect(at.page).to_have_url(f"{at.origin}/gallery?text=harbour")
    expect(at.test_id("image-card").filter(has_text="harbour.jpg").last).to_be_visible()


def test_whoever_signs_in_next_begins_anew_and_sees_nothing_of_the_one_before(
    visit: Visits, anna: Person, rita: Person, otto: Person, shown: Shown
) -> None:
    at = visit()
    at.sign_in(anna, f"/images/{shown.sign['id']}")
    at.test_id("findings-text").wait_for()

    at.click("Sign out")
    expect(at.page).to_have_url(f"{at.origin}/")
    at.type_password(otto.email, otto.password)

    expect(at.page).to_have_url(f"{at.origin}/gallery")
    at.test_id("gallery").or_(at.test_id("empty")).wait_for()
    assert shown.sign["id"] not in at.page.content()
    assert anna.email not in at.page.content()
    at.click("Sign out")
    at.type_password(rita.email, rita.password)
    expect(at.page).to_have_url(f"{at.origin}/review")
    expect(at.test_id("waiting")).to_be_visible()


def test_an_old_token_is_renewed_without_anybody_noticing(visit: Visits, anna: Person) -> None:
    at = visit()
    at.sign_in(anna, "/gallery")
    at.test_id("search").wait_for()
    asked = at.watch.requested("POST", "^/cognito")

    at.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=2))
    with at.page.expect_response(re.compile(r"/api/results\?.*text=harbour")) as answer:
        at.page.get_by_label("Text on the image").fill("harbour")
        at.click("Search")

    assert answer.value.status == 200
    assert at.watch.requested("POST", "^/cognito") > asked
    at.is_signed_in()


def test_a_reload_does_not_sign_out_and_another_tab_is_not_signed_in(
    visit: Visits, anna: Person
) -> None:
    at = visit(anna)
    at.go("/account")
    at.page.reload()
    at.is_signed_in()
    tokens = [name for name in at.storage() if name.lower().endswith("token")]
    assert tokens
    assert at.page.evaluate("Object.keys(localStorage).filter(n => /token/i.test(n))") == []


def test_a_password_is_changed(visit: Visits, anna: Person) -> None:
    changing = Person(anna.door, anna.pool, "changing", "uploaders")
    new = f"{changing.password}2"
    at = visit()
    at.sign_in(changing, "/account")

    at.page.get_by_label("Password now").fill(changing.password)
    at.page.get_by_label("New password").fill(new)
    at.click("Change password")

    at.shows("Your password is changed")
    at.click("Sign out")
    at.type_password(changing.email, new)
    at.is_signed_in()
