"""Images deleted through the API, before and after there is anything of them."""

from lambdas.common.deletion import TOMBSTONE_SECONDS
from lambdas.common.image import Upload
from tests.unit.lambdas.api.gateway import ANNA, BERT, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.conftest import INPUT, PROCESSED, client


class TestDeleting:
    def test_an_image_is_gone_for_good(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA)

        assert gateway.ask(ANNA, "DELETE", f"/results/{image}").status == 204

        assert gateway.ask(ANNA, "GET", f"/results/{image}").status == 404
        assert gateway.ask(ANNA, "GET", "/results").body["items"] == []
        assert client("s3").list_objects_v2(Bucket=PROCESSED)["KeyCount"] == 0
        tombstone = office.item(image)
        assert tombstone is not None
        assert int(tombstone["expires_at"]["N"]) == int(office.clock.now()) + TOMBSTONE_SECONDS

    def test_deleting_again_is_fine_for_its_owner_only(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA)
        gateway.ask(ANNA, "DELETE", f"/results/{image}")

        assert gateway.ask(ANNA, "DELETE", f"/results/{image}").status == 204
        assert gateway.ask(BERT, "DELETE", f"/results/{image}").status == 404

    def test_a_file_that_has_arrived_and_waits_is_never_analysed(
        self, office: Office, gateway: Gateway
    ) -> None:
        upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
        task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]
        office.put(Upload(ANNA.sub, task, "a.jpg").key)

        assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 204
        office.upload()

        assert gateway.ask(ANNA, "GET", "/results").body["items"] == []
        assert gateway.ask(ANNA, "GET", f"/results/{task}").status == 404
        versions = client("s3").list_object_versions(Bucket=INPUT, Prefix="uploads/")
        assert "Versions" not in versions
        assert office.rekognition.calls == []
        assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 404

    def test_what_comes_by_the_form_of_a_deleted_upload_is_not_analysed(
        self, office: Office, gateway: Gateway
    ) -> None:
        upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
        task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]
        gateway.ask(ANNA, "DELETE", f"/results/{task}")

        office.image_of(ANNA, name="a.jpg", task_id=task)

        assert office.rekognition.calls == []
        (image,) = gateway.ask(ANNA, "GET", "/results").body["items"]
        assert image["status"] == "rejected"
        assert "was deleted before" in image["reason"]

    def test_a_form_is_for_one_file(self, office: Office, gateway: Gateway) -> None:
        upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
        task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]
        first = office.image_of(ANNA, name="a.jpg", task_id=task)
        paid = len(office.rekognition.calls)

        second = office.image_of(ANNA, name="a.jpg", task_id=task)

        assert len(office.rekognition.calls) == paid
        assert gateway.ask(ANNA, "GET", f"/results/{task}").body["id"] == first
        refused = gateway.ask(ANNA, "GET", f"/results/{second}").body
        assert refused["status"] == "rejected"
        assert "same form before" in refused["reason"]

    def test_nothing_of_the_task_stays_but_that_it_was_deleted(
        self, office: Office, gateway: Gateway
    ) -> None:
        upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
        task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]
        image = office.image_of(ANNA, name="a.jpg", task_id=task)

        gateway.ask(ANNA, "DELETE", f"/results/{image}")

        item = office.item(f"task#{task}", "task")
        assert item is not None
        assert item.keys() == {"image_id", "item", "expires_at"}

    def test_an_upload_that_never_came_is_forgotten(self, office: Office, gateway: Gateway) -> None:
        upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
        task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]

        assert gateway.ask(BERT, "DELETE", f"/results/{task}").status == 404
        assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 204
        assert gateway.ask(ANNA, "GET", f"/results/{task}").status == 404
