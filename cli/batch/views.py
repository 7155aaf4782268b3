"""Batches as commands show them."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from cli.batch.access import BatchAccess
from lambdas.common.batches.batch import Batch, State
from lambdas.common.printable import printable
from lambdas.common.result import JsonObject

_STYLES = {
    State.CLOSED: "green",
    State.CANCELLED: "yellow",
    State.FAILED: "bold red",
}


def document_of(access: BatchAccess, batch: Batch) -> dict[str, Any]:
    """Return a batch as the JSON object that `--json` prints."""
    ended = access.desk.ended(batch)
    names = ("id", "name", "state", "bucket", "prefix", "again", "images", "bytes", "fed")
    times = ("created_at", "started_at", "closed_at", "reported_at")
    return {
        **{name: getattr(batch, name) for name in names},
        "ended": ended.images,
        "ended_is_exact": ended.is_exact,
        "created_by": batch.created_by,
        **{name: getattr(batch, name) for name in times},
        "reason": batch.reason,
        "report": access.report_uris(batch) if batch.reported_at else None,
    }


def show_batch(access: BatchAccess, batch: Batch, console: Console) -> None:
    """Print what is known of a batch, a line each."""
    ended = access.desk.ended(batch)
    listed = "" if batch.state is not State.LISTING else " so far"
    lines = {
        "Batch": batch.id if batch.name == batch.id else f"{batch.id} ({batch.name})",
        "State": str(batch.state),
        "Reason": batch.reason,
        "Of": batch.uri,
        "By": batch.created_by,
        "Images": f"{batch.images:,}{listed}, {decimal(batch.bytes)}",
        "Sent": f"{batch.fed:,}",
        "Ended": f"{'' if ended.is_exact else 'at least '}{ended.images:,}",
        "Created": batch.created_at,
        "Started": batch.started_at,
        "Over": batch.closed_at,
        **(access.report_uris(batch) if batch.reported_at else {}),
    }
    for name, value in lines.items():
        if value is not None:
            console.print(
                f"{name:8} {printable(value)}", highlight=False, markup=False, soft_wrap=True
            )


def show_batches(batches: Sequence[Batch], console: Console) -> None:
    """Print batches as a table."""
    table = Table()
    table.add_column("Batch", no_wrap=True)
    for heading in ("State", "Of"):
        table.add_column(heading, overflow="fold")
    table.add_column("Images", justify="right")
    table.add_column("Created", no_wrap=True)
    for found in batches:
        table.add_row(
            found.id,
            Text(str(found.state), style=_STYLES.get(found.state, "cyan")),
            Text(printable(found.uri)),
            f"{found.images:,}",
            found.created_at[:19].replace("T", " "),
        )
    console.print(table)


def summary_lines(summary: JsonObject) -> list[str]:
    """Return what a report counts, for people."""
    statuses = ", ".join(f"{count:,} {status}" for status, count in summary["statuses"].items())
    paid, reused = summary["paid"], summary["reused"]
    return [
        f"Batch {summary['batch']} is {summary['state']}: {summary['ended']:,} of "
        f"{summary['images']:,} images have ended" + (f" ({statuses})." if statuses else "."),
        f"{summary['with_text']:,} have text; {summary['reported']:,} are in the report.",
        f"Paid calls: {paid['labels']:,} for labels, {paid['text']:,} for text.",
        f"Answers that were there already: {sum(reused.values()):,}.",
    ]
