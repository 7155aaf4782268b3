"""The first stage, and what a repeated delivery finds and does."""

import pytest

from lambdas.common.image import ObjectReference
from lambdas.common.status import Status
from tests.images import encoded, exif, photo
from tests.unit.lambdas.world import ARRIVAL, ID, SOURCE, World


def labelled_only(world: World) -> None:
    """Run the first stage, and leave what it asks for in the text queue."""
    world.inspector.inspect(ARRIVAL)


def test_an_image_that_the_rule_does_not_match_is_done_and_announced() -> None:
    # Given
    world = World(text_rule="Boat:90")
    # When
    world.upload()
    # Then
    assert world.status is Status.DONE
    assert world.recognition.paid == {"detect_labels": 1}
    assert world.recognition.seen == [SOURCE]
    assert world.result.labels == world.recognition.labels
    assert (world.result.text, world.result.text_expected) == ((), False)
    assert world.message_ids == [f"{ID}:done"]


def test_an_image_that_the_rule_matches_is_labelled_and_its_reading_asked_for() -> None:
    # Given
    world = World()
    # When
    labelled_only(world)
    # Then
    assert world.status is Status.LABELLED
    assert len(world.queues["text"]) == 1
    assert world.result.status is Status.LABELLED
    assert world.result.text_expected
    assert world.announced == []


def test_a_matched_image_ends_with_labels_and_text() -> None:
    # Given
    world = World()
    # When
    world.upload()
    # Then
    assert world.records.history == [Status.LABELLED, Status.DONE]
    assert world.recognition.paid == {"detect_labels": 1, "detect_text": 1}
    assert world.result.lines == ["STOP"]
    assert world.result.models == {"labels": "3.0", "text": "3.1"}
    assert [message["text"] for message in world.announced] == [["STOP"]]


def test_the_copy_is_made_by_the_recipe_and_named_in_the_result() -> None:
    world = World()
    world.upload()
    assert world.result.processed == ObjectReference("processed", f"processed/{ID}.jpg")
    assert list(world.objects.written) == [f"processed/{ID}.jpg"]
    facts = world.result.facts
    assert facts is not None
    assert (facts.format, facts.width, facts.height) == ("JPEG", 320, 240)


@pytest.mark.parametrize(
    "original",
    [encoded(photo(), "WEBP"), encoded(photo(), "JPEG", exif=exif(6))],
    ids=["WebP", "sideways"],
)
def test_both_stages_see_the_copy_of_an_original_that_rekognition_cannot_take(
    original: bytes,
) -> None:
    # Given
    world = World(original=original)
    # When
    world.upload()
    # Then
    copy = ObjectReference("processed", f"rekognition/{ID}.jpg")
    assert world.recognition.seen == [copy, copy]
    assert world.status is Status.DONE


def test_an_unsure_image_waits_for_a_person() -> None:
    world = World(review_rule="labels:99")
    world.upload()
    assert world.status is Status.IN_REVIEW
    assert world.announced[0]["needs_review"]
    assert "below 99" in world.result.review_reasons[0]


@pytest.mark.parametrize(
    ("original", "reason"),
    [(b"", "no image that can be read"), (encoded(photo(79, 90), "PNG"), "at least 80 x 80")],
)
def test_bad_input_is_rejected_for_nothing_with_a_reason(original: bytes, reason: str) -> None:
    # Given
    world = World(original=original)
    # When
    world.upload()
    # Then
    assert world.status is Status.REJECTED
    assert reason in str(world.result.reason)
    assert reason in world.announced[0]["reason"]
    assert not world.recognition.paid
    assert world.dead == {"images": [], "text": []}


def test_an_image_that_was_deleted_before_it_was_read_is_rejected() -> None:
    world = World()
    world.objects.originals.clear()
    world.upload()
    assert world.status is Status.REJECTED


@pytest.mark.parametrize("refused", ["detect_labels", "detect_text"])
def test_what_rekognition_refuses_is_rejected_and_not_retried(refused: str) -> None:
    world = World()
    world.recognition.refused = refused
    world.upload()
    assert world.status is Status.REJECTED
    assert world.steps.names.count(refused) == 1
    assert world.message_ids == [f"{ID}:rejected"]


def test_labels_survive_when_only_the_text_is_refused() -> None:
    world = World()
    world.recognition.refused = "detect_text"
    world.upload()
    assert world.result.labels == world.recognition.labels


