"""Images through the API: found, looked at, deleted."""

import base64
import json

import pytest

from tests.unit.lambdas.api.gateway import ADAM, ANNA, BERT, BOTH, RITA, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.conftest import PROCESSED, client


def cursor_of(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


class TestFinding:
    def test_people_find_their_own_newest_first(self, office: Office, gateway: Gateway) -> None:
        first, second = office.image_of(ANNA), office.image_of(ANNA, name="bus.jpg")
        office.image_of(BERT)

        answer = gateway.ask(ANNA, "GET", "/results")

        assert answer.status == 200
        assert [image["id"] for image in answer.body["items"]] == [second, first]
        assert [image["name"] for image in answer.body["items"]] == ["bus.jpg", "car.jpg"]
        assert answer.body["next"] is None
        assert {image["owner"]["yours"] for image in answer.body["items"]} == {True}

    def test_an_admin_finds_all(self, office: Office, gateway: Gateway) -> None:
        ids = [office.image_of(ANNA), office.image_of(BERT), office.batch_image()]

        answer = gateway.ask(ADAM, "GET", "/results")

        assert {image["id"] for image in answer.body["items"]} == set(ids)

    def test_an_image_is_found_by_a_word_of_its_text(
        self, office: Office, gateway: Gateway
    ) -> None:
        office.image_of(ANNA, lines=("STOP",))
        taxi = office.image_of(ANNA, lines=("TAXI 42", "Main Street"))
        office.image_of(BERT, lines=("TAXI 42",))

        for words in ("taxi", "street TAXI", "42"):
            answer = gateway.ask(ANNA, "GET", "/results", text=words)
            assert [image["id"] for image in answer.body["items"]] == [taxi], words
        assert gateway.ask(ANNA, "GET", "/results", text="taxi stop").body["items"] == []

    def test_and_by_label_status_and_time(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA)
        day = str(office.record["received_at"])[:10]

        def found(**query: str) -> list[str]:
            answer = gateway.ask(ANNA, "GET", "/results", **query)
            assert answer.status == 200, answer.body
            return [each["id"] for each in answer.body["items"]]

        assert found(label="car") == found(status="done") == found(since=day) == [image]
        assert found(label="Car", status="done", text="stop", since=day) == [image]
        assert found(label="boat") == found(status="failed") == found(until="2020-01-01") == []

    def test_pages_follow_each_other_without_gap_or_repeat(
        self, office: Office, gateway: Gateway
    ) -> None:
        ids = [office.image_of(ANNA) for _ in range(5)][::-1]

        found, cursor = [], None
        while True:
            query: dict[str, str] = {} if cursor is None else {"cursor": cursor}
            page = gateway.ask(ANNA, "GET", "/results", limit=2, **query).body
            found += [image["id"] for image in page["items"]]
            if (cursor := page["next"]) is None:
                break

        assert found == ids

    @pytest.mark.parametrize(
        ("query", "where"),
        [
            ({"cursor": "nonsense!"}, "query.cursor"),
            ({"cursor": "WyJhIiwiYiJd"}, "query.cursor"),
            ({"cursor": "bnVsbA"}, "query.cursor"),
            ({"since": "yesterday"}, "query.since"),
            ({"until": "2026-13-01"}, "query.until"),
            ({"text": "!?"}, "query.text"),
            ({"limit": "0"}, "query.limit"),
            ({"limit": "101"}, "query.limit"),
            ({"limit": "many"}, "query.limit"),
            ({"status": "gone"}, "query.status"),
            ({"lable": "car"}, "query.lable"),
            ({"since": "0001-01-01T00:00:00+01:00"}, "query.since"),
            ({"until": "9999-12-31T23:59:59-01:00"}, "query.until"),
            ({"until": "0001-06-01"}, "query.until"),
            ({"cursor": cursor_of(["zzzz", "a" * 32])}, "query.cursor"),
            ({"cursor": cursor_of(["\ud800", "a" * 32])}, "query.cursor"),
            ({"cursor": cursor_of(["2026-11-21", "x" * 32])}, "query.cursor"),
            ({"cursor": cursor_of({"a": 1})}, "query.cursor"),
        ],
    )
    def test_a_wrong_value_is_named(
        self, gateway: Gateway, query: dict[str, str], where: str
    ) -> None:
        answer = gateway.ask(ANNA, "GET", "/results", **query)

        assert answer.status == 422
        assert [each["where"] for each in answer.body["errors"]] == [where]
        assert answer.detail.startswith(where.capitalize())


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
        gateway.ask(RITA, "POST", f"/reviews/{image}/decision", {"decision": "approve"})

        answers = [
            claimed,
            gateway.ask(ANNA, "GET", f"/results/{image}"),
            gateway.ask(ANNA, "GET", "/results"),
            gateway.ask(ANNA, "GET", f"/reviews/{image}/history"),
        ]

        assert claimed.body["claim"]["by"] == "a reviewer"
        assert "rita" not in str([answer.body for answer in answers])
        assert answers[1].body["links"]["result"] is None
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
        body = {"decision": "correct", "add_labels": ["Taxi"]}

        assert gateway.ask(BOTH, "GET", f"/results/{own}").status == 200
        assert gateway.ask(BOTH, "POST", f"/reviews/{own}/decision", body).status == 404


def test_without_its_result_an_image_shows_what_its_record_has(
    office: Office, gateway: Gateway
) -> None:
    image = office.image_of(ANNA)
    client("s3").delete_object(Bucket=PROCESSED, Key=f"results/{image}.json")

    found = gateway.ask(ANNA, "GET", f"/results/{image}").body

    assert [label["name"] for label in found["labels"]] == ["Car", "Tree"]
    assert [(line["text"], line["box"]) for line in found["text"]] == [("STOP", None)]
    assert found["links"]["result"] is None


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
