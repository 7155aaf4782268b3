"""Images deleted through the API, before and after there is anything of them."""

from types import SimpleNamespace
from typing import Any

from lambdas.api.handler import handle
from lambdas.common.deletion import TOMBSTONE_SECONDS
from lambdas.common.image import Upload
from lambdas.common.unfinished import REQUEST
from tests.unit.lambdas.api.gateway import ANNA, BERT, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.conftest import INPUT, PROCESSED, client


def ask_for_upload(gateway: Gateway) -> str:
    upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
    task: str = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]
    return task


def versions() -> list[str]:
    """Every version of an upload that is there, and every marker."""
    answer = client("s3").list_object_versions(Bucket=INPUT, Prefix="uploads/")
    found = [*answer.get("Versions", []), *answer.get("DeleteMarkers", [])]
    return [each["VersionId"] for each in found]


def due() -> dict[str, Any]:
    """Have the function do what the rule of every few minutes asks it for."""
    context = SimpleNamespace(
        get_remaining_time_in_millis=lambda: 20_000,
        **dict.fromkeys(("function_name", "invoked_function_arn", "aws_request_id"), "api"),
        memory_limit_in_mb=1024,
    )
    return handle(dict(REQUEST), context)


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
        task = ask_for_upload(gateway)
        office.put(Upload(ANNA.sub, task, "a.jpg").key)

        assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 204
        office.upload()

        assert gateway.ask(ANNA, "GET", "/results").body["items"] == []
        assert gateway.ask(ANNA, "GET", f"/results/{task}").status == 404
        assert versions() == []
        assert office.rekognition.calls == []
        assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 404

    def test_what_comes_by_the_form_of_a_deleted_upload_leaves_nothing(
        self, office: Office, gateway: Gateway
    ) -> None:
        task = ask_for_upload(gateway)
        gateway.ask(ANNA, "DELETE", f"/results/{task}")

        office.image_of(ANNA, name="a.jpg", task_id=task)

        assert office.rekognition.calls == []
        assert gateway.ask(ANNA, "GET", "/results").body["items"] == []
        assert due() == {"finished": 1, "left": 0, "all_seen": True}
        assert versions() == []
        assert due()["finished"] == 0

    def test_a_form_is_for_one_file(self, office: Office, gateway: Gateway) -> None:
        task = ask_for_upload(gateway)
        first = office.image_of(ANNA, name="a.jpg", task_id=task)
        version, paid = office.source.version, len(office.rekognition.calls)

        second = office.image_of(ANNA, name="a.jpg", task_id=task)

        assert len(office.rekognition.calls) == paid
        assert [one["id"] for one in gateway.ask(ANNA, "GET", "/results").body["items"]] == [first]
        assert gateway.ask(ANNA, "GET", f"/results/{second}").status == 404
        assert due() == {"finished": 1, "left": 0, "all_seen": True}
        assert versions() == [version]
        assert gateway.ask(ANNA, "GET", f"/results/{task}").body["id"] == first

    def test_to_delete_an_upload_takes_every_file_that_came_by_its_form(
        self, office: Office, gateway: Gateway
    ) -> None:
        task = ask_for_upload(gateway)
        key = Upload(ANNA.sub, task, "a.jpg").key
        office.put(key)
        first = office.source
        office.put(key)

        assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 204
        office.source = first
        office.upload()
        due()

        assert versions() == []
        assert office.rekognition.calls == []
        assert gateway.ask(ANNA, "GET", "/results").body["items"] == []

    def test_nothing_of_the_task_stays_but_that_it_was_deleted(
        self, office: Office, gateway: Gateway
    ) -> None:
        task = ask_for_upload(gateway)
        image = office.image_of(ANNA, name="a.jpg", task_id=task)

        gateway.ask(ANNA, "DELETE", f"/results/{image}")

        item = office.item(f"task#{task}", "task")
        assert item is not None
        assert item.keys() == {"image_id", "item", "link_until", "expires_at"}

    def test_an_upload_that_never_came_is_forgotten(self, office: Office, gateway: Gateway) -> None:
        task = ask_for_upload(gateway)

        assert gateway.ask(BERT, "DELETE", f"/results/{task}").status == 404
        assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 204
        assert gateway.ask(ANNA, "GET", f"/results/{task}").status == 404
