import logging
from threading import Event, Lock
from typing import Any

import anyio
import httpx
import pytest

from local.recognition.server import MAX_BODY_BYTES
from tests.patience import PATIENCE_SECONDS
from tests.unit.recognition.fakes import IMAGE, ROLE, ROOT, Fakes, exchange, signed
from vision.errors import InvalidImageFormatError
from vision.images import MAX_INLINE_BYTES, MAX_S3_BYTES

OBJECT = {"Image": {"S3Object": {"Bucket": "pictures", "Name": "a b.jpg"}}}


def post(fakes: Fakes, *arguments: Any, **options: Any) -> httpx.Response:
    return exchange(fakes.app(), signed(*arguments, **options))[0]


def test_an_image_in_the_request_is_recognised(fakes: Fakes) -> None:
    response = post(fakes)
    assert response.status_code == 200
    assert response.json() == {"LabelModelVersion": "local-labels"}
    assert response.headers["content-type"] == "application/x-amz-json-1.1"
    assert response.headers["x-amzn-requestid"]
    assert (fakes.recognizer.contents, fakes.recognizer.limits) == (
        [b"an image"],
        [MAX_INLINE_BYTES],
    )


def test_an_image_in_s3_is_recognised(fakes: Fakes) -> None:
    assert post(fakes, OBJECT).status_code == 200
    assert (fakes.recognizer.contents, fakes.recognizer.limits) == ([b"an object"], [MAX_S3_BYTES])


@pytest.mark.parametrize(
    ("body", "action", "code"),
    [
        (IMAGE, "DetectText", "AccessDeniedException"),
        (IMAGE, "DetectFaces", "UnsupportedOperationException"),
        (IMAGE, "Guess", "UnknownOperationException"),
        ({"Image": {}}, "DetectLabels", "InvalidParameterException"),
        ({"Image": {**IMAGE["Image"], **OBJECT["Image"]}}, "DetectLabels",
         "InvalidParameterException"),
        ({"Image": {"S3Object": {"Name": "x"}}}, "DetectLabels", "InvalidParameterException"),
        ({"Image": {"S3Object": {"Bucket": "pictures", "Name": "no"}}}, "DetectLabels",
         "InvalidS3ObjectException"),
        (b"{", "DetectLabels", "SerializationException"),
    ],
)  # fmt: skip
def test_refusals(fakes: Fakes, body: dict[str, Any] | bytes, action: str, code: str) -> None:
    response = post(fakes, body, action)
    assert (response.status_code, response.json()["__type"]) == (400, code)
    assert fakes.recognizer.contents == []


def test_the_root_user_may_all(fakes: Fakes) -> None:
    fakes.permitted.clear()
    assert post(fakes, credentials=ROOT.credentials).status_code == 200


def test_a_role_without_its_token_is_not_known(fakes: Fakes) -> None:
    body, headers = signed()
    headers["X-Amz-Security-Token"] = "another"
    (response,) = exchange(fakes.app(), (body, headers))
    assert response.json()["__type"] == "UnrecognizedClientException"


def test_an_unsigned_request_is_refused(fakes: Fakes) -> None:
    headers = {"X-Amz-Target": "RekognitionService.DetectLabels"}
    (response,) = exchange(fakes.app(), (b"{}", headers))
    assert response.json()["__type"] == "MissingAuthenticationTokenException"


def test_a_recognisers_error_keeps_its_name(fakes: Fakes) -> None:
    def fail() -> dict[str, Any]:
        raise InvalidImageFormatError("Request has invalid image format: it is a GIF.")

    fakes.recognizer.answer = fail
    response = post(fakes)
    assert (response.status_code, response.json()["__type"]) == (400, "InvalidImageFormatException")


def test_a_malformed_answer_is_not_sent(fakes: Fakes, caplog: pytest.LogCaptureFixture) -> None:
    fakes.recognizer.answer = lambda: {"Labels": "many"}
    response = post(fakes)
    assert (response.status_code, response.json()["__type"]) == (500, "InternalServerError")
    assert "not a DetectLabels response" in caplog.text


def test_a_fault_that_nobody_foresaw_is_an_internal_error(fakes: Fakes) -> None:
    def fail() -> dict[str, Any]:
        raise ZeroDivisionError

    fakes.recognizer.answer = fail
    response, health = exchange(fakes.app(), signed(), "/health")
    assert (response.status_code, response.json()["__type"]) == (500, "InternalServerError")
    assert health.json()["calls"] == {"DetectLabels": {"InternalServerError": 1}}


def test_a_request_above_the_limit_is_cut_off(fakes: Fakes) -> None:
    response = post(fakes, b" " * (MAX_BODY_BYTES + 1))
    assert response.status_code == 413


def test_health_counts_calls_and_names_models(fakes: Fakes) -> None:
    actions = ("DetectLabels", "DetectLabels", "DetectText")
    *_, health = exchange(fakes.app(), *(signed(action=action) for action in actions), "/health")
    assert health.json() == {
        "status": "ok",
        "models": {"labels": "local-labels", "text": "local-text"},
        "calls": {"DetectLabels": {"ok": 2}, "DetectText": {"AccessDeniedException": 1}},
    }


def test_one_line_is_logged_for_a_call(fakes: Fakes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="local.recognition.server")
    post(fakes)
    (record,) = [one for one in caplog.records if one.name == "local.recognition.server"]
    assert record.getMessage().startswith(f"DetectLabels by {ROLE.role_name}: ok in ")


def test_images_wait_for_a_place_and_health_does_not(fakes: Fakes) -> None:
    lock, running, most = Lock(), 0, 0
    both, go_on = Event(), Event()

    def slow() -> dict[str, Any]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == 2:
                both.set()
        assert go_on.wait(PATIENCE_SECONDS)
        with lock:
            running -= 1
        return {}

    fakes.recognizer.answer = slow

    async def ask() -> None:
        transport = httpx.ASGITransport(fakes.app(max_concurrent=2))
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:

            async def call() -> None:
                body, headers = signed()
                assert (await client.post("/", content=body, headers=headers)).status_code == 200

            async with anyio.create_task_group() as tasks:
                for _ in range(6):
                    tasks.start_soon(call)
                while not both.is_set():
                    await anyio.sleep(0.01)
                # Both places are taken until this is answered.
                assert (await client.get("/health")).status_code == 200
                go_on.set()

    anyio.run(ask)
    assert most == 2


@pytest.mark.parametrize(
    "header", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}], ids=str
)
def test_web_pages_are_turned_away(fakes: Fakes, header: dict[str, str]) -> None:
    body, headers = signed()
    (response,) = exchange(fakes.app(), (body, {**headers, **header}))
    assert response.status_code == 403
    assert fakes.recognizer.contents == []
