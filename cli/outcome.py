"""What became of an image, as commands show it: a JSON object, or a row of a table."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.deployment import Deployment
from lambdas.common.image import ObjectReference, result_key
from lambdas.common.printable import printable
from lambdas.common.records.queries import Record
from lambdas.common.result import Result
from lambdas.common.status import Status

_STYLES = {
    Status.DONE: "green",
    Status.IN_REVIEW: "yellow",
    Status.REJECTED: "red",
    Status.FAILED: "bold red",
    Status.DELETED: "dim",
}
_WIDTH_OF_NO_TERMINAL = 120
_SHOWN_LABELS = 6
_SHOWN_CHARACTERS = 120


def read_result(deployment: Deployment, image_id: str) -> Result | None:
    """Return the full result of an image; None if there is none yet, or it has expired."""
    s3 = deployment.client("s3")
    try:
        answer = s3.get_object(
            Bucket=deployment.output("ProcessedBucketName"), Key=result_key(image_id)
        )
    except s3.exceptions.NoSuchKey:
        return None
    return Result.from_document(json.loads(answer["Body"].read()))


def outcome_of(deployment: Deployment, record: Record) -> dict[str, Any]:
    """Return an image's outcome from its full result, or from its record where that is gone."""
    bucket = deployment.output("ProcessedBucketName")
    result = None
    if Status(record["status"]).is_terminal:
        result = read_result(deployment, record["image_id"])
    return outcome_in_record(record, bucket) if result is None else outcome(result, bucket)


def outcome(result: Result, processed_bucket: str) -> dict[str, Any]:
    """Return an image's outcome as the JSON object that `--json` prints."""
    document = result.to_document()
    return {
        "image_id": result.image_id,
        "source": result.source.uri,
        "status": str(result.status),
        "reason": _reason(result.status, result.reason, result.review_reasons),
        "labels": [
            {key: label[key] for key in ("name", "confidence", "instances")}
            for label in document["labels"]
        ],
        "text": result.lines,
        "processed": None if result.processed is None else result.processed.uri,
        "result": ObjectReference(processed_bucket, result_key(result.image_id)).uri,
        "seconds": seconds_between(result.received_at, result.finished_at),
    }


def outcome_in_record(record: Record, processed_bucket: str) -> dict[str, Any]:
    """Return the same object as far as the record knows it: labels are without instances."""
    processed = record.get("processed_key")
    has_result = record["status"] != Status.RECEIVED
    return {
        "image_id": record["image_id"],
        # Of a deleted image nobody knows any more where it lay.
        "source": f"s3://{record['bucket']}/{record['key']}" if "key" in record else None,
        "status": str(record["status"]),
        "reason": _reason(record["status"], record.get("reason"), record.get("review_reasons", [])),
        "labels": [
            {"name": label["name"], "confidence": float(label["confidence"]), "instances": []}
            for label in record.get("labels", [])
        ],
        "text": list(record.get("text", [])),
        "processed": f"s3://{processed_bucket}/{processed}" if processed else None,
        "result": (
            f"s3://{processed_bucket}/{result_key(record['image_id'])}" if has_result else None
        ),
        "seconds": seconds_between(record["received_at"], record.get("finished_at")),
    }


def _reason(status: str, reason: str | None, review_reasons: Sequence[str]) -> str | None:
    # A person who decided has seen them.
    return reason or ("; ".join(review_reasons) or None if status == Status.IN_REVIEW else None)


def table_of(
    outcomes: Sequence[dict[str, Any]], console: Console, *, with_ids: bool = False
) -> None:
    """Print outcomes as a table, and where their files are; only their ids with `with_ids`."""
    table = Table(show_lines=True)
    for heading in ("Image", "Status", "Labels", "Text"):
        table.add_column(heading, overflow="fold")
    table.add_column("Seconds", justify="right")
    if with_ids:
        table.add_column("Id", no_wrap=True)
    for found in outcomes:
        labels = [f"{label['name']} {label['confidence']:.0f}" for label in found["labels"]]
        more = len(labels) - _SHOWN_LABELS
        shown = ", ".join(labels[:_SHOWN_LABELS]) + (f", {more} more" if more > 0 else "")
        status = Text(found["status"], style=_STYLES.get(Status(found["status"]), "cyan"))
        if found["reason"]:
            status.append(f"\n{printable(found['reason'])}", style="dim")
        table.add_row(
            Text(_name(found)),
            status,
            Text(printable(shown) or "none"),
            Text(printable(_shortened(" | ".join(found["text"]))) or "none"),
            "" if found["seconds"] is None else f"{found['seconds']:.1f}",
            *([found["image_id"]] if with_ids else []),
        )
    console.print(table)
    if not with_ids:
        _files_of(outcomes, console)


def _files_of(outcomes: Sequence[dict[str, Any]], console: Console) -> None:
    written = [found for found in outcomes if found["result"]]
    if not written:
        return
    bucket = written[0]["result"].removeprefix("s3://").partition("/")[0]
    console.print(f"Processed copies and full results are in s3://{bucket}/:", highlight=False)
    width = max(len(_name(found)) for found in written)
    for found in written:
        files = [uri.removeprefix(f"s3://{bucket}/") for uri in _files(found)]
        # Whole on one line whatever the terminal's width, so that they can be copied.
        console.print(
            f"  {_name(found):{width}}  {'  '.join(files)}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def _files(found: dict[str, Any]) -> list[str]:
    return [found[name] for name in ("processed", "result") if found[name]]


def _name(found: dict[str, Any]) -> str:
    return printable(found["source"].rpartition("/")[2])


def stdout_console() -> Console:
    """Return standard output; 120 columns wide where it is no terminal that says its width."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH_OF_NO_TERMINAL)


def seconds_between(start: str, end: str | None) -> float | None:
    """Return the seconds from one ISO 8601 time to another; None when there is no end yet."""
    if end is None:
        return None
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    return round(max(0.0, seconds), 3)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
