"""The files of a batch's report, made of its parts in bounded memory."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.batches.batch import Batch, State, report_keys
from lambdas.common.batches.message import MAX_REPORT_BYTES
from lambdas.common.result import JsonObject
from lambdas.common.status import Status
from lambdas.run_batch.manifests import BatchObjects
from lambdas.run_batch.rows import (
    COLUMNS,
    MAX_SORTED_ROWS,
    csv_lines,
    csv_row,
    shared_indexes,
    sort,
    text_line,
)
from lambdas.run_batch.uploads import PART_BYTES, GrowingObject

_KINDS = {"text": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"}
_READ_AT_ONCE = 16
"""Parts that are fetched together: ten thousand small ones then take well under a minute."""


@dataclass(frozen=True, kw_only=True)
class ReportFiles:
    """Writes report.txt, report.csv and summary.json of a batch."""

    objects: BatchObjects
    s3: Any
    bucket: str
    part_bytes: int = PART_BYTES
    max_sorted_rows: int = MAX_SORTED_ROWS

    def write(
        self, batch: Batch, at: JsonObject, out_of_time: Callable[[], bool]
    ) -> JsonObject | None:
        """Write the files of a round, or go on; return how far it is, None when they are there."""
        if at["counts"]["reported"] <= self.max_sorted_rows:
            rows = sort(row for _, rows in self._parts(batch, at, 0) for row in rows)
            shared = shared_indexes(rows)
            head = _head(batch, at["counts"])
            lines = (text_line(row, by_index=row["index"] not in shared) for row in rows)
            self._put(batch, "text", "".join([head["text"], *lines]))
            self._put(batch, "csv", head["csv"] + csv_lines(csv_row(row) for row in rows))
            return None
        file: JsonObject | None = at["file"] or {"kind": "text", "page": 0, "state": None}
        while file is not None:
            file = self._stream(batch, at, file, out_of_time)
            if out_of_time():
                break
        return file

    def write_summary(self, batch: Batch, summary: JsonObject) -> None:
        """Write summary.json."""
        self.s3.put_object(
            Bucket=self.bucket,
            Key=report_keys(batch.id)["summary"],
            Body=json.dumps(summary, ensure_ascii=False, indent=2).encode(),
            ContentType="application/json; charset=utf-8",
        )

    def short_text(self, batch: Batch, counts: JsonObject) -> str | None:
        """Return report.txt if it is short enough for a message."""
        if counts["reported"] > self.max_sorted_rows:
            return None
        where = {"Bucket": self.bucket, "Key": report_keys(batch.id)["text"]}
        answer = self.s3.get_object(**where)
        with answer["Body"] as body:
            return body.read().decode() if answer["ContentLength"] <= MAX_REPORT_BYTES else None

    def _stream(
        self, batch: Batch, at: JsonObject, file: JsonObject, out_of_time: Callable[[], bool]
    ) -> JsonObject | None:
        """Write one file until it is there or time is over; return where to go on, if anywhere."""
        kind = file["kind"]
        growing = GrowingObject(
            self.s3,
            self.bucket,
            report_keys(batch.id)[kind],
            _KINDS[kind],
            state=file["state"],
            part_bytes=self.part_bytes,
        )
        if file["state"] is None:
            growing.write(_head(batch, at["counts"])[kind])
        try:
            for page, rows in self._parts(batch, at, file["page"]):
                growing.write(_written(kind, rows, batch))
                # Time counts only when a part has left: what was gathered since is read again.
                if growing.send_part() and out_of_time():
                    return {"kind": kind, "page": page + 1, "state": growing.state}
            growing.finish()
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchUpload":
                raise
            # It was finished before a crash, or expired: this file is written anew.
            return {"kind": kind, "page": 0, "state": None}
        return {"kind": "csv", "page": 0, "state": None} if kind == "text" else None

    def _parts(
        self, batch: Batch, at: JsonObject, first: int
    ) -> Iterator[tuple[int, list[JsonObject]]]:
        with ThreadPoolExecutor(_READ_AT_ONCE) as pool:
            for start in range(first, at["page"], _READ_AT_ONCE):
                pages = range(start, min(start + _READ_AT_ONCE, at["page"]))
                parts = pool.map(
                    lambda page: self.objects.read_part(batch.id, at["round"], page), pages
                )
                yield from zip(pages, parts, strict=True)

    def _put(self, batch: Batch, kind: str, text: str) -> None:
        self.s3.put_object(
            Bucket=self.bucket,
            Key=report_keys(batch.id)[kind],
            Body=text.encode(),
            ContentType=_KINDS[kind],
        )


def _head(batch: Batch, counts: JsonObject) -> dict[str, str]:
    """Return what stands before the rows in each file."""
    head = ""
    if batch.state is State.CANCELLED:
        head += f"Cancelled: {counts['ended']:,} of {batch.images:,} images had ended.\n"
    if deleted := counts["statuses"].get(str(Status.DELETED)):
        head += f"Deleted: {deleted:,} of {batch.images:,} images.\n"
    return {
        "text": head,
        "csv": csv_lines([COLUMNS]),
    }


def _written(kind: str, rows: list[JsonObject], batch: Batch) -> str:
    if kind == "csv":
        return csv_lines(csv_row(row) for row in rows)
    # All rows are never together here, so only an image directly under the prefix is sure to be
    # the one with its number.
    return "".join(
        text_line(row, by_index="/" not in row["key"].removeprefix(batch.prefix).lstrip("/"))
        for row in rows
    )
