"""Which image an id names, and which images a search finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from lambdas.api.access import may_delete, may_see
from lambdas.api.caller import Caller
from lambdas.api.errors import InvalidRequestError, NotFoundError
from lambdas.api.services import Services
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.records.terms import words_in
from lambdas.common.routes import Group
from lambdas.common.status import Status
from lambdas.common.tasks import Task

Record = dict[str, Any]
_DATE_LENGTH = 10
_FIRST_YEAR, _LAST_YEAR = 2000, 9000
"""Far from where counting days back and forth would leave the calendar."""


@dataclass(frozen=True)
class Found:
    """What an id names: a record, or a task of which there is no record yet.

    `original` is the task's file, once it is there.
    """

    record: Record | None
    task: Task | None = None
    original: ObjectReference | None = None


@dataclass(frozen=True)
class Finder:
    """Finds images for one caller."""

    services: Services
    caller: Caller

    def see(self, name: str) -> Found:
        """Return what an image id or a task id names.

        Raises NotFoundError for what is not there, and for what the caller may not see: nobody
        learns which it is.
        """
        found = self._named(name)
        if found.record is not None:
            if found.record["status"] == Status.DELETED or not may_see(found.record, self.caller):
                raise _nothing(name)
            return found
        task = found.task
        own = task is not None and task.upload.owner == self.caller.sub
        uploader = own and Group.UPLOADERS in self.caller.groups
        if task is None or not (uploader or self.caller.is_admin):
            raise _nothing(name)
        return found

    def record(self, name: str) -> Record:
        """Return the record that an id names; raises NotFoundError, also before there is one."""
        found = self.see(name)
        if found.record is None:
            raise _nothing(name)
        return found.record

    def deletable(self, name: str) -> Found:
        """Return what an id names, for its deletion; also what has been deleted already."""
        found = self._named(name)
        if found.record is None:
            return self.see(name)
        if not may_delete(found.record, self.caller):
            raise _nothing(name)
        return found

    def _named(self, name: str) -> Found:
        services = self.services
        records = services.queries.get([name])
        if name in records:
            return Found(records[name])
        task = services.tasks.get(name)
        if task is None:
            return Found(None)
        if task.image_id is not None:
            # Its record may have expired: then there is nothing any more.
            return Found(services.queries.get([task.image_id]).get(task.image_id))
        original = services.objects.current(services.env.input_bucket, task.upload.key)
        if original is None:
            return Found(None, task)
        found_id = image_id(original)
        return Found(services.queries.get([found_id]).get(found_id), task, original)


def search_words(text: str | None) -> Sequence[str]:
    """Return the words of a search; raises InvalidRequestError when there is none in it."""
    if text is None:
        return ()
    words = words_in(text)
    if not words:
        raise InvalidRequestError("query.text", "there is no word in it; give letters or digits")
    return words


def moment(value: str | None, where: str, *, end_of_day: bool = False) -> datetime | None:
    """Return a time, ISO 8601, in UTC where it says nothing else.

    A date is its beginning, or with `end_of_day` its last millisecond. Raises InvalidRequestError.
    """
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        if end_of_day and len(value) == _DATE_LENGTH:
            found = datetime.combine(found, time.max)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise InvalidRequestError(
            where, "give a date or a time such as 2026-11-21 or 2026-11-21T09:30:00Z"
        ) from error
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise InvalidRequestError(where, f"use a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return found


def _nothing(name: str) -> NotFoundError:
    return NotFoundError(f"there is no image {name} that you may see")
