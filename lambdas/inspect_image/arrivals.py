"""Bodies of the images queues: S3's event notifications, and our own messages."""

import json
from datetime import datetime
from urllib.parse import unquote_plus

from lambdas.common.arrival import ARRIVAL_SCHEMA, Arrival
from lambdas.common.image import ObjectReference
from lambdas.common.telemetry import logger


def parse_arrivals(body: str) -> list[Arrival]:
    """Return the objects that a message announces; none for S3's test event or a folder.

    A body that is neither an S3 event nor ours raises an error: its message belongs in the
    dead-letter queue, where an operator can see what was sent.
    """
    event = json.loads(body)
    if not isinstance(event, dict):
        raise ValueError("the message is no S3 event notification")
    if event.get("schema") == ARRIVAL_SCHEMA:
        return [Arrival.from_document(event)]
    if event.get("Event") == "s3:TestEvent":
        # S3 sends it once, when the notification is configured.
        logger.info("test event of S3 received", bucket=event.get("Bucket"))
        return []
    records = event.get("Records")
    if not isinstance(records, list):
        raise ValueError("the message is no S3 event notification: it has no list of Records")
    arrivals = [_arrival(record) for record in records]
    # The S3 console's "create folder" puts an empty object with such a key.
    return [arrival for arrival in arrivals if not arrival.source.key.endswith("/")]


def _arrival(record: dict[str, object]) -> Arrival:
    try:
        s3 = record["s3"]
        details = s3["object"]  # type: ignore[index]
        return Arrival(
            source=ObjectReference(
                bucket=s3["bucket"]["name"],  # type: ignore[index]
                # S3 encodes keys as forms do: a space arrives as `+`, a plus sign as `%2B`.
                key=unquote_plus(details["key"]),
                version=details.get("versionId"),
            ),
            arrived_at=_utc(str(record["eventTime"])),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"the message is no S3 event notification: no {error}") from error


def _utc(time: str) -> str:
    """Return S3's `2026-01-02T03:04:05.678Z` with the offset that Python writes."""
    with_offset = time.removesuffix("Z") + "+00:00" if time.endswith("Z") else time
    datetime.fromisoformat(with_offset)
    return with_offset
