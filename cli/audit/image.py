"""One image as an audit sees it, and what the audit knows beside it."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cli.audit.findings import Finding, Kind
from lambdas.common.image import ObjectReference
from lambdas.common.records.queries import Record
from lambdas.common.result import Result


@dataclass(frozen=True)
class Letter:
    """A dead letter of an image or a batch: the queue that it came from, its cause, since when.

    `is_dated` says that it tells the time itself: then equal times are those of one failure.
    """

    queue: str
    cause: str
    failed_at: datetime
    is_dated: bool


@dataclass(frozen=True)
class Surroundings:
    """What holds for all images and batches of an audit.

    `work_waiting` are the messages in the queues that bring images on, `control_waiting` those in
    the one that brings batches on. `letters` are those of images, `batch_letters` those of batches;
    `letters_complete` is False when some could not be seen. After `retry_seconds` all attempts of
    an image are over, after `control_retry_seconds` those of a step of a batch. `result_days`,
    `record_days` and `manifest_days` are how long results, records and the listings of batches are
    kept, None for ever.
    """

    now: datetime
    work_waiting: int
    control_waiting: int
    letters: Mapping[str, Sequence[Letter]]
    batch_letters: Mapping[str, Sequence[Letter]]
    letters_complete: bool
    retry_seconds: float
    control_retry_seconds: float
    result_days: float | None = None
    record_days: float | None = None
    manifest_days: float | None = None

    def age(self, moment: str | datetime) -> timedelta:
        """Return how long ago something was."""
        return self.now - (moment if isinstance(moment, datetime) else moment_of(moment))

    def is_kept(self, moment: str | datetime, days: float | None) -> bool:
        """Return whether what began at a moment and is kept for so many days is still there."""
        return days is None or self.age(moment) < timedelta(days=days)


@dataclass(frozen=True)
class AuditedImage:
    """What is known of one image; `result` is a sentence where it is there and cannot be read.

    `arrived_at` is None where no object was found; `is_current` is False where a newer version or
    a delete marker hides it, `is_gone` is True where it was looked for in vain.
    """

    image_id: str
    source: ObjectReference | None
    record: Record | None
    result: Result | str | None = None
    arrived_at: datetime | None = None
    is_current: bool = True
    is_gone: bool = False

    @property
    def uri(self) -> str | None:
        """`s3://bucket/key` of the original, if it is known."""
        return None if self.source is None else self.source.uri

    def finding(self, kind: Kind, what: str, do: str) -> Finding:
        """Return a finding about this image."""
        return Finding(kind, self.image_id, self.uri, what, do)

    @property
    def redrive(self) -> str:
        """The command that brings its dead letters back."""
        return f"sightline redrive --id {self.image_id}"

    def sent_again(self, *options: str) -> str:
        """Return what sends the image through the pipeline once more."""
        if self.source is None or self.is_gone:
            return "its original is gone, so it cannot be sent again"
        if not self.is_current:
            return (
                f"it was overwritten or deleted since; if version {self.source.version} is still "
                "wanted, copy it to where it was"
            )
        return " ".join(("sightline batch", shlex.quote(self.source.uri), *options))


def source_in(record: Record) -> ObjectReference:
    """Return the object that a record is about."""
    return ObjectReference(
        record["bucket"], record["key"], record.get("version"), record.get("etag")
    )


def last_sign(record: Record) -> str:
    """Return the last time that a record tells of, ISO 8601."""
    times = (value for name, value in record.items() if name.endswith("_at") and value)
    # `expires_at` is a number, and in the future.
    return max((time for time in times if isinstance(time, str)), key=moment_of)


def moment_of(text: str) -> datetime:
    """Return an ISO 8601 time; what names no zone is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
