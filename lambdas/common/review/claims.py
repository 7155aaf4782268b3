"""Claims: an image of the review stays with whoever is looking at it, for a while.

A claim is three attributes of the image's record: `claimed_by`, a name to show, `claimed_id`, who
that is, and `claimed_until`. It ends by itself, by the decision, or when it is given back; while
it holds, nobody else decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lambdas.common.records.items import Item, refused_update, to_item
from lambdas.common.records.table import RECORD
from lambdas.common.review.decisions import ConflictError, UnknownImageError
from lambdas.common.status import Status

CLAIM_SECONDS = 15 * 60.0
"""How long an image stays with whoever claimed it: a closed browser must not keep it for long."""

UNCLAIMED = "(attribute_not_exists(claimed_id) OR claimed_id = :who OR claimed_until < :now)"
"""The condition that nobody but `:who` holds a record at `:now`."""
END_OF_CLAIM = "claimed_by, claimed_id, claimed_until"
"""The attributes to remove."""


@dataclass(frozen=True)
class Claim:
    """Who is looking at an image; `until` is in seconds since the epoch.

    `who` is the person, whose name `by` may change: a user's `sub`.
    """

    by: str
    who: str
    until: float

    @property
    def until_text(self) -> str:
        """The end of the claim, ISO 8601 in UTC."""
        return datetime.fromtimestamp(self.until, UTC).isoformat(timespec="seconds")


def claim_in(item: Item, *, now: float) -> Claim | None:
    """Return the claim that holds on a record now; None if there is none."""
    if "claimed_id" not in item or float(item["claimed_until"]) <= now:
        return None
    return Claim(str(item["claimed_by"]), str(item["claimed_id"]), float(item["claimed_until"]))


def check_unclaimed(image_id: str, claim: Claim | None, who: str) -> None:
    """Raise ConflictError when the claim is somebody else's."""
    if claim is not None and claim.who != who:
        raise ConflictError(f"image {image_id} is claimed by {claim.by} until {claim.until_text}")


class Claims:
    """Claims images and gives them back; `now` is in seconds since the epoch."""

    def __init__(self, dynamodb: Any, table_name: str, *, now: Callable[[], float]) -> None:
        self._dynamodb = dynamodb
        self._table = table_name
        self._now = now

    def claim(self, image_id: str, *, by: str, who: str) -> Claim:
        """Keep an image in review for one person, CLAIM_SECONDS from now; again to keep it longer.

        `by` is the name that others are shown. Raises UnknownImageError, and ConflictError when
        somebody else has it or it is no longer in review.
        """
        now = self._now()
        claim = Claim(by, who, now + CLAIM_SECONDS)
        refused = self._change(
            image_id,
            UpdateExpression="SET claimed_by = :by, claimed_id = :who, claimed_until = :until",
            ConditionExpression=f"#status = :in_review AND {UNCLAIMED}",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=to_item(
                {
                    ":by": by,
                    ":who": who,
                    ":until": claim.until,
                    ":now": now,
                    ":in_review": str(Status.IN_REVIEW),
                }
            ),
        )
        if refused is None:
            return claim
        _check_there(image_id, refused)
        check_unclaimed(image_id, claim_in(refused, now=now), who)
        raise ConflictError(f"image {image_id} is {refused['status']} by now, not in review")

    def release(self, image_id: str, *, who: str, anybodys: bool = False) -> None:
        """Give an image back; with `anybodys`, one that somebody else has claimed, too.

        Nothing changes where there is no claim. Raises UnknownImageError, and ConflictError when
        the claim is somebody else's.
        """
        now = self._now()
        refused = self._change(
            image_id,
            UpdateExpression=f"REMOVE {END_OF_CLAIM}",
            ConditionExpression="attribute_exists(image_id)"
            + ("" if anybodys else f" AND {UNCLAIMED}"),
            **(
                {}
                if anybodys
                else {"ExpressionAttributeValues": to_item({":who": who, ":now": now})}
            ),
        )
        if refused is not None:
            _check_there(image_id, refused)
            check_unclaimed(image_id, claim_in(refused, now=now), who)

    def _change(self, image_id: str, **update: Any) -> Item | None:
        """Change a record; return the one that stands against it, empty if there is none."""
        key = to_item({"image_id": image_id, "item": RECORD})
        return refused_update(self._dynamodb, TableName=self._table, Key=key, **update)


def _check_there(image_id: str, item: Item) -> None:
    if not item:
        raise UnknownImageError(f"there is no image {image_id}")
