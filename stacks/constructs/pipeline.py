"""The pipeline: the two queues, the two stages of recognition, and what each may do."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambdas.common.environment import InspectImageEnvironment, ReadTextEnvironment
from stacks.constructs.batches import Batches
from stacks.constructs.function import PythonFunction
from stacks.constructs.layers import Layers
from stacks.constructs.queue import WorkQueue
from stacks.constructs.records import Records
from stacks.constructs.storage import Storage
from stacks.constructs.topics import Topics
from stacks.settings import Settings

IMAGE_SECONDS, TEXT_SECONDS = 2.0, 1.5
"""How long a function is busy with an image, with a margin: reading, decoding, the paid call, and
a wait for its turn. Times the quota, it is the concurrency that uses the quota."""

READ_TEXT_MEMORY_MB = 256


class Pipeline(Construct):
    """From an object in the input bucket to a record, a result and an announcement."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        storage: Storage,
        records: Records,
        topics: Topics,
        batches: Batches,
        layers: Layers,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._storage = storage
        self._records = records
        self._topics = topics
        self._layers = layers
        self._removal_policy = removal_policy
        self._batches = batches
        timeout = Duration.seconds(settings.seconds_per_image * settings.batch_size)
        self.images = WorkQueue(self, "Images", timeout=timeout)
        self.text = WorkQueue(self, "Text", timeout=timeout)
        self.inspect_image = self._inspect_image(timeout)
        self.read_text = self._read_text(timeout)
        storage.announce_arrivals(self.images.queue)

    def _inspect_image(self, timeout: Duration) -> PythonFunction:
        settings = self._settings
        environment = InspectImageEnvironment(
            **self._shared(self.images, self._batches.images),
            calls_per_second=settings.labels_quota,
            reuse_answers=settings.reuse_answers,
            input_bucket=self._storage.input.bucket_name,
            text_queue_url=self.text.queue.queue_url,
            text_rule=str(settings.text_rule),
            features=(
                "GENERAL_LABELS,IMAGE_PROPERTIES" if settings.image_properties else "GENERAL_LABELS"
            ),
            recipe=settings.recipe,
            processed_format=settings.processed_format,
            thumbnail_pixels=settings.thumbnail_pixels,
            max_bytes=settings.max_bytes,
            max_pixels=settings.max_pixels,
            max_scaled_pixels=settings.max_scaled_pixels,
            min_confidence=settings.min_confidence,
            max_labels=settings.max_labels,
        )
        worker = PythonFunction(
            self,
            "InspectImage",
            package="inspect_image",
            packages=["imaging"],
            environment=environment,
            layers=[self._layers.imaging, self._layers.powertools],
            timeout=timeout,
            memory_mb=settings.memory_mb,
            log_days=settings.log_days,
            removal_policy=self._removal_policy,
        )
        # Two queues, so that a batch of a million images does not keep uploads waiting.
        for queue, name in (
            (self.images, "images_concurrency"),
            (self._batches.images, "batch_concurrency"),
        ):
            queue.feed(
                worker,
                batch_size=settings.batch_size,
                max_concurrency=settings.concurrency(name, settings.labels_quota, IMAGE_SECONDS),
            )
            # A message that announces several images is taken apart; one that has waited for its
            # turn for days is sent anew, before SQS deletes it.
            queue.queue.grant(worker.role, "sqs:SendMessage")
        self._grant_ending(worker.role)
        self._grant_detection(worker.role, "rekognition:DetectLabels")
        for prefix in ("processed/", "rekognition/", "thumbnails/"):
            self._storage.grant_objects(
                worker.role, self._storage.processed, prefix, "s3:PutObject"
            )
        self.text.queue.grant(worker.role, "sqs:SendMessage")
        self._batches.grant_originals(worker.role)
        return worker

    def _read_text(self, timeout: Duration) -> PythonFunction:
        settings = self._settings
        environment = ReadTextEnvironment(
            **self._shared(self.text),
            calls_per_second=settings.text_quota,
            min_text_confidence=settings.min_text_confidence,
        )
        worker = PythonFunction(
            self,
            "ReadText",
            package="read_text",
            environment=environment,
            layers=[self._layers.powertools],
            timeout=timeout,
            memory_mb=READ_TEXT_MEMORY_MB,
            log_days=settings.log_days,
            removal_policy=self._removal_policy,
        )
        self.text.feed(
            worker,
            batch_size=settings.batch_size,
            max_concurrency=settings.concurrency(
                "text_concurrency", settings.text_quota, TEXT_SECONDS
            ),
        )
        self._grant_ending(worker.role)
        self._grant_detection(worker.role, "rekognition:DetectText")
        # What has waited for its turn for days is sent anew, before SQS deletes it.
        self.text.queue.grant(worker.role, "sqs:SendMessage")
        return worker

    def _shared(self, *queues: WorkQueue) -> dict[str, Any]:
        settings = self._settings
        return {
            "queues": Stack.of(self).to_json_string([queue.address for queue in queues]),
            "batches_queue_url": self._batches.control.queue.queue_url,
            "processed_bucket": self._storage.processed.bucket_name,
            "record_table": self._records.table.table_name,
            "results_topic_arn": self._topics.results.topic_arn,
            "review_rule": str(settings.review_rule),
            "max_attempts": settings.max_attempts,
            "retry_seconds": settings.retry_seconds,
            "seconds_per_image": settings.seconds_per_image,
            "function_seconds": settings.seconds_per_image * settings.batch_size,
            "answer_days": settings.answer_days,
            "record_days": settings.record_days,
        }

    def _grant_ending(self, role: iam.IRole) -> None:
        """What it takes to bring an image to its terminal state."""
        role.add_to_principal_policy(
            # Said by hand: the table's own grant would take its indexes in.
            iam.PolicyStatement(
                actions=[
                    "dynamodb:BatchWriteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ],
                resources=[self._records.table.table_arn],
            )
        )
        self._storage.grant_objects(
            role, self._storage.processed, "results/", "s3:GetObject", "s3:PutObject"
        )
        self._topics.grant_publish(self._topics.results, role)
        # The last image of a batch asks for its report.
        self._batches.grant_requests(role)

    def _grant_detection(self, role: iam.IRole, action: str) -> None:
        """A Rekognition call, and the reading of what it is given: S3 asks for the caller's."""
        storage = self._storage
        role.add_to_principal_policy(
            # Rekognition's Detect actions know no resources.
            iam.PolicyStatement(actions=[action], resources=["*"])
        )
        storage.grant_objects(role, storage.input, "", "s3:GetObject", "s3:GetObjectVersion")
        storage.grant_objects(role, storage.processed, "rekognition/", "s3:GetObject")
        role.add_to_principal_policy(
            # Without it S3 answers 403 instead of 404 for an object that is gone, and a deleted
            # image could not be told from a missing permission.
            iam.PolicyStatement(
                actions=["s3:ListBucket"],
                resources=[storage.input.bucket_arn, storage.processed.bucket_arn],
            )
        )
