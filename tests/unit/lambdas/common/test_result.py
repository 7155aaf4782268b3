import json

import pytest

from lambdas.common.image import ObjectReference, Upload, image_id
from lambdas.common.result import SCHEMA, Result
from lambdas.common.status import Status
from tests.unit.lambdas.results import RECEIVED_AT, SOURCE, result

BARE = Result(
    image_id=image_id(SOURCE), source=SOURCE, status=Status.RECEIVED, received_at=RECEIVED_AT
)


@pytest.mark.parametrize(
    "value",
    [
        result(),
        result(Status.IN_REVIEW, review_reasons=("no label was found",), labels=()),
        result(Status.REJECTED, reason="the file is empty (0 bytes)"),
        result(Status.FAILED, reason="no", cause="GetObject:SlowDown", content="c0ffee"),
        result(paid=("labels", "text")),
        result(
            upload=Upload("0123abcd-0000-4000-8000-0123456789ab", "f" * 32, "car.jpg"),
            thumbnail=ObjectReference("processed", "thumbnails/1.jpg"),
        ),
        BARE,
    ],
    ids=["done", "in review", "rejected", "failed", "paid", "uploaded", "just received"],
)
def test_a_result_reads_back_from_its_json(value: Result) -> None:
    assert Result.from_document(json.loads(json.dumps(value.to_document()))) == value


def test_the_document_has_the_fields_that_readers_know() -> None:
    assert SCHEMA == "sightline.result/1"
    assert sorted(result().to_document()) == sorted(
        [
            *("schema", "image_id", "source", "status", "reason", "cause", "content", "paid"),
            *("received_at", "finished_at", "image", "labels", "text", "text_expected"),
            *("properties", "review_reasons", "models", "processed", "rekognition_image"),
            *("review", "detected", "run", "thumbnail", "upload"),
        ]
    )


@pytest.mark.parametrize(
    "field", ["cause", "content", "paid", "review", "detected", "run", "thumbnail", "upload"]
)
def test_a_document_from_before_a_field_was_added_can_be_read(field: str) -> None:
    document = result().to_document()
    del document[field]
    assert Result.from_document(document) == result()


@pytest.mark.parametrize("schema", ["sightline.result/2", None])
def test_a_document_of_another_schema_is_refused(schema: str | None) -> None:
    document = {**BARE.to_document(), "schema": schema}
    with pytest.raises(ValueError, match=r"expected a sightline\.result/1 document"):
        Result.from_document(document)


def test_lines_are_the_lines_without_their_words() -> None:
    assert result().lines == ["STOP"]
