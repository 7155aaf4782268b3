"""Decisions from the request to the announcement, over the real table and results."""

import pytest

from lambdas.common.result import Label
from lambdas.common.review.decisions import Kind
from lambdas.common.status import Status
from tests.unit.lambdas.desk import ADA, BOB, DECISIONS, TAXI, Desk
from tests.unit.lambdas.steps import CrashError, Steps

pytestmark = pytest.mark.usefixtures("aws_account")


class TestDecisions:
    def test_an_approved_image_is_done_and_otherwise_as_it_was(self) -> None:
        desk = Desk()
        before = desk.result

        desk.reviews().approve(desk.id, by=ADA, comment="looks right")

        after = desk.result
        assert (before.status, after.status) == (Status.IN_REVIEW, Status.DONE)
        assert after == before.changed(status=Status.DONE, review=after.review)
        assert desk.agrees()

    def test_a_corrected_image_is_found_by_its_new_labels(self) -> None:
        desk = Desk()

        desk.reviews().correct(desk.id, TAXI, by=ADA)

        assert desk.status is Status.DONE
        assert desk.result.labels[0] == Label("Taxi", 100.0)
        assert desk.result.lines == ["TAXI 42"]
        assert desk.label_items == {"Taxi": 100, "Tree": 71}
        assert desk.result.detected is not None
        assert [label.name for label in desk.result.detected.labels] == ["Car", "Tree"]
        assert desk.agrees()

    def test_an_image_that_was_never_in_review_can_be_corrected(self) -> None:
        desk = Desk(review_rule="never")

        desk.reviews().correct(desk.id, TAXI, by=ADA)

        assert desk.status is Status.DONE
        assert desk.since[0]["message_id"] == f"{desk.id}:done:review-1"
        assert desk.agrees()

    def test_a_rejected_image_says_why(self) -> None:
        desk = Desk()

        desk.reviews().reject(desk.id, by=ADA, comment="blurred")

        assert (desk.status, desk.result.reason) == (Status.REJECTED, "blurred")
        assert desk.agrees()

    def test_the_record_says_who_and_when(self) -> None:
        desk = Desk()
        desk.clock.time += 3600
        at = desk.clock.iso()

        desk.reviews().approve(desk.id, by=ADA, comment="looks right")

        standing = desk.record["review"]
        assert (standing["decision"], standing["by"], standing["at"]) == ("approve", ADA, at)
        assert (desk.record["reviewed_at"], desk.record["done_at"]) == (at, at)
        assert desk.record["finished_at"] == desk.result.finished_at != at

    def test_the_history_has_before_and_after(self) -> None:
        desk = Desk()
        desk.reviews().correct(desk.id, TAXI, by=ADA, comment="a taxi")
        desk.reviews().undo(desk.id, by=BOB)

        corrected, taken_back = desk.reviews().history(desk.id)

        assert (corrected.number, corrected.decision.kind, corrected.decision.by) == (
            1,
            Kind.CORRECT,
            ADA,
        )
        assert corrected.before.status is Status.IN_REVIEW
        assert corrected.before.labels == (("Car", 97.5), ("Tree", 71.0))
        assert corrected.before.text == ("STOP",)
        assert corrected.after.status is Status.DONE
        assert corrected.after.labels == (("Taxi", 100.0), ("Tree", 71.0))
        assert corrected.after.text == ("TAXI 42",)
        assert (taken_back.number, taken_back.decision.kind, taken_back.decision.by) == (
            2,
            Kind.UNDO,
            BOB,
        )
        assert (taken_back.before, taken_back.after) == (corrected.after, corrected.before)

    def test_history_and_label_items_expire_with_the_record(self) -> None:
        desk = Desk()
        expires = int(desk.clock.time) + 30 * 86_400
        desk.write_record(expires_at=expires)

        desk.reviews().correct(desk.id, TAXI, by=ADA)

        items = desk.items
        assert items["review#000001"]["expires_at"] == expires
        assert abs(items["label#Taxi"]["expires_at"] - expires) <= 1

    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            ("approve", "labels:99"),
            *((name, rule) for name in ("correct", "reject") for rule in ("labels:99", "never")),
        ],
    )
    def test_undo_brings_back_what_was(self, name: str, rule: str) -> None:
        desk = Desk(review_rule=rule)
        before, labels = desk.result, desk.label_items
        DECISIONS[name](desk.reviews(), desk.id)

        desk.reviews().undo(desk.id, by=BOB)

        assert desk.result == before
        assert desk.label_items == labels
        assert "review" not in desk.record
        assert desk.agrees()

    def test_undo_brings_back_the_decision_before(self) -> None:
        desk = Desk()
        desk.reviews().approve(desk.id, by=ADA)
        approved = desk.result
        desk.reviews().correct(desk.id, TAXI, by=BOB)

        desk.reviews().undo(desk.id, by=BOB)
        assert desk.result == approved

        desk.reviews().undo(desk.id, by=BOB)
        assert desk.status is Status.IN_REVIEW
        assert [entry.number for entry in desk.reviews().history(desk.id)] == [1, 2, 3, 4]
        assert desk.agrees()

    def test_what_was_taken_back_can_be_decided_again(self) -> None:
        desk = Desk()
        for _ in range(2):
            desk.reviews().approve(desk.id, by=ADA)
            desk.reviews().undo(desk.id, by=ADA)

        assert desk.reviews().approve(desk.id, by=ADA).number == 5
        assert desk.agrees()

    def test_a_rejected_image_can_be_approved_or_corrected(self) -> None:
        desk = Desk()
        desk.reviews().reject(desk.id, by=ADA, comment="blurred")
        desk.reviews().approve(desk.id, by=BOB)
        assert (desk.status, desk.result.reason) == (Status.DONE, None)
        desk.reviews().reject(desk.id, by=ADA, comment="blurred")

        desk.reviews().correct(desk.id, TAXI, by=BOB)

        assert (desk.status, desk.result.reason) == (Status.DONE, None)
        assert desk.agrees()

    @pytest.mark.parametrize("name", DECISIONS)
    def test_the_same_decision_again_is_one(self, name: str) -> None:
        desk = Desk()
        first = DECISIONS[name](desk.reviews(), desk.id)
        published = len(desk.announced)

        assert DECISIONS[name](desk.reviews(), desk.id) == first

        assert len(desk.reviews().history(desk.id)) == 1
        assert len(desk.announced) == published

    def test_an_approval_takes_few_requests(self) -> None:
        desk = Desk()

        desk.reviews().approve(desk.id, by=ADA)

        assert desk.steps.names == [
            "dynamodb.get_item",
            "dynamodb.get_item",
            "s3.get_object",
            "dynamodb.transact_write_items",
            "s3.put_object",
            "sns.publish",
            "dynamodb.update_item",
        ]


