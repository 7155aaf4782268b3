"""Images that are all in the queue before the first of them is worked on.

While they are uploaded, the event source is off; while they are worked off, only the queues' depths
are looked at, now and then. Otherwise a good half of what two cores can do goes into watching.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from lambdas.common.image import ObjectReference, image_id
from local.endpoint import LocalStack

_IMAGES, _TEXT = "ImagesQueueUrl", "TextQueueUrl"
_UPLOADS_AT_ONCE = 4
_LOOK_SECONDS = 0.5
_ARRIVE_SECONDS = 60.0
_DEPTHS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class Backlog:
    """The images queue of a local stack, and how it fills and empties."""

    def __init__(self, stack: LocalStack) -> None:
        self._outputs = stack.outputs()
        self._s3, self._sqs = stack.client("s3"), stack.client("sqs")
        self._lambda = stack.client("lambda")

    def warm_up(self, files: Sequence[bytes], prefix: str, timeout: float) -> None:
        """Have all functions of both stages started, which takes images for all of them at once.

        `timeout` is in seconds, for each stage.
        """
        self._switch(_TEXT, on=False)
        self.pile_up(files, prefix)
        self._switch(_IMAGES, on=True)
        self._wait_until_empty(_IMAGES, timeout)
        self._switch(_TEXT, on=True)
        self._wait_until_empty(_TEXT, timeout)

    def pile_up(self, files: Sequence[bytes], prefix: str) -> list[str]:
        """Upload files that nobody works on yet; return the ids of the images.

        Follow it with `work_off`.
        """
        self._switch(_IMAGES, on=False)
        ids = self._upload(files, prefix)
        for _ in self._looks(_ARRIVE_SECONDS, "the uploads' messages to arrive"):
            if self._depth(_IMAGES) == len(files):
                break
        return ids

    def work_off(self, timeout: float) -> None:
        """Let the images be worked on, and return when the queues are empty.

        `timeout` is in seconds, for each stage.
        """
        self._switch(_IMAGES, on=True)
        # In this order: what leaves the first queue is in the second one by then.
        self._wait_until_empty(_IMAGES, timeout)
        self._wait_until_empty(_TEXT, timeout)

    def _upload(self, files: Sequence[bytes], prefix: str) -> list[str]:
        bucket = self._outputs["InputBucketName"]

        def put(item: tuple[int, bytes]) -> str:
            key = f"{prefix}/{item[0]}.jpg"
            answer = self._s3.put_object(Bucket=bucket, Key=key, Body=item[1])
            return image_id(ObjectReference(bucket, key, answer["VersionId"]))

        with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
            return list(pool.map(put, enumerate(files)))

    def _switch(self, queue: str, *, on: bool) -> None:
        """Switch the event source of a queue on or off."""
        arn = self._sqs.get_queue_attributes(
            QueueUrl=self._outputs[queue], AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        (mapping,) = self._lambda.list_event_source_mappings(EventSourceArn=arn)[
            "EventSourceMappings"
        ]
        self._lambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)

    def _wait_until_empty(self, queue: str, timeout: float) -> None:
        for _ in self._looks(timeout, "the queues to be empty"):
            if not self._depth(queue):
                break

    def _depth(self, queue: str) -> int:
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._outputs[queue], AttributeNames=list(_DEPTHS)
        )["Attributes"]
        return sum(int(attributes[name]) for name in _DEPTHS)

    @staticmethod
    def _looks(timeout: float, what: str) -> Iterator[None]:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            yield
            time.sleep(_LOOK_SECONDS)
        raise RuntimeError(f"{timeout:.0f} s were not enough for {what}")
