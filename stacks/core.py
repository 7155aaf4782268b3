"""The core stack: everything from an uploaded image to its result, record and emails."""

import json
from typing import Any

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from constructs import Construct

from stacks.constructs.alarms import Alarms
from stacks.constructs.batches import Batches
from stacks.constructs.digest import Digest
from stacks.constructs.front import Front
from stacks.constructs.layers import Layers
from stacks.constructs.pipeline import Pipeline
from stacks.constructs.records import Records
from stacks.constructs.storage import Storage
from stacks.constructs.topics import Topics
from stacks.setting_types import Removal
from stacks.settings import Settings


class CoreStack(Stack):
    """Buckets, queues, functions, record table, topics and alarms."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        removal_policy = (
            RemovalPolicy.RETAIN if settings.removal is Removal.RETAIN else RemovalPolicy.DESTROY
        )
        self.storage = Storage(self, "Storage", settings=settings, removal_policy=removal_policy)
        self.records = Records(self, "Records", removal_policy=removal_policy)
        self.topics = Topics(self, "Topics", settings=settings, removal_policy=removal_policy)
        layers = Layers(self, "Layers", target=settings.layer_target)
        self.batches = Batches(
            self,
            "Batches",
            settings=settings,
            storage=self.storage,
            records=self.records,
            topics=self.topics,
            layers=layers,
            removal_policy=removal_policy,
        )
        self.pipeline = Pipeline(
            self,
            "Pipeline",
            settings=settings,
            storage=self.storage,
            records=self.records,
            topics=self.topics,
            batches=self.batches,
            layers=layers,
            removal_policy=removal_policy,
        )
        self.digest = Digest(
            self,
            "Digest",
            settings=settings,
            topics=self.topics,
            layers=layers,
            removal_policy=removal_policy,
        )
        queues = {
            "images": self.pipeline.images,
            "text": self.pipeline.text,
            "digest": self.digest.queue,
            "batch-images": self.batches.images,
            "batches": self.batches.control,
        }
        self.front = (
            Front(
                self,
                settings=settings,
                storage=self.storage,
                records=self.records,
                topics=self.topics,
                batches=self.batches,
                queues=queues,
                layers=layers,
                removal_policy=removal_policy,
            )
            if settings.api
            else None
        )
        Alarms(self, "Alarms", settings=settings, topic=self.topics.operations).watch(
            queues={
                "Images": self.pipeline.images,
                "Text": self.pipeline.text,
                "Digest": self.digest.queue,
            },
            backlogs={
                "BatchImages": self.batches.images,
                "Batches": self.batches.control,
            },
            functions={
                "InspectImage": self.pipeline.inspect_image,
                "ReadText": self.pipeline.read_text,
                "SendDigest": self.digest.send_digest,
                "RunBatch": self.batches.run_batch,
                **({"Api": self.front.function} if self.front else {}),
            },
            topics={
                "Results": self.topics.results,
                "Email": self.topics.email,
                "Review": self.topics.review,
            },
            apis={"Api": self.front.api.stage} if self.front else {},
        )
        self._output_names()
        self._output_settings(settings)

    def _output_names(self) -> None:
        """Name what people and the command line need; nothing has a physical name."""
        outputs = {
            "InputBucketName": self.storage.input.bucket_name,
            "AccessLogsBucketName": self.storage.access_logs.bucket_name,
            "ProcessedBucketName": self.storage.processed.bucket_name,
            "RecordTableName": self.records.table.table_name,
            "ResultsTopicArn": self.topics.results.topic_arn,
            "EmailTopicArn": self.topics.email.topic_arn,
            "ReviewTopicArn": self.topics.review.topic_arn,
            "OperationsTopicArn": self.topics.operations.topic_arn,
            "ImagesQueueUrl": self.pipeline.images.queue.queue_url,
            "ImagesDeadLetterQueueUrl": self.pipeline.images.dead_letter_queue.queue_url,
            "TextQueueUrl": self.pipeline.text.queue.queue_url,
            "TextDeadLetterQueueUrl": self.pipeline.text.dead_letter_queue.queue_url,
            "DigestQueueUrl": self.digest.queue.queue.queue_url,
            "DigestDeadLetterQueueUrl": self.digest.queue.dead_letter_queue.queue_url,
            "InspectImageFunctionName": self.pipeline.inspect_image.function.function_name,
            "ReadTextFunctionName": self.pipeline.read_text.function.function_name,
            "BatchImagesQueueUrl": self.batches.images.queue.queue_url,
            "BatchImagesDeadLetterQueueUrl": self.batches.images.dead_letter_queue.queue_url,
            "BatchesQueueUrl": self.batches.control.queue.queue_url,
            "BatchesDeadLetterQueueUrl": self.batches.control.dead_letter_queue.queue_url,
            "RunBatchFunctionName": self.batches.run_batch.function.function_name,
            "SendDigestFunctionName": self.digest.send_digest.function.function_name,
            **(self.front.outputs() if self.front else {}),
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)

    def _output_settings(self, settings: Settings) -> None:
        """Tell the command line what this stack was deployed with; nothing of it is secret."""
        public = {
            "stage": settings.stage,
            "max_bytes": settings.max_bytes,
            "batch_buckets": ",".join(settings.batch_buckets),
            "text_rule": str(settings.text_rule),
            "review_rule": str(settings.review_rule),
            "labels_per_second": settings.labels_quota,
            "text_per_second": settings.text_quota,
            "price_labels_per_1000": settings.price_labels_per_1000,
            "price_text_per_1000": settings.price_text_per_1000,
            "image_properties": settings.image_properties,
            "max_attempts": settings.max_attempts,
            "retry_seconds": settings.retry_seconds,
            "seconds_per_image": settings.seconds_per_image,
            "batch_size": settings.batch_size,
            "processed_days": settings.processed_days,
        }
        CfnOutput(self, "PublicSettings", value=json.dumps(public))
