import pytest

from lambdas.common.image import ObjectReference
from lambdas.common.message import announcement
from lambdas.common.result import JsonObject
from lambdas.common.status import Status
from lambdas.send_digest.compose import MAX_LISTED, compose, compose_review
from tests.unit.lambdas.common.test_message import huge
from tests.unit.lambdas.results import result

SNS_BYTES = 256 * 1024


def image(number: int = 0, status: Status = Status.DONE, **changes: object) -> JsonObject:
    """The announcement of an image of its own."""
    value = result(
        status,
        image_id=f"id{number}",
        source=ObjectReference("input", f"holiday/{number}.jpg", "v1"),
        received_at=f"2026-11-21T09:30:{number % 60:02}.000+00:00",
        **changes,
    )
    return announcement(value, ObjectReference("processed", f"results/id{number}.json"))


def test_one_image_reads_as_a_full_report() -> None:
    email = compose([image()], "dev")
    assert email.subject == "[Sightline dev] 0.jpg: analysed"
    assert email.body == (
        "Image:   s3://input/holiday/0.jpg\n"
        "Status:  analysed\n"
        "Labels:  Car 98, Tree 71\n"
        "Text:    STOP\n"
        "Copy:    s3://processed/processed/1.jpg\n"
        "Result:  s3://processed/results/id0.json\n"
        "Id:      id0\n"
    )


def test_a_rejected_image_says_why_and_has_no_copy() -> None:
    rejected = image(0, Status.REJECTED, reason="it is empty", labels=(), text=(), processed=None)
    email = compose([rejected], "dev")
    assert "rejected" in email.subject
    assert "Reason:  it is empty\n" in email.body
    assert "Labels:  none\nText:    none\nResult:" in email.body


def test_an_image_in_review_says_what_a_person_should_look_at() -> None:
    email = compose([image(0, Status.IN_REVIEW, review_reasons=("why", "and why"))], "dev")
    assert email.subject == "[Sightline dev] 0.jpg: needs review"
    assert "Review:  why\nReview:  and why\n" in email.body


def test_several_images_read_as_a_summary() -> None:
    # Given
    images = [
        image(1),
        image(2, labels=(), text=()),
        image(3, Status.IN_REVIEW, review_reasons=("unsure",)),
    ]
    # When
    email = compose(images, "prod")
    # Then
    assert email.subject == "[Sightline prod] 3 images: 2 analysed, 1 for review"
    lines = email.body.splitlines()
    assert lines[:3] == [
        "3 images: 2 analysed, 1 for review.",
        "Text was found in 2 of them.",
        "Labels: Car (2), Tree (2)",
    ]
    assert lines[4:7] == [
        '- 3.jpg: needs review: unsure "STOP"',
        '- 1.jpg: analysed: Car 98, Tree 71 "STOP"',
        "- 2.jpg: analysed: no labels",
    ]


def test_a_thousand_images_are_counted_and_the_first_listed() -> None:
    email = compose([image(number) for number in range(1000)], "dev")
    assert email.subject == "[Sightline dev] 1,000 images: 1,000 analysed"
    assert email.body.count("\n- ") == MAX_LISTED
    assert "... and 975 more: sightline list shows them" in email.body
    assert len(email.body.encode()) < 10_000


def test_what_went_wrong_comes_first_even_when_it_came_last() -> None:
    # Given: a hundred that are done, then one of each other end
    images = [image(number) for number in range(100)]
    images += [
        image(101, Status.IN_REVIEW, review_reasons=("unsure",)),
        image(102, Status.REJECTED, reason="empty"),
        image(103, Status.FAILED, reason="down"),
    ]
    # When
    listed = [line for line in compose(images, "dev").body.splitlines() if line.startswith("- ")]
    # Then
    assert [line.split(":")[0] for line in listed[:3]] == ["- 103.jpg", "- 102.jpg", "- 101.jpg"]
    assert "failed: down" in listed[0]


@pytest.mark.parametrize(
    "key",
    [
        "x" * 1024,
        "ключ/🚗.jpg",
        "line\nbreak\r\t\x00\x7f.jpg",
        "soft\u00adhyphen\u2028.jpg",
        "Übergröße.jpg",
    ],
)
def test_a_subject_is_one_that_sns_takes_whatever_the_key(key: str) -> None:
    odd = image()
    odd["source"]["key"] = key
    for email in (compose([odd], "dev"), compose([odd, image(1)], "dev")):
        assert email.subject.isascii()
        assert email.subject.isprintable()
        assert len(email.subject) <= 100
        assert email.subject.startswith("[Sightline dev] ")


@pytest.mark.parametrize(
    ("count", "subject"),
    [(1, "[Sightline dev] 1 image for review"), (30, "[Sightline dev] 30 images for review")],
)
def test_the_review_group_gets_a_report_of_each_image_up_to_a_bound(
    count: int, subject: str
) -> None:
    # Given
    images = [
        image(number, Status.IN_REVIEW, review_reasons=(f"reason {number}",))
        for number in range(count)
    ]
    # When
    email = compose_review(images, "dev")
    # Then
    assert email.subject == subject
    assert email.body.count("Review:  reason") == min(count, MAX_LISTED)
    assert ("... and 5 more" in email.body) is (count == 30)


@pytest.mark.parametrize("count", [1, 2, 1000])
@pytest.mark.parametrize("character", ["x", "🚗"])
def test_no_email_is_larger_than_sns_takes(character: str, count: int) -> None:
    # Given: images full of text, such as scanned pages
    full = announcement(
        huge(character).changed(status=Status.IN_REVIEW, review_reasons=("unsure",)),
        ObjectReference("processed", "results/1.json"),
    )
    images = [full] * count
    # When / Then
    assert len(compose(images, "dev").body.encode()) <= SNS_BYTES
    assert len(compose_review(images, "dev").body.encode()) <= SNS_BYTES


@pytest.mark.parametrize("count", [1, 3])
def test_keys_reasons_and_text_write_no_lines_of_their_own(count: int) -> None:
    # Given
    hostile = "holiday.jpg\n\nIMPORTANT: sign in at\r\u2028here"
    images = [image(number) for number in range(count)]
    for one in images:
        one["source"]["key"] = hostile
        one["text"] = [hostile]
        one["reason"] = hostile
    # When
    emails = [compose(images, "prod"), compose_review(images, "prod")]
    # Then
    for email in emails:
        assert not [line for line in email.body.splitlines() if line.startswith("IMPORTANT")]
        assert "\r" not in email.body
        assert "\u2028" not in email.body
