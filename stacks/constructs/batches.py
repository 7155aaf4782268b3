"""Batches: the images that are in a bucket already, listed, fed to the pipeline and reported."""

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambdas.common.batches.environment import RunBatchEnvironment
from stacks.constructs.function import PythonFunction
from stacks.constructs.layers import Layers
from stacks.constructs.queue import WorkQueue
from stacks.constructs.records import Records
from stacks.constructs.storage import Storage
from stacks.constructs.topics import Topics
from stacks.setting_types import BucketNames
from stacks.settings import Settings

TIMEOUT = Duration.minutes(2)
"""45 seconds of work, then the page that was begun, and requests that are made several times."""
MEMORY_MB = 1024
"""50,000 rows to sort, or 16 pages of a report at once; it runs a few minutes for a batch."""
CONCURRENCY = 2
"""The least that an event source takes: a batch's steps follow each other anyway."""

ALL_BUCKETS = ("*",)


class Batches(Construct):
    """The two queues of batches, and the function that runs them.

    `images` has the images of all batches, for the function of the first stage; `control` says
    what is to be done next for a batch.
    """

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
        self._storage = storage
        self._buckets: BucketNames = settings.batch_buckets
        self.images = WorkQueue(
            self,
            "Images",
            timeout=Duration.seconds(settings.seconds_per_image * settings.batch_size),
        )
        self.control = WorkQueue(self, "Control", timeout=TIMEOUT)
        self.run_batch = PythonFunction(
            self,
            "RunBatch",
            package="run_batch",
            environment=RunBatchEnvironment(
                input_bucket=storage.input.bucket_name,
                processed_bucket=storage.processed.bucket_name,
                record_table=records.table.table_name,
                results_topic_arn=topics.results.topic_arn,
                batches_queue_url=self.control.queue.queue_url,
                batch_images_queue_url=self.images.queue.queue_url,
                text_rule=str(settings.text_rule),
                queues=Stack.of(self).to_json_string([self.control.address]),
                max_attempts=settings.max_attempts,
                retry_seconds=settings.retry_seconds,
            ),
            layers=[layers.powertools],
            timeout=TIMEOUT,
            memory_mb=MEMORY_MB,
            log_days=settings.log_days,
            removal_policy=removal_policy,
        )
        self.control.feed(self.run_batch, batch_size=1, max_concurrency=CONCURRENCY)
        self._grant_running(self.run_batch.role, records, topics)

    def grant_requests(self, role: iam.IRole) -> None:
        """Let a role ask for what is to be done for a batch, such as its report."""
        self.control.queue.grant(role, "sqs:SendMessage")

    def grant_originals(self, role: iam.IRole) -> None:
        """Let a role read the images of the buckets that batches may be made of."""
        self._grant_buckets(role, "/*", "s3:GetObject", "s3:GetObjectVersion")
        # As for the input bucket: without it an object that is gone looks like a refusal.
        self._grant_buckets(role, "", "s3:ListBucket")

    def _grant_running(self, role: iam.IRole, records: Records, topics: Topics) -> None:
        storage = self._storage
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucket", "s3:ListBucketVersions"],
                resources=[storage.input.bucket_arn],
            )
        )
        self._grant_buckets(role, "", "s3:ListBucket")
        storage.grant_objects(role, storage.processed, "batches/", "s3:GetObject", "s3:PutObject")
        role.add_to_principal_policy(
            # Said by hand: the table's own grant would take its indexes in.
            iam.PolicyStatement(
                actions=[
                    "dynamodb:BatchGetItem",
                    "dynamodb:GetItem",
                    "dynamodb:UpdateItem",
                ],
                resources=[records.table.table_arn],
            )
        )
        self.grant_requests(role)
        self.images.queue.grant(role, "sqs:GetQueueAttributes", "sqs:SendMessage")
        topics.grant_publish(topics.results, role)

    def _grant_buckets(self, role: iam.IRole, objects: str, *actions: str) -> None:
        """Grant actions on the buckets of the setting, or on their `objects`, which is a suffix."""
        if not self._buckets:
            return
        stack = Stack.of(self)
        is_all = self._buckets == ALL_BUCKETS
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=list(actions),
                resources=[
                    stack.format_arn(
                        service="s3", account="", region="", resource=f"{name}{objects}"
                    )
                    for name in self._buckets
                ],
                # A name that somebody else's bucket gets one day must not be let in by "all".
                conditions=(
                    {"StringEquals": {"aws:ResourceAccount": stack.account}} if is_all else None
                ),
            )
        )
        if is_all or objects:
            for name in self._buckets:
                Validations.of(role).acknowledge(
                    Acknowledgment(
                        id="AwsSolutions-IAM5"
                        f"[Resource::arn:<AWS::Partition>:s3:::{name}{objects}]",
                        reason="Batches may be made of these buckets (setting batch_buckets): "
                        "which objects, whoever makes a batch says; of all buckets, only this "
                        "account's are let in.",
                    )
                )
