"""Images through the deployed API: from the form to the result, the search, and the end of it."""

from datetime import UTC, datetime

import pytest

from lambdas.common.status import Status
from tests.images import encoded, photo
from tests.local.api.office import Office
from tests.local.api.people import Person
from tests.local.api.supply import nothing_to_see
from tests.local.deployed import Deployed
from tests.role_table import Role
from tests.unit.vision.pictures import encoded as file_of
from tests.unit.vision.pictures import sign


@pytest.fixture
def anna(office: Office) -> Person:
    return office[Role.OWNER]


class TestUploads:
    def test_a_sign_is_read_and_found_again_by_a_word_of_it(
        self, office: Office, anna: Person
    ) -> None:
        image = anna.upload("street sign.jpg", file_of(sign("HARBOUR ROAD")))

        assert image["status"] == "done"
        lines = [one for one in image["text"] if one["kind"] == "LINE"]
        assert [line["text"] for line in lines] == ["HARBOUR ROAD"]
        assert all(0 <= line["box"][side] <= 1 for line in lines for side in ("left", "width"))
        (found,) = anna.ask("GET", "/results", text="harbour").body["items"]
        assert (found["id"], found["name"]) == (image["id"], "street sign.jpg")
        assert office[Role.UPLOADER].ask("GET", "/results", text="harbour").body["items"] == []
        (seen,) = office[Role.ADMIN].ask("GET", "/results", text="Harbour ROAD").body["items"]
        assert seen["owner"]["yours"] is False

    def test_every_link_leads_to_what_it_says(self, anna: Person) -> None:
        data = encoded(photo(), "JPEG")
        links = anna.upload("portrait.jpg", data)["links"]

        original, preview = anna.get_link(links["original"]), anna.get_link(links["preview"])
        assert original.content == preview.content == data
        # The emulator does not act on what a link says of the answer's headers; S3 does.
        assert "response-content-disposition=attachment" in links["original"]
        assert "response-content-type=image%2Fjpeg" in links["preview"]
        for name in ("processed", "thumbnail"):
            answer = anna.get_link(links[name])
            assert answer.headers["Content-Type"] == "image/jpeg", name
            assert answer.content[:2] == b"\xff\xd8"

    def test_the_result_document_is_the_owners_without_what_is_others(
        self, office: Office, anna: Person
    ) -> None:
        image = anna.upload("document.jpg", encoded(photo(), "JPEG"))
        path = f"/results/{image['task_id']}/document"

        own, whole = anna.ask("GET", path), office[Role.ADMIN].ask("GET", path).body

        assert own.headers["Content-Type"] == "application/json"
        assert (own.body["schema"], own.body["image_id"]) == ("sightline.result/1", image["id"])
        assert own.body == {
            name: value for name, value in whole.items() if name not in {"content", "paid"}
        }
        assert office[Role.UPLOADER].ask("GET", path).status == 404

    def test_a_link_that_was_changed_leads_nowhere(self, anna: Person, office: Office) -> None:
        own = anna.upload("own.jpg", nothing_to_see())["links"]["original"]
        other = office[Role.UPLOADER].upload("other.jpg", nothing_to_see())
        key = other["source"]["key"].replace(" ", "%20")

        path, _, query = own.partition("?")
        bucket = path[: path.index("/uploads/")]

        assert anna.get_link(own).status_code == 200
        assert anna.get_link(f"{bucket}/{key}?{query}").status_code == 403
        assert anna.get_link(path).status_code == 403

    @pytest.mark.parametrize(
        "change",
        [
            {"key": "uploads/somebody-elses/name.jpg"},
            {"key": "of-nobody.jpg"},
            {"Content-Type": "text/html"},
            {"policy": "e30="},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_s3_takes_the_form_only_as_it_was_made(
        self, anna: Person, change: dict[str, str]
    ) -> None:
        asked = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 2000}
        form = anna.ask("POST", "/upload", asked).body
        form["fields"] |= change

        assert anna.post(form, "a.jpg", nothing_to_see()[:2000]).status_code == 403
        assert anna.ask("GET", f"/results/{form['task_id']}").body["status"] == "awaiting_upload"

    @pytest.mark.parametrize("size", [0, 2001, 100_000])
    def test_and_only_a_file_of_the_size_that_was_said(self, anna: Person, size: int) -> None:
        asked = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 2000}
        form = anna.ask("POST", "/upload", asked).body

        assert anna.post(form, "a.jpg", b"x" * size).status_code == 400

    def test_what_is_no_image_is_rejected_with_a_sentence(self, anna: Person) -> None:
        image = anna.upload("page.jpg", b"<html>not an image</html>")

        assert image["status"] == "rejected"
        assert image["reason"]
        assert image["links"]["preview"] is None


def test_a_deleted_image_is_gone_everywhere_and_the_audit_agrees(
    office: Office, anna: Person, deployed: Deployed
) -> None:
    since = datetime.now(UTC)
    image = anna.upload("gone.jpg", file_of(sign("BRIDGE CLOSED")))
    links = image["links"]
    assert anna.get_link(links["original"]).status_code == 200

    assert anna.ask("DELETE", f"/results/{image['id']}").status == 204

    assert anna.ask("GET", f"/results/{image['task_id']}").status == 404
    assert anna.ask("GET", "/results", text="bridge").body["items"] == []
    assert anna.ask("GET", f"/results/{image['id']}/document").status == 404
    for name in ("original", "processed", "thumbnail"):
        assert anna.get_link(links[name]).status_code == 404, name
    assert anna.ask("DELETE", f"/results/{image['id']}").status == 204
    record = deployed.record(image["id"])
    assert record is not None
    assert record["status"] == Status.DELETED
    assert {"labels", "text", "key", "content"} & record.keys() == set()
    deployed.assert_agrees(since)


def test_figures(office: Office, anna: Person) -> None:
    anna.upload("counted.jpg", nothing_to_see())

    found = office[Role.ADMIN].ask("GET", "/stats", days=1).body

    assert found["days"][0]["images"] >= 1
    assert {"images", "text"} <= {queue["name"].lower() for queue in found["queues"]}
    assert found["month"]["labels_calls"] >= 1
