import json
from typing import Any

import pytest

from lambdas.common.queue.messages import QueueMessages, RetryPolicy
from lambdas.common.result import JsonObject
from lambdas.common.status import Status
from lambdas.send_digest.compose import Email
from lambdas.send_digest.digest import DigestSender
from tests.unit.lambdas.fakes import VISIBILITY_SECONDS, FakeSqs, QueueMessage, queues, url
from tests.unit.lambdas.send_digest.test_compose import image
from tests.unit.lambdas.send_digest.test_compose_batch import message as batch
from tests.unit.lambdas.steps import START, Clock, refusal

EMAIL, REVIEW = "arn:email", "arn:review"
MAX_ATTEMPTS = 3
DOWN = refusal("Publish", "InternalError", 500)


class Mailbox:
    """The digest's queue, and what its function publishes; `refuses` names topics that fail."""

    def __init__(self, *bodies: JsonObject | str, refuses: str | None = None) -> None:
        self.emails: list[tuple[str, Email]] = []
        self.refuses = refuses
        self.clock = Clock()
        self.sqs = FakeSqs(self.clock)
        self.sender = DigestSender(
            publish=self.publish,
            messages=QueueMessages(self.sqs, queues("digest"), stage="send_digest"),
            policy=RetryPolicy(MAX_ATTEMPTS, 100),
            email_topic_arn=EMAIL,
            review_topic_arn=REVIEW,
            stage="dev",
        )
        for body in bodies:
            self.sqs.send_message(
                url("digest"), body if isinstance(body, str) else json.dumps(body)
            )

    def publish(self, topic_arn: str, email: Email) -> None:
        if topic_arn == self.refuses:
            raise DOWN
        self.emails.append((topic_arn, email))

    def receive(self) -> list[str]:
        """Send the window; return the messages that come back."""
        window = self.sqs.of("digest")
        for message in window:
            message.receives += 1
            message.visible_at = self.clock.time + VISIBILITY_SECONDS
        answer = self.sender.run({"Records": [message.record() for message in window]})
        back = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        for message in window:
            if message.id not in back:
                self.sqs.messages.remove(message)
        return back

    def come_back(self) -> None:
        """Let the time pass after which what is left comes back."""
        times = [message.visible_at for message in self.sqs.of("digest")]
        self.clock.time = max(times, default=self.clock.time)

    @property
    def dead(self) -> list[QueueMessage]:
        return self.sqs.of("digest-dead-letters")

    @property
    def subjects(self) -> list[str]:
        return [email.subject for _, email in self.emails]


def test_a_window_becomes_one_email() -> None:
    mailbox = Mailbox(image(1), image(2), image(3))
    assert mailbox.receive() == []
    assert [(topic, email.subject) for topic, email in mailbox.emails] == [
        (EMAIL, "[Sightline dev] 3 images: 3 analysed")
    ]
    assert mailbox.sqs.messages == []


def test_what_needs_review_goes_to_the_review_group_too() -> None:
    mailbox = Mailbox(image(1), image(2, Status.IN_REVIEW, review_reasons=("why",)))
    mailbox.receive()
    assert [topic for topic, _ in mailbox.emails] == [EMAIL, REVIEW]
    review = mailbox.emails[1][1]
    assert review.subject == "[Sightline dev] 1 image for review"
    assert "holiday/2.jpg" in review.body
    assert "holiday/1.jpg" not in review.body


def test_a_message_that_came_twice_stands_in_the_email_once() -> None:
    mailbox = Mailbox(image(1), image(1))
    mailbox.receive()
    assert mailbox.subjects == ["[Sightline dev] 1.jpg: analysed"]


def test_two_ends_of_one_image_both_count() -> None:
    mailbox = Mailbox(image(1, Status.FAILED, reason="down"), image(1))
    mailbox.receive()
    assert mailbox.subjects == ["[Sightline dev] 2 images: 1 analysed, 1 failed"]


def test_each_batch_has_an_email_of_its_own_beside_that_of_the_images() -> None:
    mailbox = Mailbox(
        image(1), batch(), image(2), {**batch(), "batch": "other", "message_id": "batch:other"}
    )
    assert mailbox.receive() == []
    assert [topic for topic, _ in mailbox.emails] == [EMAIL] * 3
    assert mailbox.subjects[0] == "[Sightline dev] 2 images: 2 analysed"
    assert "other" in mailbox.subjects[2]


