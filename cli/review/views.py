"""How images in review, and the decisions on them, are shown."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.common.printable import printable
from lambdas.common.records.queries import Record
from lambdas.common.result import Label, Result
from lambdas.common.review.decisions import Decision, Entry

_SHOWN_LABELS = 10


def table_to_review(records: Sequence[Record], console: Console) -> None:
    """Print images with the reasons why a person should look."""
    table = Table(show_lines=True)
    for heading in ("Image", "Why", "Labels", "Text"):
        table.add_column(heading, overflow="fold")
    table.add_column("Id", no_wrap=True)
    for record in records:
        labels = [f"{one['name']} {float(one['confidence']):.0f}" for one in record["labels"]]
        table.add_row(
            _text(str(record["key"])),
            _text("; ".join(record["review_reasons"])),
            _text(", ".join(labels[:_SHOWN_LABELS]) or "none"),
            _text(" | ".join(record["text"]) or "none"),
            record["image_id"],
        )
    console.print(table)


def show_image(result: Result, console: Console) -> None:
    """Print everything that a person needs for a decision about one image."""
    lines = [("Image", result.source.uri), ("Status", str(result.status))]
    if result.processed is not None:
        lines.append(("Copy", result.processed.uri))
    if result.reason:
        lines.append(("Reason", result.reason))
    lines += [("Why", reason) for reason in result.review_reasons]
    lines.append(("Labels", _labels(result.labels)))
    lines += _numbered(result.lines)
    if result.detected is not None:
        found = result.changed(labels=result.detected.labels, text=result.detected.text)
        lines.append(("Found", _labels(found.labels)))
        lines.append(("", " | ".join(found.lines) or "no text"))
    if result.review is not None:
        lines.append(("Decided", _decision(result.review)))
    for name, value in lines:
        console.print(Text(f"{name:8} {printable(value)}"), soft_wrap=True)


def table_of_history(entries: Iterable[Entry], console: Console) -> None:
    """Print the decisions on an image, oldest first."""
    table = Table(show_lines=True)
    for heading in ("#", "Decision", "By", "At (UTC)", "Comment", "Changes"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        decision = entry.decision
        table.add_row(
            str(entry.number),
            str(decision.kind),
            _text(decision.by),
            decision.at[:19].replace("T", " "),
            _text(decision.comment or ""),
            _text("; ".join(changes(entry)) or "none"),
        )
    console.print(table)


def changes(entry: Entry) -> list[str]:
    """Return in words what an entry of the history changed."""
    before, after = entry.before, entry.after
    said = []
    if before.status is not after.status:
        said.append(f"{before.status} to {after.status}")
    names = [[name for name, _ in seen.labels] for seen in (before, after)]
    said += [f"label {name} added" for name in names[1] if name not in names[0]]
    said += [f"label {name} removed" for name in names[0] if name not in names[1]]
    if before.text != after.text:
        said.append(
            f"text '{' | '.join(before.text)}' to '{' | '.join(after.text)}'"
            if after.text
            else f"text '{' | '.join(before.text)}' removed"
        )
    return said


def _labels(labels: Iterable[Label]) -> str:
    return ", ".join(f"{label.name} {label.confidence:.0f}" for label in labels) or "none"


def _numbered(lines: Sequence[str]) -> list[tuple[str, str]]:
    if not lines:
        return [("Text", "none")]
    return [("Text" if number == 0 else "", line) for number, line in enumerate(lines)]


def _decision(decision: Decision) -> str:
    comment = f": {decision.comment}" if decision.comment else ""
    return f"{decision.kind.past} by {decision.by} at {decision.at}{comment}"


def _text(text: str) -> Text:
    return Text(printable(text))
