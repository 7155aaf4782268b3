"""The record table."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from lambdas.common.records.table import BY_STATUS, INDEX_KEYS


class Records(Construct):
    """One item per image, label and word, found by id, status, day, term and owner."""

    def __init__(
        self, scope: Construct, construct_id: str, *, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.TableV2(
            self,
            "Table",
            partition_key=_text("image_id"),
            sort_key=_text("item"),
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.dynamo_owned_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires_at",
            global_secondary_indexes=[_index(name, key) for name, key in INDEX_KEYS.items()],
            removal_policy=removal_policy,
        )


def _index(name: str, partition_key: str) -> dynamodb.GlobalSecondaryIndexPropsV2:
    # Keys only: a page of a list is read back from the table, and every write costs less. The
    # status comes with its key, which changes with it: that costs no further write.
    by_status = name == BY_STATUS
    kinds = dynamodb.ProjectionType
    return dynamodb.GlobalSecondaryIndexPropsV2(
        index_name=name,
        partition_key=_text(partition_key),
        sort_key=_text("received_at"),
        projection_type=kinds.INCLUDE if by_status else kinds.KEYS_ONLY,
        non_key_attributes=["status"] if by_status else None,
    )


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
