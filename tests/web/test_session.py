"""Sessions that end while somebody works, and those that go on."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.local.api.people import Person
from tests.unit.vision.pictures import encoded, plain
from tests.web.pictures import Shown
from tests.web.visit import Visit, Visits, files_in

_COLOURS = ("navy", "teal", "olive", "maroon", "purple", "gray")
"""More than are sent at a time."""

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
    at = visit(anna, apart=True)
    at.go("/gallery")
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

    other = at.page.context.new_page()
    other.goto(f"{at.origin}/gallery")

    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    assert other.evaluate("Object.keys(sessionStorage)") == []
    at.go("/account")
    at.is_signed_in()


def test_uploads_of_a_session_that_is_over_wait_for_the_next_and_none_is_lost(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    names = [f"{colour}.jpg" for colour in _COLOURS]
    pictures = [(name, encoded(plain(name[:-4]))) for name in names]
    at = visit(anna)
    at.go("/upload")
    at.watch.expect(401, "^/api/")
    at.watch.expect(400, "^/cognito")
    held: list[Route] = []
    is_over = False

    def hold(route: Route) -> None:
        if is_over:
            route.continue_()
        else:
            held.append(route)

    at.page.route("**/s3/**", hold)
    with at.page.expect_request("**/s3/**"):
        at.choose(*files_in(tmp_path, pictures))

    at.page.evaluate(_SPOIL)
    is_over = True
    for route in held:
        route.continue_()

    notice = at.test_id("sign-in-notice")
    expect(notice).to_contain_text("Your session is over")
    expect(notice).to_contain_text(re.compile(rf"\d images? waits? to be sent: .* {anna.email},"))
    assert _asks_before_it_is_left(at)
    at.type_password(anna.email, anna.password)
    for name in names:
        row = at.upload_row(name)
        expect(row).to_have_attribute("data-phase", "ended")
    expect(at.test_id("upload-summary")).to_have_text(
        f"{len(names)} of {len(names)} images finished"
    )
    assert not _asks_before_it_is_left(at)


def _asks_before_it_is_left(at: Visit) -> bool:
    """Whether the browser asks first when somebody closes or reloads this page."""
    asks: bool = at.page.evaluate(
        "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    )
    return asks


def test_without_a_connection_the_console_says_so_and_goes_on_when_there_is_one(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    at = visit(anna, apart=True)
    at.go("/upload")
    at.test_id("drop-zone").wait_for()

    at.page.context.set_offline(True)
    at.choose(*files_in(tmp_path, [("tunnel.jpg", encoded(plain("tan")))]))

    expect(at.test_id("offline")).to_contain_text("You are offline")
    note = at.upload_row("tunnel.jpg").get_by_test_id("upload-note")
    expect(note).to_contain_text("It goes on when you are back")
    at.page.context.set_offline(False)
    expect(at.upload_row("tunnel.jpg")).to_have_attribute("data-phase", "ended")
    expect(at.test_id("offline")).to_be_empty()
    offline = [one for one in at.watch.problems if "net::ERR_INTERNET_DISCONNECTED" in one]
    assert at.watch.problems == offline
    at.watch.problems.clear()


BUSY = ("TooManyRequestsException", "Rate exceeded")


def sign_in_answers(at: Visit, error: tuple[str, str], *, hours: int = 2) -> None:
    """Have Cognito refuse everything, so many hours from now: when the session is to be renewed."""
    kind, message = error
    at.page.route(
        "**/cognito",
        lambda route: route.fulfill(status=400, json={"__type": kind, "message": message}),
    )
    at.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=hours))


def test_nobody_is_signed_out_because_the_sign_in_service_is_busy(
    visit: Visits, anna: Person
) -> None:
    at = visit(anna, apart=True)
    at.go("/gallery")
    at.test_id("search").wait_for()
    at.watch.expect(400, "^/cognito")

    sign_in_answers(at, BUSY)
    at.page.get_by_label("Text on the image").fill("harbour")
    at.click("Search")

    at.shows("The sign-in service does not answer just now")
    at.is_signed_in()
    at.page.unroute("**/cognito")
    at.click("Try again")
    at.test_id("image-card").or_(at.test_id("empty")).first.wait_for()


def test_at_a_reload_a_busy_sign_in_service_leaves_the_choice_to_wait_or_to_sign_in(
    visit: Visits, anna: Person
) -> None:
    at = visit(apart=True)
    at.sign_in(anna, "/gallery")
    at.test_id("search").wait_for()
    at.watch.expect(400, "^/cognito")

    sign_in_answers(at, BUSY)
    at.page.reload()

    expect(at.test_id("cannot-start")).to_contain_text("does not answer just now")
    at.page.unroute("**/cognito")
    at.click("Try again")
    at.is_signed_in()
    sign_in_answers(at, BUSY, hours=4)
    at.page.reload()
    at.click("Sign in anew")
    expect(at.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert [name for name in at.storage() if name.lower().endswith("token")] == []


def test_a_session_that_can_never_be_renewed_leads_to_the_sign_in(
    visit: Visits, anna: Person
) -> None:
    at = visit(anna, apart=True)
    at.go("/gallery")
    at.test_id("search").wait_for()
    at.watch.expect(400, "^/cognito")

    # As when the user pool's client was made anew.
    sign_in_answers(at, ("ResourceNotFoundException", "User pool client does not exist."))
    at.page.reload()

    expect(at.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    at.page.unroute("**/cognito")
    at.type_password(anna.email, anna.password)
    at.is_signed_in()


def test_a_password_is_changed(visit: Visits, anna: Person) -> None:
    changing = Person(anna.door, anna.pool, "changing", "uploaders")
    new = f"{changing.password}2"
    at = visit()
    at.sign_in(changing, "/account")

    at.page.get_by_label("Password now").fill(changing.password)
    at.page.get_by_label("New password", exact=True).fill(new)
    at.page.get_by_label("New password again").fill(f"{new}3")
    at.click("Change password")
    expect(at.test_id("sign-in-error").first).to_contain_text("The two passwords differ")
    at.page.get_by_label("New password again").fill(new)
    at.click("Change password")

    at.shows("Your password is changed")
    at.click("Sign out")
    at.type_password(changing.email, new)
    at.is_signed_in()
