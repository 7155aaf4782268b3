"""What people decided is no news to them."""

from lambdas.common.image import ObjectReference
from lambdas.common.message import announcement, message_attributes
from lambdas.common.review.decisions import Decision, Kind
from lambdas.common.status import Status
from tests.unit.lambdas.results import result
from tests.unit.lambdas.send_digest.test_compose import image
from tests.unit.lambdas.send_digest.test_digest import Mailbox

AT = "2026-11-21T10:00:00.000+00:00"
APPROVED = announcement(
    result(Status.DONE, review=Decision(1, Kind.APPROVE, "ada", AT)), ObjectReference("p", "r")
)


def test_decisions_are_left_out_of_the_email() -> None:
    mailbox = Mailbox(APPROVED, image(2))

    assert mailbox.receive() == []

    assert mailbox.subjects == ["[Sightline dev] 2.jpg: analysed"]
    assert mailbox.sqs.messages == []


def test_decisions_alone_make_no_email() -> None:
    mailbox = Mailbox(APPROVED)

    assert mailbox.receive() == []

    assert mailbox.emails == []
    assert mailbox.sqs.messages == []


def test_an_image_in_review_again_after_an_undo_is_left_out_too() -> None:
    undo = Decision(2, Kind.UNDO, "ada", AT)
    undone = announcement(result(Status.IN_REVIEW), ObjectReference("p", "r"), undo)
    mailbox = Mailbox(undone)

    mailbox.receive()

    assert undone["needs_review"]
    assert mailbox.emails == []


def test_a_subscription_can_filter_by_decision() -> None:
    assert message_attributes(APPROVED)["decision"] == {
        "DataType": "String",
        "StringValue": "approve",
    }
    assert "decision" not in message_attributes(image(2))
