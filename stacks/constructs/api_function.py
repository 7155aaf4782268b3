"""The function that answers the API, and what it may do."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambdas.common.environment import ApiEnvironment
from lambdas.common.image import UPLOADS
from lambdas.common.records.table import INDEX_KEYS
from stacks.constructs.batches import Batches
from stacks.constructs.function import PythonFunction
from stacks.constructs.layers import Layers
from stacks.constructs.queue import WorkQueue
from stacks.constructs.records import Records
from stacks.constructs.storage import Storage
from stacks.constructs.topics import Topics
from stacks.settings import Settings

TIMEOUT = Duration.seconds(20)
"""Less than the 29 seconds after which API Gateway answers for it."""
MEMORY_MB = 1024
"""For its share of a processor: a person waits. An answer is a few hundred KB at most."""

_MADE_OF_IMAGES = ("processed/", "rekognition/", "results/", "thumbnails/")


class ApiFunction(Construct):
    """Reads and writes what the signed-in user may; `queues` are what it tells the depth of."""

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
        queues: dict[str, WorkQueue],
        layers: Layers,
        console: str | None,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.worker = PythonFunction(
            self,
            "Answer",
            package="api",
            environment=ApiEnvironment(
                record_table=records.table.table_name,
                input_bucket=storage.input.bucket_name,
                processed_bucket=storage.processed.bucket_name,
                results_topic_arn=topics.results.topic_arn,
                batches_queue_url=batches.control.queue.queue_url,
                queues=Stack.of(self).to_json_string(
                    [
                        {
                            "name": name,
                            "url": queue.queue.queue_url,
                            "dead_letters_url": queue.dead_letter_queue.queue_url,
                        }
                        for name, queue in queues.items()
                    ]
                ),
                console_origin=console or "",
                upload_minutes=settings.upload_minutes,
                uploads_per_user_per_day=settings.uploads_per_user_per_day,
                max_bytes=settings.max_bytes,
                days_to_glacier=settings.days_to_glacier,
                processed_days=settings.processed_days,
                text_rule=str(settings.text_rule),
                price_labels_per_1000=settings.price_labels_per_1000,
                price_text_per_1000=settings.price_text_per_1000,
            ),
            layers=[layers.powertools, layers.make_api()],
            timeout=TIMEOUT,
            memory_mb=MEMORY_MB,
            log_days=settings.log_days,
            removal_policy=removal_policy,
        )
        role = self.worker.role
        self._grant_records(role, records)
        self._grant_objects(role, storage)
        # The originals of batches are looked at and linked to like uploads.
        batches.grant_originals(role)
        batches.grant_requests(role)
        topics.grant_publish(topics.results, role)
        for queue in queues.values():
            for one in (queue.queue, queue.dead_letter_queue):
                one.grant(role, "sqs:GetQueueAttributes")
        role.add_to_principal_policy(
            # CloudWatch's GetMetricData knows no resources.
            iam.PolicyStatement(actions=["cloudwatch:GetMetricData"], resources=["*"])
        )

    def _grant_records(self, role: iam.IRole, records: Records) -> None:
        table = records.table.table_arn
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=[
                    "dynamodb:BatchGetItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
                resources=[table],
            )
        )
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["dynamodb:Query"],
                resources=[f"{table}/index/{name}" for name in INDEX_KEYS],
            )
        )

    def _grant_objects(self, role: iam.IRole, storage: Storage) -> None:
        originals, processed = storage.input, storage.processed
        # Links that it signs can do no more than it may itself.
        storage.grant_objects(role, originals, UPLOADS, "s3:PutObject")
        storage.grant_objects(
            role,
            originals,
            "",
            "s3:DeleteObjectVersion",
            "s3:GetObject",
            "s3:GetObjectVersion",
        )
        storage.grant_objects(role, processed, "batches/", "s3:GetObject")
        storage.grant_objects(role, processed, "results/", "s3:PutObject")
        for prefix in _MADE_OF_IMAGES:
            storage.grant_objects(role, processed, prefix, "s3:DeleteObject", "s3:GetObject")
        role.add_to_principal_policy(
            # Without it S3 answers 403 instead of 404 for an object that is gone.
            iam.PolicyStatement(
                actions=["s3:ListBucket"],
                resources=[originals.bucket_arn, processed.bucket_arn],
            )
        )
