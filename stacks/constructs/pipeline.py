"""The pipeline: the two queues, the two stages of recognition, and what each may do."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambdas.common.environment import InspectImageEnvironment, ReadTextEnvironment
from stacks.constructs.function import PythonFunction
from stacks.constructs.layers import Layers
from stacks.constructs.queue import WorkQueue
from stacks.constructs.records import Records
from stacks.constructs.storage import Storage
from stacks.constructs.topics import Topics
from stacks.settings import Settings

SECONDS_FOR_ONE_IMAGE = 60
"""Three attempts of a Rekognition call that takes its full read timeout, and the decoding."""

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
        timeout = Duration.seconds(SECONDS_FOR_ONE_IMAGE * settings.batch_size)
        self.images = WorkQueue(self, "Images", timeout=timeout, max_receives=settings.max_receives)
        self.text = WorkQueue(self, "Text", timeout=timeout, max_receives=settings.max_receives)
        self.inspect_image = self._inspect_image(timeout)
        self.read_text = self._read_text(timeout)
        storage.announce_arrivals(self.images.queue)

    def _inspect_image(self, timeout: Duration) -> PythonFunction:
        settings = self._settings
        environment = InspectImageEnvironment(
            **self._shared(),
            text_queue_url=self.text.queue.queue_url,
            text_rule=str(settings.text_rule),
            features=(
                "GENERAL_LABELS,IMAGE_PROPERTIES" if settings.image_properties else "GENERAL_LABELS"
            ),
            recipe=settings.recipe,
            processed_format=settings.processed_format,
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
        self.images.feed(
            worker,
            batch_size=settings.batch_size,
            max_concurrency=settings.images_concurrency,
        )
        self._grant_ending(worker.role)
        self._grant_detection(worker.role, "rekognition:DetectLabels")
        for prefix in ("processed/", "rekognition/"):
            self._storage.grant_objects(
                worker.role, self._storage.processed, prefix, "s3:PutObject"
            )
        self.text.queue.grant(worker.role, "sqs:SendMessage")
        return worker

    def _read_text(self, timeout: Duration) -> PythonFunction:
        settings = self._settings
        environment = ReadTextEnvironment(
            **self._shared(), min_text_confidence=settings.min_text_confidence
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
            max_concurrency=settings.text_concurrency,
        )
        self._grant_ending(worker.role)
        self._grant_detection(worker.role, "rekognition:DetectText")
        return worker

    def _shared(self) -> dict[str, Any]:
        settings = self._settings
        return {
            "processed_bucket": self._storage.processed.bucket_name,
            "record_table": self._records.table.table_name,
            "results_topic_arn": self._topics.results.topic_arn,
            "review_rule": str(settings.review_rule),
            "max_receives": settings.max_receives,
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
