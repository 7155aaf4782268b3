"""A reviewer's desk: one image that went through both stages, and the decisions on it."""

from collections.abc import Callable
from typing import Any

from lambdas.common.arrival import Arrival, BatchMember
from lambdas.common.batches.batch import State
from lambdas.common.batches.table import BatchTable
from lambdas.common.finish import ResultsTopic
from lambdas.common.objects import ObjectStore
from lambdas.common.records.terms import terms_of
from lambdas.common.review.deciding import Correction
from lambdas.common.review.decisions import Entry
from lambdas.common.review.reviews import Reviews
from tests.unit.lambdas.batches import batch
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.steps import Steps
from tests.unit.lambdas.world import World, client

ADA, BOB = "arn:aws:iam::1:user/ada", "arn:aws:iam::1:user/bob"
TO_REVIEW = "labels:99"
"""A review rule that no picture here satisfies."""
BUS = {"Name": "Bus", "Confidence": 91.0, "Instances": [], "Parents": []}


TAXI = Correction(add_labels=("Taxi",), remove_labels=("Car",), text=("TAXI 42",))
Decide = Callable[[Reviews, str], Entry]

DECISIONS: dict[str, Decide] = {
    "approve": lambda reviews, image: reviews.approve(image, by=ADA),
    "correct": lambda reviews, image: reviews.correct(image, TAXI, by=ADA, comment="a taxi"),
    "reject": lambda reviews, image: reviews.reject(image, by=ADA, comment="blurred"),
}


def undo(reviews: Reviews, image: str) -> Entry:
    return reviews.undo(image, by=ADA)


class Desk(World):
    """An image with the labels Car and Tree and the text STOP, in review or done."""

    def __init__(self, review_rule: str = TO_REVIEW, **settings: Any) -> None:
        super().__init__(review_rule=review_rule, reuse_answers=False, **settings)
        self.upload()
        self.published_before = len(self.announced)

    def client(self, service: str) -> Any:
        stepped = super().client(service)
        if service == "dynamodb":
            stepped.get_paginator = client(service).get_paginator
        return stepped

    def reviews(self, steps: Steps | None = None) -> Reviews:
        """What decides; its requests are steps that can be struck."""
        self.steps = steps or Steps(seen=self._seen)
        return Reviews(
            objects=ObjectStore(self.client("s3"), PROCESSED),
            dynamodb=self.client("dynamodb"),
            table=self.table,
            announce=ResultsTopic(self.client("sns"), "arn:results"),
            now=self.clock.now,
        )

    def analyse_again(self, run: str = "again", *, drain: bool = True) -> None:
        """A batch that asks for the image to be analysed anew."""
        table = BatchTable(client("dynamodb"), self.table)
        table.create(batch(run, state=State.RUNNING, images=1))
        self.steps = Steps(seen=self._seen)
        self.start_container()
        arrival = Arrival(self.source, self.clock.iso(), BatchMember(run, 0), again=True)
        self.sqs.send_message(url("images"), arrival.to_json())
        if drain:
            self.drain()

    @property
    def label_items(self) -> dict[str, float]:
        """The labels under which the image is found, and their confidences."""
        return {
            item["label"]: float(item["confidence"])
            for item in self.items.values()
            if "label" in item
        }

    @property
    def label_names(self) -> list[str]:
        return [label.name for label in self.result.labels]

    @property
    def since(self) -> list[dict[str, Any]]:
        """What was announced after the first end."""
        return self.announced[self.published_before :]

    def agrees(self) -> bool:
        """Whether record, result, the items that find it and announcement say the same."""
        record, result = self.record, self.result
        return (
            record["status"] == str(result.status)
            and record["announced"] == record["status"]
            and "review_due" not in record
            and record.get("review") == (result.review.to_document() if result.review else None)
            and {label["name"]: float(label["confidence"]) for label in record["labels"]}
            == {label.name: label.confidence for label in result.labels}
            == self.label_items
            and self.found_by == {term.key for term in terms_of(result).values()}
            and list(record["text"]) == result.lines
            and record["reason"] == result.reason
            and float(record["lease_until"]) == 0
        )
