"""Review: what people decide about images, carried out in an order that survives a crash anywhere.

A decision is made by one transaction, which adds it to the image's history and to its record; of
two people at the same time, the second one's is refused. Then the result document, the items of
labels and the announcement follow. Whatever stopped half-way is finished by the next decision on
that image, by the same one asked for again, or by `resume`: every step may be repeated.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lambdas.common.clock import iso
from lambdas.common.errors import RetryableError
from lambdas.common.finish import Announcer
from lambdas.common.message import announcement
from lambdas.common.objects import ObjectStore
from lambdas.common.records.table import RecordTable
from lambdas.common.records.terms import terms, terms_of
from lambdas.common.result import Result
from lambdas.common.review.claims import check_unclaimed
from lambdas.common.review.corrections import apply, sight
from lambdas.common.review.deciding import Correction, Request, decide, is_repeat
from lambdas.common.review.decisions import (
    ConflictError,
    Decision,
    Entry,
    InvalidDecisionError,
    Kind,
)
from lambdas.common.review.table import Reviewed, ReviewTable
from lambdas.common.status import Status

_TRIES = 5
ANY_ANALYSIS = "any"
"""Instead of a time: whichever analysis was seen."""


@dataclass(frozen=True)
class Seen:
    """An image as somebody looked at it: how many decisions there were, and its `finished_at`.

    That is None where it had none.
    """

    reviews: int
    finished_at: str | None = ANY_ANALYSIS


class Reviews:
    """Decides about images; `now` is in seconds since the epoch.

    Every method raises a DecisionError when it cannot do what was asked: UnknownImageError,
    InvalidDecisionError, or ConflictError when somebody else was faster or the pipeline is at work.
    `by` names who decides; it is kept and announced, so it should be an identity, not a claim.
    """

    def __init__(
        self,
        *,
        objects: ObjectStore,
        dynamodb: Any,
        table: str,
        announce: Announcer,
        now: Callable[[], float],
    ) -> None:
        self._objects = objects
        self._dynamodb = dynamodb
        self._table_name = table
        self._table = ReviewTable(dynamodb, table)
        self._announce = announce
        self._now = now

    def decide(self, image_id: str, request: Request, *, seen: Seen | None = None) -> Entry:
        """Decide as a request says; the methods below name the four kinds.

        `seen` is the image as it was looked at: where somebody decided meanwhile, or it was
        analysed anew, the request is refused. The same request with the same number of decisions is
        one decision, however often it is made.
        """
        return self._decide(image_id, request, seen)

    def approve(self, image_id: str, *, by: str, comment: str | None = None) -> Entry:
        """Accept an image as it is: it becomes `done`."""
        return self._decide(image_id, Request(Kind.APPROVE, by, comment))

    def correct(
        self, image_id: str, correction: Correction, *, by: str, comment: str | None = None
    ) -> Entry:
        """Change labels or text; the image becomes, or stays, `done`."""
        return self._decide(image_id, Request(Kind.CORRECT, by, comment, correction))

    def reject(self, image_id: str, *, by: str, comment: str) -> Entry:
        """Refuse an image: it becomes `rejected`, with the comment as the reason."""
        return self._decide(image_id, Request(Kind.REJECT, by, comment))

    def undo(self, image_id: str, *, by: str, comment: str | None = None) -> Entry:
        """Take back the decision that stands; the one before it stands again, if there was one."""
        return self._decide(image_id, Request(Kind.UNDO, by, comment))

    def resume(self, image_id: str) -> Entry | None:
        """Carry out what a decision left half-way; return its entry, None if nothing was."""
        seen = self._table.read(image_id)
        if seen.due is None:
            return None
        entry = self._entry(image_id, seen.due)
        # Read first: should another have carried it out meanwhile, and somebody decided anew,
        # then there is nothing to hold.
        result = self._result(image_id)
        if not seen.status.is_terminal or not self._table.hold(seen, now=self._now()):
            raise _busy(image_id)
        self._carry_out(entry, result, seen)
        return entry

    def history(self, image_id: str, *, newest: int | None = None) -> list[Entry]:
        """Return what was decided about an image, all or the `newest` entries, oldest first."""
        self._table.read(image_id)
        return self._table.entries(image_id, newest=newest)

    def _decide(self, image_id: str, request: Request, expected: Seen | None = None) -> Entry:
        resumed = self.resume(image_id)
        for tries in range(_TRIES):
            if tries:
                time.sleep(random.uniform(0.05, 0.2) * tries)  # noqa: S311
            seen = self._table.read(image_id)
            if last := self._repeated(request, seen, resumed, expected):
                return last
            if expected is not None:
                self._check_seen(seen, expected)
            self._check_unclaimed(seen, request.who)
            if not seen.status.is_terminal:
                raise _busy(image_id)
            result = self._result(image_id)
            _check_agreement(seen, result)
            entry = self._made(request, seen, result)
            if self._table.add(entry, seen, now=self._now()) or self._is_ours(entry, seen):
                self._carry_out(entry, result, seen)
                return entry
        raise RetryableError(f"image {image_id} is busy; try again")

    def _check_seen(self, seen: Reviewed, expected: Seen) -> None:
        if expected.reviews != seen.reviews:
            raise self._decided_meanwhile(seen.image_id, seen.reviews)
        if expected.finished_at not in (ANY_ANALYSIS, seen.finished_at):
            raise ConflictError(
                f"image {seen.image_id} was analysed anew meanwhile; look again, then decide"
            )

    def _check_unclaimed(self, seen: Reviewed, who: str) -> None:
        holds = seen.claim is not None and seen.claim.until > self._now()
        check_unclaimed(seen.image_id, seen.claim if holds else None, who)

    def _repeated(
        self, request: Request, seen: Reviewed, resumed: Entry | None, expected: Seen | None
    ) -> Entry | None:
        """Return the last entry if it is what is asked for, such as after a crash."""
        if not seen.reviews:
            return None
        if expected is not None and seen.reviews != expected.reviews + 1:
            return None
        if request.kind is Kind.UNDO and resumed is None and expected is None:
            return None  # the next one is meant
        last = self._entry(seen.image_id, seen.reviews)
        repeated = is_repeat(request, last)
        return last if repeated and last.after.status is seen.status else None

    def _made(self, request: Request, seen: Reviewed, result: Result) -> Entry:
        decision = decide(request, result, number=seen.reviews + 1, at=iso(self._now()))
        stands: Decision | None = decision
        if decision.kind is Kind.UNDO and result.review is not None:
            stands = self._entry(seen.image_id, result.review.number).before.review
        after = sight(apply(result, stands))
        return Entry(seen.image_id, decision, sight(result), after, request.by_id)

    def _is_ours(self, entry: Entry, seen: Reviewed) -> bool:
        """Return whether a refused entry is there all the same: the SDK may write twice.

        Raises ConflictError when another one is, or when the pipeline has the image.
        """
        current = self._table.read(entry.image_id)
        if current.reviews != seen.reviews:
            if self._entry(entry.image_id, entry.number) == entry:
                return True
            raise self._decided_meanwhile(entry.image_id, entry.number)
        if current.leased_until > self._now() or current.status is not seen.status:
            raise _busy(entry.image_id)
        self._check_unclaimed(current, entry.who)
        return False

    def _decided_meanwhile(self, image_id: str, number: int) -> ConflictError:
        if not number:
            return ConflictError(f"image {image_id} is as if nobody had decided on it; look again")
        decision = self._entry(image_id, number).decision
        return ConflictError(
            f"image {image_id} was decided meanwhile: {decision.kind.past} by {decision.by}; "
            "look again"
        )

    def _carry_out(self, entry: Entry, result: Result, seen: Reviewed) -> None:
        """Let everybody know of a decision that was made; the image's lease is held."""
        image_id, decision = entry.image_id, entry.decision
        ended = self._written(entry, result)
        if ended is None:
            # If analysed again meanwhile, and not analysable: that end is the pipeline's to
            # announce, and the decision stands for an analysis that succeeds.
            announced = None
        else:
            announced = sight(ended)
            records = RecordTable(self._dynamodb, self._table_name, record_days=seen.record_days)
            known = terms(entry.before.labels, entry.before.text)
            records.write_terms(ended, known)
            records.remove_terms(image_id, known.keys() - terms_of(ended))
            taken_back = decision if decision.kind is Kind.UNDO else None
            reference = self._objects.result_reference(image_id)
            self._announce(announcement(ended, reference, taken_back))
        finished = self._table.finish(entry, announced, at=iso(self._now()))
        if not finished and self._is_due(entry):
            raise _busy(image_id)

    def _written(self, entry: Entry, result: Result) -> Result | None:
        """Write the result as it is with the decision, and return it.

        None where there is nothing to decide on any longer, or somebody else carried this out.
        """
        for _ in range(_TRIES):
            if not result.status.is_terminal:
                raise _busy(entry.image_id)
            if result.review is None and result.status in (Status.REJECTED, Status.FAILED):
                return None
            ended = apply(result, entry.after.review)
            if ended == result or self._objects.write_result(ended):
                return ended
            result = self._result(entry.image_id)
            # Asked after reading it: whoever decides anew changes it later, and then this fails.
            if not self._is_due(entry):
                return None
        raise RetryableError(f"the result of image {entry.image_id} changes all the time")

    def _result(self, image_id: str) -> Result:
        result = self._objects.read_result(image_id)
        if result is None:
            raise InvalidDecisionError(
                f"the full result of image {image_id} is not there (yet, or no longer); without it "
                "nothing can be decided"
            )
        return result

    def _entry(self, image_id: str, number: int) -> Entry:
        entry = self._table.entry(image_id, number)
        if entry is None:
            raise RetryableError(f"entry {number} of the history of image {image_id} is missing")
        return entry

    def _is_due(self, entry: Entry) -> bool:
        return self._table.read(entry.image_id).due == entry.number


def _busy(image_id: str) -> ConflictError:
    return ConflictError(
        f"the pipeline is at work on image {image_id}; ask again when it has ended"
    )


def _check_agreement(seen: Reviewed, result: Result) -> None:
    if (seen.status, seen.finished_at) != (result.status, result.finished_at):
        raise ConflictError(
            f"the record and the result of image {seen.image_id} do not agree: the pipeline is at "
            "work on it, or `sightline audit` says what is wrong"
        )
