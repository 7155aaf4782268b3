"""What the people of these tests work on: images that went through both stages, over moto."""

import json
from itertools import count
from typing import Any

from lambdas.common.image import ObjectReference, Upload
from tests.images import encoded, photo
from tests.unit.lambdas.api.gateway import Person
from tests.unit.lambdas.conftest import INPUT
from tests.unit.lambdas.desk import TO_REVIEW
from tests.unit.lambdas.world import World, client

_QUEUES = ("images", "text")


class Office(World):
    """Every image has the labels Car and Tree and the text STOP; those to review are in review."""

    def __init__(self) -> None:
        super().__init__(review_rule="never", reuse_answers=False)
        self._tasks = count(1)
        sqs, sns = client("sqs"), client("sns")
        self.topic_arn = sns.create_topic(Name=f"results-{self.table}")["TopicArn"]
        self.batches_queue_url = sqs.create_queue(QueueName=f"batches-{self.table}")["QueueUrl"]
        self.queue_urls = {
            name: sqs.create_queue(QueueName=f"{name}-{self.table}")["QueueUrl"]
            for name in (*_QUEUES, *(f"{name}-dead" for name in _QUEUES))
        }

    @property
    def queues_json(self) -> str:
        return json.dumps(
            [
                {
                    "name": name,
                    "url": self.queue_urls[name],
                    "dead_letters_url": self.queue_urls[f"{name}-dead"],
                }
                for name in _QUEUES
            ]
        )

    def image_of(
        self,
        person: Person,
        *,
        in_review: bool = False,
        name: str = "car.jpg",
        lines: tuple[str, ...] = ("STOP",),
        task_id: str | None = None,
    ) -> str:
        """Have a person upload an image, and the pipeline end it; return its id."""
        task = task_id or f"{next(self._tasks):032x}"
        self.put(Upload(person.sub, task, name).key)
        self.rekognition.lines = list(lines)
        self.rules = "always", TO_REVIEW if in_review else "never"
        self.start_container()
        self.clock.time += 1
        self.upload()
        return self.id

    def batch_image(self) -> str:
        """An image that came through no API."""
        self.put("folder/bus.jpg")
        self.upload()
        return self.id

    def put(self, key: str) -> None:
        body = encoded(photo(), "JPEG")
        version = client("s3").put_object(Bucket=INPUT, Key=key, Body=body)["VersionId"]
        self.source = ObjectReference(INPUT, key, version)

    def item(self, image_id: str, item: str = "image") -> dict[str, Any] | None:
        answer = client("dynamodb").get_item(
            TableName=self.table, Key={"image_id": {"S": image_id}, "item": {"S": item}}
        )
        found: dict[str, Any] | None = answer.get("Item")
        return found
