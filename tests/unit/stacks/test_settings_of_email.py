"""Who the sender of sign-in's emails may be."""

import pytest

from tests.unit.stacks.test_settings import problems, settings

SENDER = "sightline@mail.example.com"
ARN = "arn:aws:ses:eu-west-1:111122223333:identity/"


@pytest.mark.parametrize("identity", ["", SENDER, "mail.example.com", "example.com"])
def test_an_identity_stands_for_its_address_or_all_of_its_domain(identity: str) -> None:
    arn = f"{ARN}{identity}" if identity else ""
    made = settings(email_from=SENDER, email_identity_arn=arn)

    assert (made.email_from, made.email_identity_arn) == (SENDER, arn)


@pytest.mark.parametrize("identity", ["other@mail.example.com", "le.com", "example.org"])
def test_an_identity_of_another_address_is_refused(identity: str) -> None:
    assert problems({"email_from": SENDER, "email_identity_arn": f"{ARN}{identity}"}) == [
        f"email_identity_arn: {SENDER} is not an address of this identity"
    ]


@pytest.mark.parametrize("sender", ["Sightline <a@example.com>", "example.com", "a@b", "a b@c.de"])
def test_what_is_no_plain_address_is_refused(sender: str) -> None:
    (problem,) = problems({"email_from": sender})
    assert problem.startswith("email_from: use an address such as")


@pytest.mark.parametrize(
    "arn", ["example.com", ARN, "arn:aws:iam::111122223333:user/ada", f"{ARN}a b.com"]
)
def test_what_is_no_identity_is_refused(arn: str) -> None:
    (problem,) = problems({"email_from": SENDER, "email_identity_arn": arn})
    assert problem.startswith("email_identity_arn: use the ARN of a verified identity of SES")


def test_an_identity_without_a_sender_is_refused() -> None:
    (problem,) = problems({"email_identity_arn": f"{ARN}example.com"})
    assert problem.startswith("email_identity_arn: it goes with email_from")
