"""Records, results and originals of images, read for an audit."""

from dataclasses import replace

from cli.audit.image import AuditedImage, source_in
from cli.audit.reading import Listed
from cli.deployment import Deployment
from lambdas.common.image import image_id
from lambdas.common.objects import ObjectStore
from lambdas.common.records.queries import Record, RecordQueries
from lambdas.common.result import Result
from lambdas.common.status import Status


class Stores:
    """Where images are: the input bucket, the record table, the processed bucket."""

    def __init__(self, deployment: Deployment) -> None:
        self.s3, self.dynamodb = deployment.client("s3"), deployment.client("dynamodb")
        self.input = deployment.output("InputBucketName")
        self.processed = deployment.output("ProcessedBucketName")
        self.table = deployment.output("RecordTableName")
        self.records = RecordQueries(self.dynamodb, self.table)
        self._objects = ObjectStore(self.s3, self.processed)

    def of_objects(self, page: list[Listed]) -> list[AuditedImage]:
        """Return the images of objects, with their records."""
        ids = [image_id(one.source) for one in page]
        records = self.records.get(ids)
        return [
            AuditedImage(
                image_id=found,
                source=one.source,
                record=records.get(found),
                arrived_at=one.modified,
                is_current=one.is_current,
            )
            for found, one in zip(ids, page, strict=True)
        ]

    def of_ids(self, ids: list[str]) -> list[AuditedImage]:
        """Return the images of these ids, with their records; without one, little is known."""
        records = self.records.get(ids)
        return [_of_record(found, records.get(found)) for found in ids]

    def completed(self, image: AuditedImage) -> AuditedImage:
        """Return an image with its result, if it has ended, and whether its original is gone.

        The original is looked for only if the listing has not brought it. One of another bucket
        is its owner's to keep or to delete.
        """
        status = None if image.record is None else Status(image.record["status"])
        if status is Status.DELETED:
            # It has no result any more. Since its original was listed, it may have gone.
            if image.arrived_at is None or image.source is None:
                return image
            return replace(image, is_gone=not self._objects.exists(image.source))
        if status is not None and status.is_terminal:
            image = replace(image, result=self.result(image.image_id))
        if image.arrived_at is None and image.source and image.source.bucket == self.input:
            image = replace(image, is_gone=not self._objects.exists(image.source))
        return image

    def reread(self, image: AuditedImage) -> AuditedImage:
        """Return an image as it is now."""
        record = self.records.get([image.image_id]).get(image.image_id)
        return self.completed(replace(image, record=record, result=None))

    def result(self, found: str) -> Result | str | None:
        """Return the result of an image; a sentence if it cannot be read, None if there is none."""
        try:
            return self._objects.read_result(found)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Another schema, or no document of ours at all.
            return f"{type(error).__name__}: {error}"


def _of_record(found: str, record: Record | None) -> AuditedImage:
    # What is left of a deleted image does not tell where it was.
    source = None if record is None or "bucket" not in record else source_in(record)
    return AuditedImage(image_id=found, source=source, record=record)
