import json
from typing import Any

import pytest

from lambdas.common.arrival import Arrival, BatchMember
from lambdas.common.image import ObjectReference
from lambdas.inspect_image.arrivals import parse_arrivals

AT = "2026-11-21T09:30:00+00:00"


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
        body({**record(), "eventTime": "yesterday"}),
        body({**record(), "eventTime": None}),
    ],
)
def test_a_body_that_is_no_event_raises_value_error(malformed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_arrivals(malformed)


def test_a_folder_of_the_console_is_no_image() -> None:
    arrivals = parse_arrivals(body(record("photos/", size=0), record("photos/a.jpg")))
    assert [arrival.source.key for arrival in arrivals] == ["photos/a.jpg"]


class TestOurOwnMessages:
    """Those that a batch sends, and those that S3's events are split into."""

    @pytest.mark.parametrize(
        "arrival",
        [
            Arrival(ObjectReference("b", "a b/ü+%2B.jpg", "v1"), AT),
            Arrival(
                ObjectReference("b", "k", None, '"e"'),
                AT,
                BatchMember("trip", 17),
                again=True,
            ),
            Arrival(ObjectReference("b", "k"), AT, BatchMember("trip", 0)),
        ],
        ids=["version", "ETag", "neither"],
    )
    def test_an_arrival_reads_back_as_it_was_written(self, arrival: Arrival) -> None:
        assert parse_arrivals(arrival.to_json()) == [arrival]

    def test_the_parts_of_an_event_are_the_event(self) -> None:
        event = body(record("a+b.jpg"), record("%2541.jpg", versionId="v2"))
        arrivals = parse_arrivals(event)
        parts = [part for arrival in arrivals for part in parse_arrivals(arrival.to_json())]
        assert parts == arrivals

    def test_an_event_belongs_to_no_batch(self) -> None:
        (arrival,) = parse_arrivals(body(record()))
        assert (arrival.batch, arrival.again) == (None, False)

    def test_the_message_has_the_fields_that_others_write(self) -> None:
        message = {
            "schema": "sightline.arrival/1",
            "source": {"bucket": "b", "key": "k", "version": None, "etag": '"e"'},
            "arrived_at": AT,
            "batch": {"id": "trip", "number": 17},
            "again": False,
        }
        (arrival,) = parse_arrivals(json.dumps(message))
        assert json.loads(arrival.to_json()) == message

    @pytest.mark.parametrize(
        "changes",
        [
            {"source": None},
            {"source": {"bucket": "b"}},
            {"batch": {}},
            {"batch": {"id": "trip", "number": "x"}},
            {"batch": 5},
            {"again": None},
            {"again": 1},
            {"arrived_at": "yesterday"},
            {"arrived_at": None},
            {"arrived_at": 5},
            {"schema": "sightline.arrival/2"},
        ],
        ids=str,
    )
    def test_a_message_of_another_shape_is_refused(self, changes: dict[str, Any]) -> None:
        good = Arrival(ObjectReference("b", "k"), AT, BatchMember("trip", 0)).to_json()
        assert parse_arrivals(good)
        with pytest.raises((KeyError, TypeError, ValueError)):
            parse_arrivals(json.dumps({**json.loads(good), **changes}))

    @pytest.mark.parametrize("missing", ["source", "arrived_at", "batch", "again"])
    def test_a_message_that_lacks_a_field_is_refused(self, missing: str) -> None:
        message = json.loads(Arrival(ObjectReference("b", "k"), AT).to_json())
        del message[missing]
        with pytest.raises((KeyError, TypeError, ValueError)):
            parse_arrivals(json.dumps(message))
