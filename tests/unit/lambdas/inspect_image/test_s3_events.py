import json
from typing import Any

import pytest

from lambdas.inspect_image.s3_events import parse_arrivals


def record(key: str = "car.jpg", **details: Any) -> dict[str, Any]:
    """One record as S3 sends it."""
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-11-21T09:30:00.123Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": "input", "arn": "arn:aws:s3:::input"},
            "object": {"key": key, "size": 1024, "versionId": "v1", **details},
        },
    }


def body(*records: Any) -> str:
    return json.dumps({"Records": list(records)})


def test_a_record_becomes_an_arrival_with_its_version_and_time() -> None:
    (arrival,) = parse_arrivals(body(record()))
    assert (arrival.source.bucket, arrival.source.key) == ("input", "car.jpg")
    assert arrival.source.version == "v1"
    assert arrival.arrived_at == "2026-11-21T09:30:00.123+00:00"


def test_all_records_of_a_message_arrive_in_order() -> None:
    arrivals = parse_arrivals(body(record("1.jpg"), record("2.jpg"), record("3.jpg")))
    assert [arrival.source.key for arrival in arrivals] == ["1.jpg", "2.jpg", "3.jpg"]


@pytest.mark.parametrize(
    ("encoded", "key"),
    [
        ("a+b.jpg", "a b.jpg"),
        ("a%20b.jpg", "a b.jpg"),
        ("1%2B1.jpg", "1+1.jpg"),
        ("100%25.jpg", "100%.jpg"),
        ("%D0%BA%D0%BB%D1%8E%D1%87/%F0%9F%9A%97.jpg", "ключ/🚗.jpg"),
        ("folder/IMG.JPG", "folder/IMG.JPG"),
        ("a%2Fb.jpg", "a/b.jpg"),
        ("%2541.jpg", "%41.jpg"),
    ],
)
def test_keys_are_decoded_once(encoded: str, key: str) -> None:
    (arrival,) = parse_arrivals(body(record(encoded)))
    assert arrival.source.key == key


def test_an_object_of_an_unversioned_bucket_has_no_version() -> None:
    event = record()
    del event["s3"]["object"]["versionId"]
    assert parse_arrivals(body(event))[0].source.version is None


def test_the_test_event_of_s3_is_no_arrival() -> None:
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "input"}
    assert parse_arrivals(json.dumps(event)) == []


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "no JSON",
        "[]",
        '"text"',
        "5",
        "null",
        "{}",
        '{"Message": "{}"}',
        '{"Records": null}',
        '{"Records": 5}',
        '{"Records": "text"}',
        '{"Records": {"s3": {}}}',
        body({}),
        body(None),
        body({**record(), "s3": None}),
        body({**record(), "s3": {"object": {"key": "a"}}}),
        body({**record(), "s3": {"bucket": {"name": "b"}}}),
        body(record(key=5)),  # type: ignore[arg-type]
        body(record(key=None)),  # type: ignore[arg-type]
        body({k: v for k, v in record().items() if k != "eventTime"}),
    ],
)
def test_a_body_that_is_no_event_raises_value_error(malformed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_arrivals(malformed)


def test_a_folder_of_the_console_is_no_image() -> None:
    arrivals = parse_arrivals(body(record("photos/", size=0), record("photos/a.jpg")))
    assert [arrival.source.key for arrival in arrivals] == ["photos/a.jpg"]
