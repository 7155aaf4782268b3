"""Results as tests need them."""

from typing import Any

from lambdas.common.image import ObjectReference, image_id
from lambdas.common.result import Box, ImageFacts, Instance, Label, Result, TextDetection
from lambdas.common.status import Status

SOURCE = ObjectReference("input", "holiday/car.jpg", "v1")
RECEIVED_AT = "2026-11-21T09:30:00.123+00:00"
FINISHED_AT = "2026-11-21T09:30:02.456+00:00"
BOX = Box(left=0.1, top=0.2, width=0.3, height=0.4)
CAR = Label("Car", 97.5, instances=(Instance(96.25, BOX),), parents=("Vehicle",))
TREE = Label("Tree", 71.0)
LINE = TextDetection(id=0, kind="LINE", text="STOP", confidence=99.1, box=BOX)
WORD = TextDetection(id=1, kind="WORD", text="STOP", confidence=99.1, box=BOX, parent=0)


def result(status: Status = Status.DONE, **changes: Any) -> Result:
    """A complete result."""
    complete = Result(
        image_id=image_id(SOURCE),
        source=SOURCE,
        status=status,
        received_at=RECEIVED_AT,
        finished_at=FINISHED_AT,
        facts=ImageFacts(format="JPEG", width=1200, height=800, bytes=123_456),
        labels=(CAR, TREE),
        text=(LINE, WORD),
        text_expected=True,
        properties={"Quality": {"Brightness": 81.5}},
        models={"labels": "3.0", "text": "3.1"},
        processed=ObjectReference("processed", "processed/1.jpg"),
        rekognition_image=SOURCE,
    )
    return complete.changed(**changes)
