"""A queue with its dead-letter queue."""

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.function import PythonFunction

VISIBILITY_FACTOR = 6
"""Visibility timeout in function timeouts: AWS's guidance for SQS event sources. With less, a
message that waits for a free function comes back before its first attempt is over."""

MAX_RECEIVES = 1000
"""The most that SQS takes, and only a backstop: functions count attempts themselves, since waiting
for the quota must not bring an image nearer to the dead-letter queue."""

RETENTION = Duration.days(14)
"""The longest that SQS keeps a message."""


class WorkQueue(Construct):
    """A queue that one function works off, and the dead-letter queue beside it.

    Both are encrypted by SQS and take TLS only. `timeout` is that of the function, `window` the
    time for which messages are gathered into a batch.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        timeout: Duration,
        window: Duration | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._window = window
        window_seconds = window.to_seconds() if window else 0
        self.dead_letter_queue = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=RETENTION,
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            # As long as the DLQ's: a backlog may take so long, and what functions send to the DLQ
            # is a new message, whose age begins there.
            retention_period=RETENTION,
            receive_message_wait_time=Duration.seconds(20),
            visibility_timeout=Duration.seconds(
                timeout.to_seconds() * VISIBILITY_FACTOR + window_seconds
            ),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letter_queue, max_receive_count=MAX_RECEIVES
            ),
        )

    @property
    def address(self) -> list[str]:
        """One entry of what `Queues.parse` reads, before it is JSON."""
        queue, dead_letters = self.queue, self.dead_letter_queue
        return [queue.queue_arn, queue.queue_url, dead_letters.queue_url]

    def feed(
        self,
        worker: PythonFunction,
        *,
        batch_size: int,
        max_concurrency: int,
    ) -> None:
        """Have a function work the queue off, with partial batch responses."""
        worker.function.add_event_source(
            event_sources.SqsEventSource(
                self.queue,
                batch_size=batch_size,
                max_batching_window=self._window,
                max_concurrency=max_concurrency,
                report_batch_item_failures=True,
            )
        )
        # The function itself sends what it gives up there, with the cause.
        self.dead_letter_queue.grant(worker.role, "sqs:SendMessage")
