"""Images as the API shows them, from their records and results."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambdas.api.caller import Caller
from lambdas.api.links import Links, shown_as, until
from lambdas.api.models.images import AWAITING_UPLOAD, Image, Summary
from lambdas.common.image import ObjectReference, thumbnail_key, upload_in
from lambdas.common.result import Result
from lambdas.common.review.claims import claim_in
from lambdas.common.review.decisions import Decision, decision_in
from lambdas.common.status import Status
from lambdas.common.tasks import Task

Record = Mapping[str, Any]
A_REVIEWER = "a reviewer"
_EXPIRED = "The link for the upload has expired; ask for another."
_EVENTS = ("received", "labelled", "done", "in_review", "rejected", "failed")


@dataclass(frozen=True)
class Pictures:
    """Shows images to one caller; `now` is in seconds since the epoch.

    After `processed_days` S3 deletes what was made of an image (0: never).
    """

    caller: Caller
    links: Links
    processed_bucket: str
    now: float
    processed_days: int

    def summary(self, record: Record) -> Summary:
        """Return an image as lists have it."""
        return Summary.model_validate(
            {
                **self._common(record),
                "labels": [_label_name(label) for label in record.get("labels", [])],
                "text": list(record.get("text", [])),
                "links": {"thumbnail": self._thumbnail(record)},
            }
        )

    def whole(
        self,
        record: Record,
        result: Result | None,
        *,
        original: ObjectReference | None,
        copy: ObjectReference | None,
    ) -> Image:
        """Return everything that is known of an image.

        `result` is None where there is none yet, or no longer; `original` where it is archived or
        gone. `copy` is one that browsers show, for an original that they do not.
        """
        document = _without_result(record) if result is None else result.to_document()
        facts = document.get("image")
        return Image.model_validate(
            {
                **self._common(record),
                "cause": record.get("cause"),
                "source": source_of(record).to_document(),
                "image": facts,
                "labels": document.get("labels", []),
                "text": document.get("text", []),
                "text_expected": document.get("text_expected", False),
                "properties": document.get("properties"),
                "models": document.get("models", {}),
                # Of a picture that others have uploaded before, nothing is paid: theirs to know.
                "paid": document.get("paid", []) if self.caller.is_admin else [],
                "review": self._decision(decision_in(record.get("review"))),
                "detected": document.get("detected"),
                "events": _events(record),
                "links": self._links(record, facts, result, original, copy),
                "links_expire_at": until(self.now),
            }
        )

    def document(self, result: Result) -> dict[str, Any]:
        """Return the result document, as it is for the caller."""
        document = result.to_document()
        if not self.caller.is_admin:
            # Both say whether somebody else has had the same picture.
            del document["paid"], document["content"]
        return {**document, "review": self._decision(result.review)}

    def awaited(self, task: Task, *, arrived: bool) -> Image:
        """Return an image of which there is no record yet, whether or not its file has arrived."""
        expired = not arrived and task.link_until < self.now
        nothing = dict.fromkeys(("thumbnail", "original", "preview", "processed"))
        return Image.model_validate(
            {
                "id": None,
                "task_id": task.id,
                "name": task.upload.name,
                "status": str(Status.RECEIVED) if arrived else AWAITING_UPLOAD,
                "received_at": None,
                "finished_at": None,
                "reason": _EXPIRED if expired else None,
                "width": None,
                "height": None,
                "review_reasons": [],
                "reviews": 0,
                "claim": None,
                "owner": {"id": task.upload.owner, "yours": task.upload.owner == self.caller.sub},
                "cause": None,
                "source": None,
                "image": None,
                "labels": [],
                "text": [],
                "text_expected": False,
                "properties": None,
                "models": {},
                "paid": [],
                "review": None,
                "detected": None,
                "events": [],
                "links": nothing,
                "links_expire_at": until(self.now),
            }
        )

    def _common(self, record: Record) -> dict[str, Any]:
        claim = claim_in(dict(record), now=self.now)
        owner = record.get("owner")
        return {
            "id": record["image_id"],
            "task_id": record.get("task_id"),
            "name": name_of(record["key"]),
            "status": record["status"],
            "received_at": record["received_at"],
            "finished_at": record.get("finished_at"),
            "reason": record.get("reason"),
            "width": _whole_number(record.get("width")),
            "height": _whole_number(record.get("height")),
            "review_reasons": list(record.get("review_reasons", [])),
            "reviews": int(record.get("reviews", 0)),
            "claim": None
            if claim is None
            else {
                "by": self.shown_name(claim.by),
                "until": claim.until_text,
                "yours": claim.who == self.caller.sub,
            },
            "owner": None if owner is None else {"id": owner, "yours": owner == self.caller.sub},
        }

    def shown_name(self, name: str) -> str:
        """Return a reviewer's name, to those who review; their addresses are nobody else's."""
        return name if self.caller.reviews or name == self.caller.name else A_REVIEWER

    def _decision(self, decision: Decision | None) -> dict[str, Any] | None:
        if decision is None:
            return None
        return {**decision.to_document(), "by": self.shown_name(decision.by)}

    def _has_copies(self, record: Record) -> bool:
        """Return whether the copies of an image have not expired.

        (A decision writes the result anew, but not them.)
        """
        if not self.processed_days:
            return True
        # Older records do not say when they were written: not before these.
        made = record.get("copies_at") or record.get("labelled_at") or record["received_at"]
        age = self.now - datetime.fromisoformat(made).timestamp()
        return age < self.processed_days * 86_400

    def _thumbnail(self, record: Record) -> str | None:
        if not record.get("thumbnail_key") or not self._has_copies(record):
            return None
        image_id = str(record["image_id"])
        return self.links.read(ObjectReference(self.processed_bucket, thumbnail_key(image_id)))

    def _links(
        self,
        record: Record,
        facts: Mapping[str, Any] | None,
        result: Result | None,
        original: ObjectReference | None,
        copy: ObjectReference | None,
    ) -> dict[str, str | None]:
        thumbnail = self._thumbnail(record)
        processed = result.processed if result and self._has_copies(record) else None
        return {
            "thumbnail": thumbnail,
            "original": self.links.read(original, saved_as=name_of(record["key"])),
            "preview": self._preview(record, facts, original, copy) or thumbnail,
            "processed": self.links.read(processed),
        }

    def _preview(
        self,
        record: Record,
        facts: Mapping[str, Any] | None,
        original: ObjectReference | None,
        copy: ObjectReference | None,
    ) -> str | None:
        # The copy first: an original in somebody else's bucket is not ours to link to.
        if copy is not None:
            kind = "image/png" if copy.key.endswith(".png") else "image/jpeg"
            return self.links.read(copy, shown_as=kind)
        content_type = shown_as(facts["format"] if facts else record.get("format"))
        if content_type is None:
            return None
        # Told what it is by us: what whoever uploaded it said may make a page of it.
        return self.links.read(original, shown_as=content_type)


def name_of(key: str) -> str:
    """Return what people call an object: the name of the file that was uploaded, or its key."""
    upload = upload_in(key)
    return key if upload is None else upload.name


def source_of(record: Record) -> ObjectReference:
    """Return where the original of an image lies."""
    return ObjectReference(
        record["bucket"], record["key"], record.get("version"), record.get("etag")
    )


def _without_result(record: Record) -> dict[str, Any]:
    """Return what a record alone has of a result: names and lines, and no places."""
    return {
        "labels": [
            {**_label_name(label), "instances": [], "parents": []}
            for label in record.get("labels", [])
        ],
        "text": [
            {
                "id": number,
                "kind": "LINE",
                "text": line,
                "confidence": None,
                "box": None,
                "parent": None,
            }
            for number, line in enumerate(record.get("text", []))
        ],
        "models": dict(record.get("models", {})),
    }


def _label_name(label: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": label["name"], "confidence": float(label["confidence"])}


def _events(record: Record) -> list[dict[str, str]]:
    found = [
        {"status": status, "at": record[f"{status}_at"]}
        for status in _EVENTS
        if record.get(f"{status}_at")
    ]
    return sorted(found, key=lambda event: event["at"])


def _whole_number(value: Any) -> int | None:
    return None if value is None else int(value)
