"""Feeding: the images of a batch are sent to be analysed, no faster than they are worked off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lambdas.common.arrival import Arrival, BatchMember
from lambdas.common.batches.batch import Batch
from lambdas.common.batches.table import BatchTable
from lambdas.common.errors import RetryableError
from lambdas.run_batch.manifests import BatchObjects, Manifest

HIGH_WATER = 10_000
"""Messages that may wait in the queue: enough for minutes at any quota, few enough that a
cancellation is quick and that none waits for as long as the queue keeps messages (14 days)."""
FULL_DELAY_SECONDS = 15
"""Wait before a full queue is looked at again; at 500 images a second 7,500 leave it meanwhile."""
_SEND_AT_ONCE = 10  # messages that one SendMessageBatch takes
_SENDS = 5


@dataclass(frozen=True, kw_only=True)
class Feeder:
    """Sends a batch's images to the queue; safe to kill anywhere, and to run twice at once."""

    table: BatchTable
    objects: BatchObjects
    sqs: Any
    queue_url: str
    now: Callable[[], str]

    def feed_pages(self, batch: Batch, out_of_time: Callable[[], bool]) -> tuple[Batch, int] | None:
        """Send pages until time is over or the queue is full.

        Returns the batch as it is then, and after how many seconds to go on. None when there is
        nothing to do for this message: another one is feeding, or the batch has been cancelled.
        """
        room = HIGH_WATER - self._waiting()
        while batch.fed_pages < batch.pages and room > 0:
            manifest = self.objects.read_manifest(batch.id, batch.fed_pages)
            self._send(batch, manifest)
            room -= len(manifest.sources)
            counted = self.table.add_fed(batch, images=len(manifest.sources))
            if counted is None:
                return None
            batch = counted
            if out_of_time():
                break
        # By what was sent, too: SQS's own count is up to a minute behind.
        return batch, 0 if room > 0 else FULL_DELAY_SECONDS

    def _waiting(self) -> int:
        name = "ApproximateNumberOfMessages"
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=[name])
        return int(answer["Attributes"][name])

    def _send(self, batch: Batch, manifest: Manifest) -> None:
        # The time is that of the feeding: an image of the input bucket keeps the one that it has.
        arrivals = (
            Arrival(source, self.now(), BatchMember(batch.id, manifest.first + place), batch.again)
            for place, source in enumerate(manifest.sources)
        )
        while some := list(islice(arrivals, _SEND_AT_ONCE)):
            self._send_some([arrival.to_json() for arrival in some])

    def _send_some(self, bodies: Sequence[str]) -> None:
        left = dict(enumerate(bodies))
        for _ in range(_SENDS):
            answer = self.sqs.send_message_batch(
                QueueUrl=self.queue_url,
                Entries=[{"Id": str(place), "MessageBody": body} for place, body in left.items()],
            )
            left = {int(found["Id"]): left[int(found["Id"])] for found in answer.get("Failed", [])}
            if not left:
                return
        raise RetryableError(f"SQS did not take {len(left)} messages: {answer['Failed'][0]}")
