"""The parts of the load test that speak HTTP: the endpoint, and what a user's browser sends."""

import asyncio
import io
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

import botocore.session
import httpx
import pytest
from botocore.validate import ParamValidator

import benchmarks.__main__ as command
from benchmarks.load import endpoint
from benchmarks.load.calls import read_calls
from benchmarks.load.notes import Asked, read_notes
from benchmarks.load.visitor import Browser

KEY = "uploads/somebody/task/a.jpg"
ORIGIN = "http://localhost:8080"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoint answers without waiting."""
    monkeypatch.setattr(endpoint, "latency", lambda _operation, _chance: 0.0)


def ask(operation: str, calls: io.StringIO) -> httpx.Response:
    """Ask the endpoint, without a network."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(endpoint.make_app(calls))
        async with httpx.AsyncClient(transport=transport, base_url="https://endpoint") as client:
            return await client.post(
                "/",
                json={"Image": {"S3Object": {"Bucket": "b", "Name": KEY}}},
                headers={"X-Amz-Target": f"RekognitionService.{operation}"},
            )

    return asyncio.run(asked())


@pytest.mark.parametrize("operation", endpoint.MEANS)
def test_the_endpoint_answers_as_rekognition_does_and_notes_the_call(operation: str) -> None:
    calls = io.StringIO()
    answer = ask(operation, calls)

    service = botocore.session.get_session().get_service_model("rekognition")
    shape = service.operation_model(operation).output_shape
    assert answer.status_code == 200
    assert shape is not None
    assert not ParamValidator().validate(answer.json(), shape).has_errors()
    (noted,) = read_calls(calls.getvalue().splitlines())
    assert (noted.operation, noted.key) == (operation, KEY)


def test_the_endpoint_has_two_operations() -> None:
    calls = io.StringIO()

    assert ask("DetectFaces", calls).status_code == 400
    assert not calls.getvalue()


def test_the_same_object_has_the_same_text() -> None:
    first, second, other = (endpoint.answer(endpoint.TEXT, key) for key in (KEY, KEY, "other"))

    assert first == second != other


@pytest.mark.parametrize("operation", endpoint.MEANS)
def test_the_latency_has_the_assumed_mean(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    chance = random.Random(7)

    drawn = [endpoint.latency(operation, chance) for _ in range(20_000)]

    assert fmean(drawn) == pytest.approx(endpoint.MEANS[operation], rel=0.02)
    assert min(drawn) > 0.1


@dataclass
class Answer:
    """What Locust's client returns."""

    status_code: int
    content: bytes = b""
    error: Exception | None = None


@dataclass
class Client:
    """Answers what it was given, and keeps what it was asked."""

    answers: list[Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def request(self, method: str, address: str, **rest: Any) -> Answer:
        self.asked.append({"method": method, "address": address, **rest})
        return self.answers.pop(0)


def browser(*answers: Answer) -> tuple[Browser, Client, io.StringIO]:
    client, notes = Client(list(answers)), io.StringIO()
    return Browser(client, ORIGIN, "token", notes), client, notes


def noted(notes: io.StringIO) -> list[Asked]:
    return read_notes(notes.getvalue().splitlines()).asked


def test_an_upload_asks_for_a_form_and_sends_the_file_with_it(tmp_path: Path) -> None:
    file = tmp_path / "0-1.jpg"
    file.write_bytes(b"a photo")
    form = {"task_id": "t", "url": f"{ORIGIN}/s3/bucket/", "fields": {"key": "uploads/k"}}
    me, client, notes = browser(Answer(201, json.dumps(form).encode()), Answer(204))

    answered = me.form(file.name, 7)
    assert answered == form
    assert me.send(form, file)

    asked, sent = client.asked
    assert json.loads(asked["data"]) == {
        "name": "0-1.jpg",
        "content_type": "image/jpeg",
        "bytes": 7,
    }
    assert asked["headers"]["Authorization"] == "token"
    assert {one["headers"]["Origin"] for one in client.asked} == {ORIGIN}
    assert "Authorization" not in sent["headers"]
    assert sent["data"].index(b"uploads/k") < sent["data"].index(b"a photo")
    assert not any(one.problem for one in noted(notes))


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Answer(429, b"slow down"), "429: slow down"),
        (Answer(503), "503"),
        (Answer(500), "500"),
        (Answer(0, error=TimeoutError("no answer")), "no answer"),
        (Answer(200, b"<html>"), "no JSON"),
        (Answer(204), "204"),
    ],
)
def test_whatever_is_not_the_answer_has_failed(answer: Answer, what: str) -> None:
    me, _, notes = browser(answer)

    assert me.result("i", route="GET /results/{id}") is None
    (one,) = noted(notes)
    assert what in one.problem


def test_a_search_that_finds_nothing_has_failed_and_an_empty_gallery_has_not() -> None:
    nothing = json.dumps({"items": []}).encode()
    me, client, notes = browser(Answer(200, nothing), Answer(200, nothing))

    me.gallery()
    me.gallery("bridge")

    assert [bool(one.problem) for one in noted(notes)] == [False, True]
    assert client.asked[1]["address"] == f"{ORIGIN}/api/results?limit=24&text=bridge"
    assert "Origin" not in client.asked[0]["headers"]


def test_a_thumbnail_is_fetched_once() -> None:
    item = {"id": "i", "links": {"thumbnail": f"{ORIGIN}/s3/x"}}
    page = json.dumps({"items": [item]}).encode()
    me, client, _ = browser(Answer(200, page), Answer(200, b"jpeg"), Answer(200, page))

    me.gallery()
    me.gallery()

    assert len(client.asked) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["memory", "--seconds", "20"],
        ["load", "memory", "--users", "5"],
        ["--users", "5"],
        ["load", "--users", "0"],
        ["load", "--seconds", "-1"],
        ["load", "--seconds", "soon"],
    ],
)
def test_only_load_has_a_short_form(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", *arguments])

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err