@pytest.mark.parametrize(
    "malformed",
    [
        *("", "no JSON", "[]", '"text"', "5", "null", "{}"),
        '{"message_id": []}',
        '{"message_id": "1"}',
        json.dumps({**image(7), "status": "unheard-of"}),
        json.dumps({**image(7), "schema": "sightline.image/2"}),
        json.dumps({k: v for k, v in image(7).items() if k != "needs_review"}),
        json.dumps({"schema": "sightline.batch/1"}),
        json.dumps({**batch(), "status": "running"}),
    ],
)
def test_a_malformed_message_is_a_dead_letter_and_does_not_cost_the_others_their_email(
    malformed: str,
) -> None:
    # Given
    mailbox = Mailbox(image(1), malformed, image(2))
    # When
    assert mailbox.receive() == []
    # Then
    (letter,) = mailbox.dead
    assert letter.body == malformed
    assert letter.attributes["cause"] == "UnreadableMessage"
    assert letter.attributes["stage"] == "send_digest"
    assert mailbox.subjects == ["[Sightline dev] 2 images: 2 analysed"]


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": []},
        {"labels": 5},
        {"labels": [{"name": "Car", "confidence": "high"}]},
        {"labels": [{"confidence": 5}]},
        {"labels": [{"name": [], "confidence": 5}]},
        {"source": None},
        {"result": {"bucket": "b"}},
        {"processed": "p"},
        {"received_at": 5},
        {"reason": 5},
        {"text": None},
        {"review_reasons": [5]},
        {"status": []},
        None,
    ],
    ids=str,
)
def test_no_message_costs_the_others_their_email(changes: JsonObject | None) -> None:
    # None: a body that is nested too deeply to be read
    malformed = "[" * 100_000 if changes is None else json.dumps({**image(7), **changes})
    # Given: those of a window, and the one that would be alone in its own
    for others in ((image(1),), (image(1), image(2)), ()):
        mailbox = Mailbox(*others, malformed)
        # When
        assert mailbox.receive() == []
        # Then
        assert len(mailbox.emails) == bool(others)
        assert [letter.attributes["cause"] for letter in mailbox.dead] == ["UnreadableMessage"]


def test_an_email_that_cannot_be_written_comes_back_and_the_others_are_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: a mistake of ours
    def compose(_images: list[JsonObject], _stage: str) -> Email:
        raise KeyError("no such word")

    monkeypatch.setattr("lambdas.send_digest.digest.compose", compose)
    mailbox = Mailbox(image(1), image(2, Status.IN_REVIEW, review_reasons=("why",)), batch())
    # When / Then
    assert mailbox.receive() == ["m1", "m2"]
    assert [topic for topic, _ in mailbox.emails] == [REVIEW, EMAIL]


def test_a_window_of_nothing_but_malformed_messages_sends_nothing() -> None:
    mailbox = Mailbox("x", "y")
    assert mailbox.receive() == []
    assert mailbox.emails == []
    assert len(mailbox.dead) == 2


@pytest.mark.parametrize(
    ("refuses", "back"), [(EMAIL, ["m1", "m2", "m3", "m4"]), (REVIEW, ["m2", "m3"])]
)
def test_what_could_not_be_published_comes_back_and_nothing_else(
    refuses: str, back: list[str]
) -> None:
    # Given: one of them came twice
    waiting: dict[str, Any] = image(2, Status.IN_REVIEW, review_reasons=("why",))
    mailbox = Mailbox(image(1), waiting, waiting, batch(), refuses=refuses)
    # When / Then
    assert sorted(mailbox.receive()) == back
    times = [message.visible_at - START for message in mailbox.sqs.of("digest")]
    assert all(80 <= time <= 120 for time in times)
    # And when it works again
    mailbox.refuses = None
    assert mailbox.receive() == []
    assert (REVIEW, "[Sightline dev] 1 image for review") in [
        (topic, email.subject) for topic, email in mailbox.emails
    ]


def test_what_can_never_be_published_is_a_dead_letter_with_its_cause() -> None:
    # Given
    mailbox = Mailbox(image(1), image(2), refuses=EMAIL)
    # When
    backs = []
    for _ in range(MAX_ATTEMPTS):
        backs.append(mailbox.receive())
        mailbox.come_back()
    # Then
    assert backs == [["m1", "m2"], ["m1", "m2"], []]
    assert [letter.attributes["cause"] for letter in mailbox.dead] == ["Publish:InternalError"] * 2
    assert mailbox.dead[0].attributes["attempts"] == str(MAX_ATTEMPTS)


def test_receives_for_which_lambda_had_no_room_are_no_attempts() -> None:
    # Given: SQS has handed it out often, and the function never saw it
    mailbox = Mailbox(image(1), refuses=EMAIL)
    mailbox.sqs.of("digest")[0].receives = 10 * MAX_ATTEMPTS
    # When / Then: the first failure is not the last
    assert mailbox.receive() == ["m1"]
    assert mailbox.dead == []
    # And when the time of all attempts is over
    for _ in range(MAX_ATTEMPTS):
        mailbox.come_back()
        mailbox.receive()
    assert len(mailbox.dead) == 1


def test_a_dead_letter_that_cannot_be_sent_brings_its_message_back() -> None:
    mailbox = Mailbox("malformed", image(1))

    def send_message(**_arguments: Any) -> None:
        raise refusal("SendMessage", "AccessDenied")

    mailbox.sqs.send_message = send_message  # type: ignore[assignment]
    with pytest.raises(Exception, match="AccessDenied"):  # Lambda puts the whole window back
        mailbox.receive()
    assert len(mailbox.sqs.of("digest")) == 2


def test_a_deleted_image_is_in_no_email() -> None:
    mailbox = Mailbox(image(1), image(2, Status.DELETED))

    assert mailbox.receive() == []

    assert mailbox.subjects == ["[Sightline dev] 1.jpg: analysed"]
