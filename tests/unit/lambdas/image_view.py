"""The one image that a test is about, as the table and the bucket have it."""

from lambdas.common.image import ObjectReference, image_id, result_key
from lambdas.common.objects import ObjectStore
from lambdas.common.records.items import from_item, to_item
from lambdas.common.records.table import RECORD
from lambdas.common.result import JsonObject, Result
from lambdas.common.status import Status
from tests.unit.lambdas.aws_account import uploaded
from tests.unit.lambdas.conftest import INPUT, PROCESSED, client


class ImageView:
    """Looks at the image of a source, and changes what is known of it behind everybody's back."""

    source: ObjectReference
    table: str

    @property
    def id(self) -> str:
        return image_id(self.source)

    @property
    def record(self) -> JsonObject:
        """The record as it is now."""
        key = to_item({"image_id": self.id, "item": RECORD})
        answer = client("dynamodb").get_item(TableName=self.table, Key=key)
        return from_item(answer.get("Item", {}))

    def write_record(self, **values: object) -> None:
        """Bring the record into a state, however it got there; None removes an attribute."""
        item = {**self.record, "image_id": self.id, "item": RECORD, **values}
        client("dynamodb").put_item(TableName=self.table, Item=to_item(item))

    @property
    def status(self) -> Status | None:
        answer = client("dynamodb").get_item(
            TableName=self.table,
            Key=to_item({"image_id": self.id, "item": RECORD}),
            # The whole record takes moto twice as long.
            ProjectionExpression="#status",
            ExpressionAttributeNames={"#status": "status"},
        )
        status = from_item(answer.get("Item", {})).get("status")
        return None if status is None else Status(status)

    @property
    def result(self) -> Result:
        stored = ObjectStore(client("s3"), PROCESSED).read_result(self.id)
        assert stored is not None
        return stored

    @property
    def items(self) -> dict[str, JsonObject]:
        """Everything that the table has of the image, by item."""
        answer = client("dynamodb").query(
            TableName=self.table,
            KeyConditionExpression="image_id = :id",
            ExpressionAttributeValues=to_item({":id": self.id}),
        )
        return {item["item"]: item for item in map(from_item, answer["Items"])}

    @property
    def found_by(self) -> set[str]:
        """The keys under which the image is found, those of labels and those of words."""
        return {item["term"] for item in self.items.values() if "term" in item}

    def read(self, key: str) -> bytes:
        """An object of the processed bucket."""
        body: bytes = client("s3").get_object(Bucket=PROCESSED, Key=key)["Body"].read()
        return body

    def delete_result(self) -> None:
        client("s3").delete_object(Bucket=PROCESSED, Key=result_key(self.id))

    def delete_original(self) -> None:
        client("s3").delete_object(Bucket=INPUT, Key=self.source.key, VersionId=self.source.version)
        uploaded.cache_clear()
