"""Images through the API of which something has expired, is archived, or is somebody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.api.services import Services
from lambdas.common.arrival import Arrival, BatchMember
from lambdas.common.batches.batch import State
from lambdas.common.batches.table import BatchTable
from lambdas.common.image import ObjectReference, Upload
from lambdas.common.objects import ObjectStore
from lambdas.common.status import Status
from tests.images import encoded, photo
from tests.unit.lambdas.api.gateway import ADAM, ANNA, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.batches import batch
from tests.unit.lambdas.conftest import INPUT, PROCESSED, client
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.world import make_batch

DAY = 86_400
ELSEWHERE = "somebody-elses"


def test_without_its_result_an_image_shows_what_its_record_has(
    office: Office, gateway: Gateway
) -> None:
    image = office.image_of(ANNA)
    client("s3").delete_object(Bucket=PROCESSED, Key=f"results/{image}.json")

    found = gateway.ask(ANNA, "GET", f"/results/{image}").body

    assert [label["name"] for label in found["labels"]] == ["Car", "Tree"]
    assert [(line["text"], line["box"]) for line in found["text"]] == [("STOP", None)]
    assert found["links"]["processed"] is None
    assert gateway.ask(ANNA, "GET", f"/results/{image}/document").status == 404


def test_a_picture_that_browsers_show_is_shown_when_its_copy_has_expired(
    office: Office, gateway: Gateway
) -> None:
    key, s3 = Upload(ANNA.sub, "a" * 32, "a.avif").key, client("s3")
    put = s3.put_object(Bucket=INPUT, Key=key, Body=encoded(photo(), "AVIF"))
    office.source = ObjectReference(INPUT, key, put["VersionId"])
    office.upload()

    def preview() -> str:
        return str(gateway.ask(ANNA, "GET", f"/results/{office.id}").body["links"]["preview"])

    assert f"/rekognition/{office.id}.jpg" in preview()
    s3.delete_object(Bucket=PROCESSED, Key=f"rekognition/{office.id}.jpg")
    office.clock.time += 30 * DAY
    assert "response-content-type=image%2Favif" in preview()


class TestOfOldImages:
    def archived(self, office: Office) -> str:
        """An image whose original lies in the archive."""
        image = office.image_of(ANNA)
        source = office.source
        client("s3").copy_object(
            Bucket=source.bucket,
            Key=source.key,
            CopySource={"Bucket": source.bucket, "Key": source.key},
            StorageClass="GLACIER",
        )
        newest = client("s3").head_object(Bucket=source.bucket, Key=source.key)["VersionId"]
        client("dynamodb").update_item(
            TableName=office.table,
            Key={"image_id": {"S": image}, "item": {"S": "image"}},
            UpdateExpression="SET version = :version",
            ExpressionAttributeValues={":version": {"S": newest}},
        )
        return image

    def test_an_archived_original_has_no_link_and_the_thumbnail_is_shown(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = self.archived(office)
        office.clock.time += 40 * 86_400

        links = gateway.ask(ANNA, "GET", f"/results/{image}").body["links"]

        assert links["original"] is None
        assert "/thumbnails/" in links["preview"]

    def test_a_restored_one_has(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA)
        office.clock.time += 40 * 86_400

        links = gateway.ask(ANNA, "GET", f"/results/{image}").body["links"]

        assert links["original"] is not None
        assert "/thumbnails/" not in links["preview"]

    def test_what_was_made_of_it_has_no_links_once_it_has_expired(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA)

        def links() -> tuple[Any, Any]:
            one = gateway.ask(ANNA, "GET", f"/results/{image}").body["links"]
            (listed,) = gateway.ask(ANNA, "GET", "/results").body["items"]
            assert listed["links"] == {"thumbnail": one["thumbnail"]}
            return one["thumbnail"], one["processed"]

        office.clock.time += 364 * DAY
        assert None not in links()

        office.clock.time += 2 * DAY
        assert links() == (None, None)

    @pytest.mark.parametrize("text_rule", ["always", "never"])
    @pytest.mark.parametrize("text_rule_again", ["always", "never"])
    def test_analysed_anew_it_has_them_again_for_as_long(
        self, office: Office, gateway: Gateway, text_rule: str, text_rule_again: str
    ) -> None:
        image = analysed(office, text_rule)
        office.clock.time += 400 * DAY

        def are_there() -> list[bool]:
            links = gateway.ask(ANNA, "GET", f"/results/{image}").body["links"]
            return [links[name] is not None for name in ("thumbnail", "processed")]

        assert are_there() == [False, False]

        analyse_again(office, text_rule_again)

        assert are_there() == [True, True]
        office.clock.time += 364 * DAY
        assert are_there() == [True, True]
        office.clock.time += 2 * DAY
        assert are_there() == [False, False]

    def test_the_time_that_it_waited_to_be_read_makes_them_no_younger(
        self, office: Office, gateway: Gateway
    ) -> None:
        office.steps.down = frozenset({"rekognition.detect_text"})
        image = analysed(office, "always")
        assert str(office.status) == "failed"
        office.steps.down = frozenset()
        office.clock.time += 10 * DAY

        office.redrive()

        assert str(office.status) == "done"
        office.clock.time += 356 * DAY
        links = gateway.ask(ANNA, "GET", f"/results/{image}").body["links"]
        assert (links["thumbnail"], links["processed"]) == (None, None)

    def test_a_record_that_does_not_say_when_they_were_made_counts_from_its_labels(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA)
        client("dynamodb").update_item(
            TableName=office.table,
            Key={"image_id": {"S": image}, "item": {"S": "image"}},
            UpdateExpression="REMOVE copies_at",
        )
        office.clock.time += 364 * DAY

        assert gateway.ask(ANNA, "GET", f"/results/{image}").body["links"]["thumbnail"]

    def test_nor_is_an_expired_thumbnail_the_preview_of_an_archived_original(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = self.archived(office)
        office.clock.time += 366 * DAY

        assert gateway.ask(ANNA, "GET", f"/results/{image}").body["links"]["preview"] is None


class TestOfForeignBuckets:
    """Batches may be made of them; whoever owns one says who reads it, and when no longer."""

    def image_in(self, office: Office, *, versioned: bool = False) -> str:
        s3 = client("s3")
        s3.create_bucket(Bucket=ELSEWHERE)
        if versioned:
            status = {"Status": "Enabled"}
            s3.put_bucket_versioning(Bucket=ELSEWHERE, VersioningConfiguration=status)
        put = s3.put_object(Bucket=ELSEWHERE, Key="bus.jpg", Body=encoded(photo(), "JPEG"))
        etag = None if versioned else put["ETag"]
        office.source = ObjectReference(ELSEWHERE, "bus.jpg", put.get("VersionId"), etag)
        office.member = BatchMember("b1", 0)
        make_batch(office, images=1)
        office.upload()
        assert office.status is Status.DONE
        return office.id

    def links(self, gateway: Gateway, image: str) -> Any:
        answer = gateway.ask(ADAM, "GET", f"/results/{image}")
        assert answer.status == 200, answer.body
        return answer.body["links"]

    def test_an_original_that_may_be_read_is_linked_to(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = self.image_in(office)

        assert ELSEWHERE in self.links(gateway, image)["original"]

    @pytest.mark.parametrize("code", ["403", "400", "301"])
    @pytest.mark.parametrize("days", [0, 8, 40])
    def test_one_that_may_not_is_not(
        self,
        office: Office,
        gateway: Gateway,
        monkeypatch: pytest.MonkeyPatch,
        code: str,
        days: int,
    ) -> None:
        image = self.image_in(office)
        refuse(monkeypatch, ELSEWHERE, code)
        office.clock.time += days * DAY

        links = self.links(gateway, image)

        assert links["original"] is None
        assert "/rekognition/" in links["preview"]

    def test_but_a_refusal_of_our_own_bucket_is_a_fault(
        self, office: Office, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        image = office.image_of(ANNA)
        refuse(monkeypatch, office.source.bucket, "403")
        office.clock.time += 8 * DAY

        assert gateway.ask(ANNA, "GET", f"/results/{image}").status == 500

    def test_what_was_overwritten_is_not_shown_as_what_was_analysed(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = self.image_in(office)
        other = encoded(photo().rotate(90), "JPEG")
        client("s3").put_object(Bucket=ELSEWHERE, Key="bus.jpg", Body=other)
        client("s3").delete_object(Bucket=PROCESSED, Key=f"rekognition/{image}.jpg")
        office.clock.time += 30 * DAY

        links = self.links(gateway, image)

        assert links["original"] is None
        assert "/thumbnails/" in links["preview"]

    def test_a_version_stays_what_it_was(self, office: Office, gateway: Gateway) -> None:
        image = self.image_in(office, versioned=True)
        client("s3").put_object(Bucket=ELSEWHERE, Key="bus.jpg", Body=b"something else")

        assert "versionId=" in self.links(gateway, image)["original"]


def analysed(office: Office, text_rule: str) -> str:
    """An image of Anna's, after both stages or after the first alone."""
    office.put(Upload(ANNA.sub, "b" * 32, "car.jpg").key)
    office.rules = text_rule, "never"
    office.start_container()
    office.upload()
    return office.id


def analyse_again(office: Office, text_rule: str) -> None:
    """Have a batch analyse the image anew."""
    table = BatchTable(client("dynamodb"), office.table)
    table.create(batch("again", state=State.RUNNING, images=1))
    office.rules = text_rule, "never"
    office.start_container()
    arrival = Arrival(office.source, office.clock.iso(), BatchMember("again", 0), again=True)
    office.sqs.send_message(url("images"), arrival.to_json())
    office.drain()
    assert office.status is Status.DONE


def refuse(monkeypatch: pytest.MonkeyPatch, bucket: str, code: str) -> None:
    """Have S3 answer HEADs of a bucket as it answers a role that it does not let in."""
    s3 = client("s3")
    head: Callable[..., Any] = s3.head_object

    def refused(**arguments: str) -> Any:
        if arguments["Bucket"] != bucket:
            return head(**arguments)
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "HeadObject")

    monkeypatch.setattr(s3, "head_object", refused)
    monkeypatch.setattr(Services, "objects", property(lambda _self: ObjectStore(s3, PROCESSED)))