class TestAnnouncements:
    def test_each_decision_has_a_message_of_its_own(self) -> None:
        desk = Desk()
        first = desk.announced[0]
        desk.reviews().correct(desk.id, TAXI, by=ADA, comment="a taxi")
        desk.reviews().undo(desk.id, by=BOB)
        desk.reviews().reject(desk.id, by=ADA, comment="blurred")

        assert first["review"] is None
        assert [message["message_id"].partition(":")[2] for message in desk.since] == [
            "done:review-1",
            "in_review:review-2",
            "rejected:review-3",
        ]
        assert [message["review"]["decision"] for message in desk.since] == [
            "correct",
            "undo",
            "reject",
        ]
        assert desk.since[0]["review"]["by"] == ADA
        assert desk.since[0]["review"]["comment"] == "a taxi"
        assert [label["name"] for label in desk.since[0]["labels"]] == ["Taxi", "Tree"]
        assert desk.since[0]["text"] == ["TAXI 42"]
        assert desk.since[1]["needs_review"]

    def test_a_late_repeat_of_the_event_announces_nothing_more(self) -> None:
        desk = Desk()
        desk.reviews().approve(desk.id, by=ADA)
        published = len(desk.announced)

        desk.start_container()
        desk.upload()

        assert len(desk.announced) == published
        assert desk.agrees()

    def test_nor_does_it_announce_a_decision_that_is_half_way(self) -> None:
        # Given: all but the announcement of an undo
        desk = Desk()
        desk.reviews().approve(desk.id, by=ADA)
        published = len(desk.announced)
        with pytest.raises(CrashError):
            desk.reviews(Steps(down=frozenset({"sns.publish"}))).undo(desk.id, by=ADA)
        assert desk.result.status is Status.IN_REVIEW
        # When
        desk.steps = Steps()
        desk.start_container()
        desk.upload()
        # Then
        assert len(desk.announced) == published
        desk.reviews().resume(desk.id)
        assert desk.message_ids[published:] == [f"{desk.id}:in_review:review-2"]
        assert desk.agrees()
