"""The results topic's message for a batch that is over."""

import json
from datetime import datetime
from typing import Any

from lambdas.common.batches.batch import Batch, State, report_keys
from lambdas.common.message import BATCH_SCHEMA
from lambdas.common.result import JsonObject

SUMMARY_SCHEMA = "sightline.batch-summary/1"
"""Name and version of a batch's summary.json."""
MAX_REPORT_BYTES = 20_000
"""Bound of the report's text within a message; a longer report is only pointed to."""


def batch_summary(batch: Batch, counts: JsonObject) -> JsonObject:
    """Return the document of summary.json; `counts` is what a report's round has counted."""
    return {
        "schema": SUMMARY_SCHEMA,
        "batch": batch.id,
        "name": batch.name,
        "state": str(batch.state),
        "bucket": batch.bucket,
        "prefix": batch.prefix,
        "created_by": batch.created_by,
        "created_at": batch.created_at,
        "started_at": batch.started_at,
        "closed_at": batch.closed_at,
        "reported_at": batch.reported_at,
        "seconds": _seconds(batch),
        "images": batch.images,
        "bytes": batch.bytes,
        **counts,
    }


def batch_announcement(
    batch: Batch, summary: JsonObject | None, processed_bucket: str, report: str | None
) -> JsonObject:
    """Return the message; `report` is the text of a short report.

    `summary` is None for a batch that could not be listed, which has no report.
    """
    names = ("ended", "statuses", "with_text", "reported", "paid", "reused", "seconds")
    return {
        "schema": BATCH_SCHEMA,
        # The same for every repeat, so that a subscriber can drop what it has seen.
        "message_id": f"batch:{batch.id}:{batch.state}",
        "batch": batch.id,
        "name": batch.name,
        "status": str(batch.state),
        "reason": batch.reason,
        "bucket": batch.bucket,
        "prefix": batch.prefix,
        "created_by": batch.created_by,
        "created_at": batch.created_at,
        "started_at": batch.started_at,
        "closed_at": batch.closed_at,
        "images": batch.images,
        "bytes": batch.bytes,
        **{name: summary[name] if summary else None for name in names},
        "report": {
            kind: {"bucket": processed_bucket, "key": key, "version": None}
            for kind, key in report_keys(batch.id).items()
        }
        if summary
        else None,
        "report_text": report,
    }


_FIELDS = frozenset(
    {
        *("message_id", "batch", "name", "status", "reason", "bucket", "prefix", "created_by"),
        *("created_at", "started_at", "closed_at", "images", "bytes", "ended", "statuses"),
        *("with_text", "reported", "paid", "reused", "seconds", "report", "report_text"),
    }
)


def read_batch_message(body: str) -> JsonObject:
    """Read what `batch_announcement` wrote; a body of another shape raises ValueError."""
    document = json.loads(body)
    if not isinstance(document, dict) or document.get("schema") != BATCH_SCHEMA:
        raise ValueError(f"expected a {BATCH_SCHEMA} message")
    missing = sorted(_FIELDS - document.keys())
    if missing:
        raise ValueError(f"the announcement lacks {', '.join(missing)}")
    if not State(document["status"]).is_over:
        raise ValueError(f"{document['status']} is no end of a batch")
    return document


def _seconds(batch: Batch) -> float:
    """Return how long a batch ran."""
    if batch.started_at is None or batch.closed_at is None:
        return 0.0
    ran = datetime.fromisoformat(batch.closed_at) - datetime.fromisoformat(batch.started_at)
    return max(0.0, ran.total_seconds())


def batch_attributes(message: JsonObject) -> dict[str, Any]:
    """Return the SNS message attributes that a subscription can filter on: kind and status."""
    return {
        "kind": {"DataType": "String", "StringValue": "batch"},
        "status": {"DataType": "String", "StringValue": message["status"]},
    }
