import json
from typing import Any

import pytest

from lambdas.common.result import JsonObject
from lambdas.common.status import Status
from lambdas.send_digest.compose import Email
from lambdas.send_digest.digest import DigestSender
from tests.unit.lambdas.send_digest.test_compose import image

EMAIL, REVIEW = "arn:email", "arn:review"


class Mailbox:
    """Keeps what is published, or refuses it for one topic."""

    def __init__(self, refuses: str | None = None) -> None:
        self.emails: list[tuple[str, Email]] = []
        self._refuses = refuses

    def __call__(self, topic_arn: str, email: Email) -> None:
        if topic_arn == self._refuses:
            raise ConnectionError(topic_arn)
        self.emails.append((topic_arn, email))


def send(mailbox: Mailbox, *bodies: JsonObject | str) -> list[str]:
    """Send a window of messages m0, m1, … and return those that failed."""
    sender = DigestSender(
        publish=mailbox, email_topic_arn=EMAIL, review_topic_arn=REVIEW, stage="dev"
    )
    records = [
        {"messageId": f"m{n}", "body": body if isinstance(body, str) else json.dumps(body)}
        for n, body in enumerate(bodies)
    ]
    failed = sender.run({"Records": records})["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failed]


def test_a_window_becomes_one_email() -> None:
    mailbox = Mailbox()
    assert send(mailbox, image(1), image(2), image(3)) == []
    assert [(topic, email.subject) for topic, email in mailbox.emails] == [
        (EMAIL, "[Sightline dev] 3 images: 3 analysed")
    ]


def test_what_needs_review_goes_to_the_review_group_too() -> None:
    mailbox = Mailbox()
    send(mailbox, image(1), image(2, Status.IN_REVIEW, review_reasons=("why",)))
    assert [topic for topic, _ in mailbox.emails] == [EMAIL, REVIEW]
    review = mailbox.emails[1][1]
    assert review.subject == "[Sightline dev] 1 image for review"
    assert "holiday/2.jpg" in review.body
    assert "holiday/1.jpg" not in review.body


def test_a_message_that_came_twice_stands_in_the_email_once() -> None:
    mailbox = Mailbox()
    send(mailbox, image(1), image(1))
    assert mailbox.emails[0][1].subject == "[Sightline dev] 1.jpg: analysed"


def test_two_ends_of_one_image_both_count() -> None:
    mailbox = Mailbox()
    send(mailbox, image(1, Status.FAILED, reason="down"), image(1))
    assert mailbox.emails[0][1].subject == "[Sightline dev] 2 images: 1 analysed, 1 failed"


@pytest.mark.parametrize(
    "malformed",
    [
        *("", "no JSON", "[]", '"text"', "5", "null", "{}"),
        '{"message_id": []}',
        '{"message_id": "1"}',
        json.dumps({**image(7), "status": "unheard-of"}),
        json.dumps({**image(7), "schema": "sightline.image/2"}),
        json.dumps({k: v for k, v in image(7).items() if k != "needs_review"}),
    ],
)
def test_a_malformed_message_comes_back_and_does_not_cost_the_others_their_email(
    malformed: str,
) -> None:
    # Given
    mailbox = Mailbox()
    # When
    failed = send(mailbox, image(1), malformed, image(2))
    # Then
    assert failed == ["m1"]
    assert mailbox.emails[0][1].subject == "[Sightline dev] 2 images: 2 analysed"


def test_a_window_of_nothing_but_malformed_messages_sends_nothing() -> None:
    mailbox = Mailbox()
    assert send(mailbox, "x", "y") == ["m0", "m1"]
    assert mailbox.emails == []


@pytest.mark.parametrize("refuses", [EMAIL, REVIEW])
def test_a_window_that_cannot_be_published_comes_back_whole(refuses: str) -> None:
    waiting: dict[str, Any] = image(1, Status.IN_REVIEW, review_reasons=("why",))
    with pytest.raises(ConnectionError):
        send(Mailbox(refuses), waiting, "malformed")
