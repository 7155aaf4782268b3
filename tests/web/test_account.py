"""One's own account: the second factor, from its set-up to its end."""

import base64
import hmac
import struct
import time

from playwright.sync_api import expect

from tests.local.api.office import Office
from tests.local.api.people import Person
from tests.web.visit import Visit, Visits


def code_of(secret: str, at: float | None = None) -> str:
    """What an authenticator app shows (RFC 6238: SHA-1, 30 seconds, six digits)."""
    step = int((time.time() if at is None else at) / 30)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def wrong_code(secret: str) -> str:
    """A code that is neither the one of now nor of the steps around it."""
    now = time.time()
    near = {code_of(secret, now + seconds) for seconds in (-60, -30, 0, 30, 60)}
    return next(code for code in ("123456", "234567", "345678", "456789") if code not in near)


def has_app(at: Visit, *, it_has: bool) -> None:
    sentence = "Sign-in asks for a code" if it_has else "your password alone is not enough"
    at.shows(sentence)


def test_codes_are_those_of_the_standard() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [code_of(secret, at) for at in (59, 1_111_111_109, 1_234_567_890)] == [
        *("287082", "081804", "005924")
    ]


def test_an_app_is_set_up_asked_for_and_removed_with_the_password(
    visit: Visits, office: Office
) -> None:
    careful = Person(office.door, office.pool, "careful", "uploaders")
    at = visit()
    at.watch.expect(400, "^/cognito")
    at.sign_in(careful, "/account")

    at.click("Set up an authenticator app")
    at.test_id("totp-secret").wait_for()
    at.click("Cancel")
    has_app(at, it_has=False)
    at.click("Set up an authenticator app")
    secret = at.test_id("totp-secret").inner_text()
    at.page.get_by_label("Code that the app shows").fill(code_of(secret))
    at.click("Confirm")
    has_app(at, it_has=True)

    at.click("Sign out")
    at.type_password(careful.email, careful.password)
    at.page.get_by_label("Code of your authenticator app").wait_for()
    at.click("Back to sign-in")
    at.type_password(careful.email, careful.password)
    code = at.page.get_by_label("Code of your authenticator app")
    code.fill(wrong_code(secret))
    at.click("Go on")
    expect(at.test_id("sign-in-error")).to_contain_text("The code is wrong")
    code.fill(code_of(secret))
    at.click("Go on")
    at.is_signed_in()

    at.go("/account")
    at.click("Remove the app")
    at.page.get_by_label("Your password").fill("Wrong-password-1")
    at.click("Remove the app")
    expect(at.test_id("sign-in-error").last).to_contain_text("wrong")
    leaked = {"__type": "InvalidPasswordException", "message": "It cannot be used."}
    at.page.route("**/cognito", lambda route: route.fulfill(status=400, json=leaked), times=1)
    at.page.get_by_label("Your password").fill(careful.password)
    at.click("Remove the app")
    expect(at.test_id("sign-in-error").last).to_contain_text("Change it first")
    at.click("Cancel")
    has_app(at, it_has=True)
    at.click("Remove the app")
    at.page.get_by_label("Your password").fill(careful.password)
    at.click("Remove the app")
    has_app(at, it_has=False)
