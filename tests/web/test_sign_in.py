"""In and out of the console, as people come and go."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.local.api.office import Office
from tests.local.api.people import Person
from tests.local.deployed import Deployed
from tests.patience import eventually
from tests.web.visit import Visits


@pytest.fixture
def password() -> str:
    return f"Aa1!{secrets.token_urlsafe(16)}"


def mail_to(deployed: Deployed, email: str) -> str:
    """Wait for the email to somebody, and return what it says."""
    body: str = eventually(
        lambda: [mail.body for mail in deployed.mails(email)], f"{email} has mail"
    )[-1]
    return body


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def test_a_wrong_password_is_told_and_the_right_one_lets_in(visit: Visits, anna: Person) -> None:
    at = visit()
    at.watch.expect(400, "/cognito")
    at.go("/gallery")

    at.type_password(anna.email, "Wrong-password-1")
    expect(at.test_id("sign-in-error")).to_contain_text("The e-mail address or the password is wr")
    at.type_password(anna.email, anna.password)

    at.is_signed_in()
    expect(at.test_id("account")).to_have_text(anna.email)
    expect(at.page).to_have_url(f"{at.origin}/gallery")


def test_of_an_address_without_an_account_it_says_the_same(visit: Visits) -> None:
    at = visit()
    at.watch.expect(400, "/cognito")
    at.go("/")

    at.type_password("nobody-at-all@example.com", "Wrong-password-1")

    expect(at.test_id("sign-in-error")).to_contain_text("The e-mail address or the password is wr")


def test_who_is_invited_chooses_a_password_at_the_first_sign_in(
    visit: Visits, office: Office, deployed: Deployed, password: str
) -> None:
    email = f"new-{secrets.token_hex(4)}@example.com"
    user = {"UserPoolId": office.pool.id, "Username": email}
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    office.pool.cognito.admin_create_user(**user, UserAttributes=attributes)
    office.pool.cognito.admin_add_user_to_group(**user, GroupName="uploaders")
    first = found(r"<p>(\S+)</p><p>It works once", mail_to(deployed, email))
    at = visit()
    at.watch.expect(400, "/cognito")
    at.go("/")

    at.type_password(email, first)
    at.page.get_by_label("New password again").wait_for()
    at.click("Back to sign-in")
    at.type_password(email, first)
    at.page.get_by_label("New password", exact=True).fill("weak")
    at.page.get_by_label("New password again").fill("weak")
    at.click("Set password and sign in")
    expect(at.test_id("sign-in-error")).to_contain_text("Choose a stronger password")
    at.page.get_by_label("New password", exact=True).fill(password)
    at.page.get_by_label("New password again").fill(password)
    at.click("Set password and sign in")
    at.is_signed_in()
    at.shows("There are no images yet")

    at.click("Sign out")
    at.type_password(email, password)
    at.is_signed_in()


def test_a_forgotten_password_is_set_anew_with_the_code_of_an_email(
    visit: Visits, office: Office, deployed: Deployed, password: str
) -> None:
    forgetful = Person(office.door, office.pool, "forgetful", "uploaders")
    at = visit()
    at.watch.expect(400, "/cognito")
    at.go("/gallery")

    at.page.get_by_label("E-mail address").fill(forgetful.email)
    at.click("Forgotten your password?")
    at.click("Send me a code")
    at.shows("a code is on its way there")
    mail_to(deployed, forgetful.email)
    at.click("Send another code")
    at.shows("Only the newest one counts")
    mails = eventually(
        lambda: len(mails := deployed.mails(forgetful.email)) == 2 and mails, "two codes are there"
    )
    code = found(r"\b(\d{6})\b", mails[-1].body)
    at.page.get_by_label("Code from the e-mail").fill(f"{(int(code) + 1) % 10**6:06}")
    at.page.get_by_label("New password").fill(password)
    at.click("Set password")
    expect(at.test_id("sign-in-error")).to_contain_text("The code is wrong")
    at.page.get_by_label("Code from the e-mail").fill(code)
    at.click("Set password")

    expect(at.test_id("sign-in-notice")).to_contain_text("Your password is set")
    at.type_password(forgetful.email, password)
    at.is_signed_in()


def test_signing_out_leaves_nothing_behind(visit: Visits, office: Office) -> None:
    leaving = Person(office.door, office.pool, "leaving", "uploaders")
    at = visit()
    at.sign_in(leaving, "/gallery")
    at.shows("There are no images yet")
    kept = at.storage()
    (refresh,) = [value for name, value in kept.items() if name.endswith(".refreshToken")]

    with at.page.expect_response(lambda answer: "/cognito" in answer.url) as revoked:
        at.click("Sign out")

    assert revoked.value.status == 200
    expect(at.test_id("sign-in-notice")).to_contain_text("You are signed out")
    eventually(lambda: not at.storage(), "nothing is kept in the browser")
    assert at.page.context.cookies() == []
    assert leaving.email not in at.page.content()
    at.page.reload()
    expect(at.page.get_by_role("button", name="Sign in")).to_be_visible()
    with pytest.raises(office.pool.cognito.exceptions.NotAuthorizedException):
        office.pool.cognito.initiate_auth(
            ClientId=deployed_client(office),
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": refresh},
        )


def deployed_client(office: Office) -> str:
    """The client id of the console."""
    return office.door.deployed.outputs["UserPoolClientId"]


def test_who_is_in_no_group_is_told_so(visit: Visits, office: Office) -> None:
    at = visit()

    at.sign_in(Person(office.door, office.pool, "stranger"))

    at.shows("You are in no group yet")
    assert at.watch.requested("GET", "^/api/") == 0
