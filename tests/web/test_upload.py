"""Photos from a folder to their results, and files that never leave the browser."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.local.api.people import Person
from tests.unit.vision.pictures import encoded, plain, sign
from tests.web.pictures import SIGN, WORD
from tests.web.visit import Visit, Visits, files_in


def phase_is(at: Visit, name: str, phase: str) -> None:
    expect(at.upload_row(name)).to_have_attribute("data-phase", phase)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    files = [
        ("harbour.jpg", SIGN),
        ("exit.png", encoded(sign("EXIT 24"), "PNG")),
        ("parcel.webp", encoded(sign("PARCEL 4711"), "WEBP")),
    ]
    return files_in(tmp_path / "photos", files)


def three_end(at: Visit) -> None:
    """The results come without anybody doing anything."""
    for name in ("harbour.jpg", "exit.png", "parcel.webp"):
        phase_is(at, name, "ended")
    expect(at.upload_row("harbour.jpg").get_by_test_id("upload-result")).to_contain_text(WORD)
    expect(at.upload_row("exit.png").get_by_test_id("upload-result")).to_contain_text("EXIT 24")
    expect(at.test_id("upload-summary")).to_have_text("3 of 3 images finished")


def test_three_dropped_photos_have_their_results_and_a_word_finds_one(
    visit: Visits, anna: Person, photos: list[Path]
) -> None:
    at = visit(anna)
    at.go("/upload")

    at.drop(*photos)

    three_end(at)
    at.open_place("Gallery")
    at.page.get_by_label("Text on the image").fill("parcel")
    at.click("Search")
    expect(at.test_id("image-card")).to_have_count(1)
    expect(at.test_id("image-card")).to_contain_text("parcel.webp")
    expect(at.test_id("image-card")).to_contain_text("PARCEL 4711")
    at.page.get_by_role("link", name="parcel.webp").click()
    expect(at.test_id("findings-text")).to_contain_text("PARCEL 4711")


def test_three_photos_are_chosen_from_a_folder(
    visit: Visits, otto: Person, photos: list[Path]
) -> None:
    at = visit(otto)
    at.go("/upload")

    at.choose(*photos)

    three_end(at)


def test_a_dropped_folder_is_walked_through(visit: Visits, otto: Person, tmp_path: Path) -> None:
    files = [("trip/first/a.jpg", SIGN), ("trip/b.jpg", encoded(plain("navy"))), ("trip/.c", b"")]
    files_in(tmp_path, files)
    at = visit(otto)
    at.go("/upload")

    at.drop(tmp_path / "trip")

    phase_is(at, "trip/first/a.jpg", "ended")
    phase_is(at, "trip/b.jpg", "ended")
    expect(at.test_id("upload-row")).to_have_count(2)


def test_what_is_refused_is_told_before_anything_is_sent(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    at = visit(anna)

    def with_small_limit(route: Route) -> None:
        config = route.fetch().json()
        route.fulfill(body=json.dumps({**config, "max_bytes": 20_000}))

    at.page.route("**/config.json", with_small_limit)
    at.go("/upload")
    at.shows("at most 20 KB each")
    noise = (SIGN + bytes(20_001))[:20_001]

    at.drop(
        *files_in(
            tmp_path,
            [
                ("large.jpg", noise),
                ("empty.jpg", b""),
                ("text.jpg", b"Dear diary,\n"),
                ("page.png", b"<svg onload='alert(1)'></svg>"),
            ],
        )
    )

    for name, sentence in (
        ("large.jpg", "Too large"),
        ("empty.jpg", "This file is empty"),
        ("text.jpg", "This is no image that we know"),
        ("page.png", "This is no image that we know"),
    ):
        phase_is(at, name, "refused")
        expect(at.upload_row(name).get_by_test_id("upload-note")).to_contain_text(sentence)
    expect(at.test_id("upload-summary")).to_contain_text("4 not sent")
    assert at.watch.requested("POST", "/upload$") == 0
    assert at.watch.requested("POST", "^/s3/") == 0


def test_what_the_pipeline_rejects_is_told_with_its_reason(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    at = visit(anna)
    at.go("/upload")

    at.choose(*files_in(tmp_path, [("cut-off.jpg", SIGN[: len(SIGN) // 2])]))

    phase_is(at, "cut-off.jpg", "ended")
    expect(at.upload_row("cut-off.jpg")).to_contain_text("Rejected")
    expect(at.upload_row("cut-off.jpg").get_by_test_id("upload-note")).to_contain_text("damaged")


def test_an_upload_that_broke_off_is_sent_again(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    at = visit(anna)
    at.watch.expect(403, "^/s3/")
    at.go("/upload")
    # As when the form of the upload is older than it may be.
    at.page.route("**/s3/**", lambda route: route.fulfill(status=403, body=""), times=1)

    at.choose(*files_in(tmp_path, [("again.jpg", encoded(plain("teal")))]))

    phase_is(at, "again.jpg", "ended")


# The whole file goes to S3, and of its answer the page sees a broken connection, once.
_LOSE_AN_ANSWER = """(() => {
    const { send } = XMLHttpRequest.prototype;
    let lost = false;
    XMLHttpRequest.prototype.send = function (body) {
        if (!lost) this.onload = () => this.onerror();
        lost = true;
        send.call(this, body);
    };
})()"""


def test_a_file_whose_answer_was_lost_is_not_sent_twice(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    at = visit(anna)
    at.page.add_init_script(_LOSE_AN_ANSWER)
    at.go("/upload")

    at.choose(*files_in(tmp_path, [("lost-answer.jpg", encoded(plain("crimson")))]))

    phase_is(at, "lost-answer.jpg", "ended")
    assert at.watch.requested("POST", "^/s3/") == 1
    assert at.watch.requested("POST", "^/api/upload$") == 1
    listed = anna.ask("GET", "/results", limit=100).body["items"]
    assert [one["status"] for one in listed if one["name"] == "lost-answer.jpg"] == ["in_review"]


def test_what_is_cancelled_in_the_middle_is_deleted_too(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    at = visit(anna)
    at.go("/upload")
    at.page.route("**/s3/**", lambda _: None)  # it never gets there

    with at.page.expect_request("**/s3/**"):
        at.choose(*files_in(tmp_path, [("mistake.jpg", encoded(plain("khaki")))]))
    with at.page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        at.click("Cancel mistake.jpg")

    assert deleted.value.status == 204
    phase_is(at, "mistake.jpg", "cancelled")
    task = deleted.value.url.rpartition("/")[2]
    assert anna.ask("GET", f"/results/{task}").status == 404


def test_a_drop_beside_the_field_is_taken_and_nowhere_does_it_leave_the_console(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    files = files_in(tmp_path, [("beside.jpg", encoded(plain("plum")))])
    at = visit(anna)
    at.go("/account")
    at.shows("Change password")
    at.drop(*files, onto="account")
    at.open_place("Upload")
    at.test_id("drop-zone").wait_for()
    expect(at.test_id("upload-row")).to_have_count(0)

    at.drop(*files, onto="account")

    phase_is(at, "beside.jpg", "ended")


def test_uploads_beyond_the_days_limit_end_with_the_apis_sentence(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    at = visit(anna)
    at.watch.expect(429, "^/api/upload$")
    at.go("/upload")
    said = "You have asked for 5,000 uploads today."
    at.page.route(
        "**/api/upload",
        lambda route: route.fulfill(
            status=429,
            headers={"Retry-After": "20000", "Content-Type": "application/problem+json"},
            json={"status": 429, "detail": said},
        ),
    )
    names = [f"late-{colour}.jpg" for colour in ("aqua", "lime", "pink", "peru", "snow", "gold")]
    files = [(name, encoded(plain(name[5:-4]))) for name in names]

    at.choose(*files_in(tmp_path, files))

    for name in names:
        phase_is(at, name, "failed")
        expect(at.upload_row(name).get_by_test_id("upload-note")).to_have_text(said)
    assert at.watch.requested("POST", "^/api/upload$") <= 4
    at.page.unroute("**/api/upload")
    at.click(f"Try {names[0]} again")
    phase_is(at, names[0], "ended")


def test_all_files_wait_together_for_the_firewall_and_end(
    visit: Visits, anna: Person, tmp_path: Path
) -> None:
    at = visit(anna)
    at.watch.expect(429, "^/api/upload$")
    at.page.clock.install()
    at.go("/upload")
    at.page.route(
        "**/api/upload",
        lambda route: route.fulfill(status=429, headers={"Retry-After": "200"}, body=""),
    )
    names = [f"queue-{colour}.jpg" for colour in ("coral", "khaki", "ivory", "beige", "linen")]

    at.choose(*files_in(tmp_path, [(name, encoded(plain(name[6:-4]))) for name in names]))

    # Four are sent at a time. When all four wait, no request is on its way.
    notes = at.test_id("upload-note").filter(has_text="Trying again in")
    expect(notes).to_have_count(4)
    at.page.unroute("**/api/upload")
    at.page.clock.fast_forward(202_000)
    for name in names:
        phase_is(at, name, "ended")
    assert at.watch.requested("POST", "^/api/upload$") <= 4 + len(names)
