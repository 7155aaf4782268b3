"""Images through the API: looked at, by whom they are for."""

import pytest

from tests.unit.lambdas.api.gateway import ADAM, ANNA, BOTH, RITA, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.conftest import PROCESSED, client


class TestLooking:
    def test_everything_is_there(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA, task_id="f" * 32)

        answer = gateway.ask(ANNA, "GET", f"/results/{image}")

        found = answer.body
        assert answer.status == 200
        assert (found["id"], found["task_id"], found["status"]) == (image, "f" * 32, "done")
        assert [label["name"] for label in found["labels"]] == ["Car", "Tree"]
        assert found["labels"][0]["instances"][0]["box"]["left"] == 0.1
        assert [line["text"] for line in found["text"] if line["kind"] == "LINE"] == ["STOP"]
        assert [event["status"] for event in found["events"]] == ["received", "labelled", "done"]
        assert found["image"]["format"] == "JPEG"

    def test_links_work_for_a_quarter_of_an_hour_and_say_what_they_are(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA, name='Straße "1".jpg')

        links = gateway.ask(ANNA, "GET", f"/results/{image}").body["links"]

        assert all("X-Amz-Expires=900" in link for link in links.values() if link)
        assert all("X-Amz-Algorithm=AWS4-HMAC-SHA256" in link for link in links.values() if link)
        assert "response-content-type=image%2Fjpeg" in links["preview"]
        assert "versionId=" in links["preview"]
        assert "attachment" in links["original"]
        assert f"{PROCESSED}" in links["processed"]

    def test_task_and_image_name_the_same(self, office: Office, gateway: Gateway) -> None:
        task = gateway.ask(
            ANNA, "POST", "/upload", {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
        ).body["task_id"]
        assert gateway.ask(ANNA, "GET", f"/results/{task}").body["status"] == "awaiting_upload"

        image = office.image_of(ANNA, name="a.jpg", task_id=task)

        for _ in range(2):  # found by its object, then remembered
            assert gateway.ask(ANNA, "GET", f"/results/{task}").body["id"] == image

    def test_a_file_that_has_arrived_is_received_before_there_is_a_record(
        self, office: Office, gateway: Gateway
    ) -> None:
        upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
        made = gateway.ask(ANNA, "POST", "/upload", upload).body
        client("s3").put_object(Bucket="input", Key=made["fields"]["key"], Body=b"123456789")

        found = gateway.ask(ANNA, "GET", f"/results/{made['task_id']}").body

        assert (found["status"], found["id"], found["name"]) == ("received", None, "a.jpg")

    def test_an_upload_that_never_came_says_so(self, office: Office, gateway: Gateway) -> None:
        upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
        task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]
        office.clock.time += 16 * 60

        found = gateway.ask(ANNA, "GET", f"/results/{task}").body

        assert found["status"] == "awaiting_upload"
        assert found["reason"] == "The link for the upload has expired; ask for another."

    @pytest.mark.parametrize("name", ["0" * 32, "A" * 32, "1", "%2e%2e"])
    def test_what_is_not_there(self, gateway: Gateway, name: str) -> None:
        answer = gateway.ask(ANNA, "GET", f"/results/{name}")

        assert answer.status == (404 if name == "0" * 32 else 422)
        assert answer.detail


class TestWhatIsNotForOthers:
    def test_an_uploader_learns_no_reviewers_address(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA, in_review=True)
        gateway.ask(RITA, "POST", f"/reviews/{image}/claim")
        claimed = gateway.ask(ANNA, "GET", f"/results/{image}")
        approved = {"decision": "approve", "seen": 0}
        assert gateway.ask(RITA, "POST", f"/reviews/{image}/decision", approved).status == 200

        answers = [
            claimed,
            gateway.ask(ANNA, "GET", f"/results/{image}"),
            gateway.ask(ANNA, "GET", "/results"),
            gateway.ask(ANNA, "GET", f"/reviews/{image}/history"),
            gateway.ask(ANNA, "GET", f"/results/{image}/document"),
        ]

        assert claimed.body["claim"]["by"] == "a reviewer"
        assert "rita" not in str([answer.body for answer in answers])
        assert [answer.status for answer in answers] == [200] * 5
        assert "rita@example.com" in str(gateway.ask(RITA, "GET", f"/results/{image}").body)

    def test_nor_whether_somebody_else_had_the_same_picture(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA)

        assert gateway.ask(ANNA, "GET", f"/results/{image}").body["paid"] == []
        assert gateway.ask(ADAM, "GET", f"/results/{image}").body["paid"] != []

    def test_in_both_groups_nobody_decides_on_what_is_not_of_the_review(
        self, office: Office, gateway: Gateway
    ) -> None:
        own = office.image_of(BOTH)
        body = {"decision": "correct", "add_labels": ["Taxi"], "seen": 0}

        assert gateway.ask(BOTH, "GET", f"/results/{own}").status == 200
        assert gateway.ask(BOTH, "POST", f"/reviews/{own}/decision", body).status == 404


def test_what_was_deleted_may_be_deleted_again_by_its_own_id(
    office: Office, gateway: Gateway
) -> None:
    upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
    task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]
    image = office.image_of(ANNA, name="a.jpg", task_id=task)

    assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 204

    assert gateway.ask(ANNA, "DELETE", f"/results/{image}").status == 204
    assert gateway.ask(ANNA, "DELETE", f"/results/{task}").status == 404