class TestRepeats:
    """S3 and SQS deliver at least once: what is known decides what is still to be done."""

    @pytest.mark.parametrize("text_rule", ["Car:90", "never"])
    def test_the_repeat_of_a_finished_image_costs_nothing_and_says_nothing(
        self, text_rule: str
    ) -> None:
        # Given
        world = World(text_rule=text_rule)
        world.upload()
        paid, announced = world.recognition.paid.copy(), list(world.message_ids)
        before = world.objects.results[ID]
        # When
        world.upload()
        # Then
        assert (world.recognition.paid, world.message_ids) == (paid, announced)
        assert world.objects.results[ID] == before

    @pytest.mark.parametrize("end", [Status.DONE, Status.IN_REVIEW, Status.REJECTED])
    def test_the_repeat_of_an_end_that_was_not_announced_announces_it(self, end: Status) -> None:
        # Given
        world = World(
            text_rule="never",
            review_rule="labels:99" if end is Status.IN_REVIEW else "never",
            original=b"" if end is Status.REJECTED else None,
        )
        world.upload()
        world.announced.clear()
        world.records.announced.clear()
        # When
        world.upload()
        # Then
        assert world.message_ids == [f"{ID}:{end}"]
        assert world.recognition.paid["detect_labels"] <= 1

    def test_a_received_image_without_a_result_is_labelled(self) -> None:
        world = World()
        world.records.statuses[ID] = Status.RECEIVED
        world.upload()
        assert world.status is Status.DONE
        assert world.recognition.paid["detect_labels"] == 1

    def test_a_received_image_whose_labels_were_kept_is_not_labelled_again(self) -> None:
        # Given: a crash between the result and the record
        world = World()
        labelled_only(world)
        world.records.statuses[ID] = Status.RECEIVED
        world.queues["text"].clear()
        # When
        world.upload()
        # Then
        assert world.recognition.paid == {"detect_labels": 1, "detect_text": 1}
        assert world.status is Status.DONE

    def test_a_labelled_image_whose_request_was_lost_is_asked_for_again(self) -> None:
        # Given
        world = World()
        labelled_only(world)
        world.queues["text"].clear()
        # When
        world.upload()
        # Then
        assert world.recognition.paid == {"detect_labels": 1, "detect_text": 1}
        assert world.status is Status.DONE

    def test_two_requests_for_the_same_text_are_read_once(self) -> None:
        # Given
        world = World()
        labelled_only(world)
        labelled_only(world)
        assert len(world.queues["text"]) == 2
        # When
        world.drain()
        # Then
        assert world.recognition.paid == {"detect_labels": 1, "detect_text": 1}
        assert world.message_ids == [f"{ID}:done"]

    def test_text_that_was_kept_is_not_read_again(self) -> None:
        # Given: a crash between the result with the text and the record
        world = World()
        world.upload()
        world.records.statuses[ID] = Status.LABELLED
        # When
        world.upload()
        # Then
        assert world.recognition.paid == {"detect_labels": 1, "detect_text": 1}
        assert world.status is Status.DONE

    def test_a_late_delivery_does_not_replace_the_result_of_an_image_that_has_ended(self) -> None:
        # Given: a second delivery that has started when the first one works and ends, and whose
        # own look at the original finds it deleted
        world = World(text_rule="never")

        def first_delivery_ends() -> None:
            world.objects.on_read = lambda: None
            world.upload()
            world.objects.originals.clear()

        world.objects.on_read = first_delivery_ends
        # When
        world.inspector.inspect(ARRIVAL)
        # Then
        assert world.status is Status.DONE
        assert world.result.status is Status.DONE
        assert world.result.labels == world.recognition.labels
        assert world.message_ids == [f"{ID}:done"]

    @pytest.mark.parametrize("way", ["reject", "give_up"])
    def test_record_and_result_agree_when_another_delivery_ends_first(self, way: str) -> None:
        # Given: a delivery that is about to write its result when the other one works and ends
        world = World(text_rule="never")

        def first_delivery_ends() -> None:
            world.objects.before_write = lambda: None
            world.upload()

        # When
        world.objects.before_write = first_delivery_ends
        if way == "reject":
            original = world.objects.originals.pop(SOURCE)

            def original_was_there_for_the_first() -> None:
                world.objects.originals[SOURCE] = original
                first_delivery_ends()

            world.objects.before_write = original_was_there_for_the_first
            world.inspector.inspect(ARRIVAL)
        else:
            world.inspector.give_up(ARRIVAL, "why")
        # Then
        assert world.status is Status.DONE
        assert world.result.status is Status.DONE
        assert world.result.labels == world.recognition.labels
        assert world.message_ids == [f"{ID}:done"]


class TestGivingUp:
    def test_an_image_fails_with_its_reason_when_its_message_is_exhausted(self) -> None:
        # Given
        world = World(always="detect_labels")
        # When
        world.upload()
        # Then
        assert world.status is Status.FAILED
        assert world.result.reason == "CrashError: detect_labels is down"
        assert world.message_ids == [f"{ID}:failed"]
        assert len(world.dead["images"]) == 1

    def test_labels_that_were_paid_for_are_kept_for_the_redrive(self) -> None:
        # Given
        world = World(always="request_text")
        # When
        world.upload()
        # Then
        assert world.records.history == [Status.LABELLED, Status.FAILED]
        assert world.result.labels == world.recognition.labels
        assert world.recognition.paid == {"detect_labels": 1}
        # And when
        world.steps.always = None
        world.redrive()
        # Then
        assert world.recognition.paid == {"detect_labels": 1, "detect_text": 1}
        assert world.status is Status.DONE
        assert world.result.reason is None

    def test_giving_up_does_not_touch_an_image_that_has_ended(self) -> None:
        # Given: ended, and never announced, because the topic is down
        world = World(text_rule="never", always="announce")
        # When
        world.upload()
        # Then
        assert world.status is Status.DONE
        assert world.result.status is Status.DONE

    def test_an_image_that_never_got_a_record_is_given_one_when_it_fails(self) -> None:
        # Given: no receive could make the record, and the table is back for the last write
        world = World()
        # When
        world.inspector.give_up(ARRIVAL, "the table was down")
        # Then
        assert world.status is Status.FAILED
        assert world.message_ids == [f"{ID}:failed"]
