"""Streaming, limits, links and headers of answers."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from local.console import exchange
from local.console.links import rewrite
from local.console.proxy import Proxy
from tests.patience import PATIENCE_SECONDS
from tests.unit.local.console.asked import OUTPUTS, SIGNED, Emulator, answered, ask, scope

FORM = "multipart/form-data; boundary=x"
UPLOAD = "/s3/sightline-input.localhost/"


def answering(status: int = 200, *pieces: bytes, **headers: str) -> Emulator:
    return Emulator(lambda _: answered(status, *pieces, **headers))


def test_links_of_the_api_lead_through_the_proxy() -> None:
    emulator = answering(
        200,
        b'{"url": "https://in-1.localhost:4566/", "preview": "https://localho',
        b'st:4566/processed/k?X-Amz-Signature=1", "text": "see https://localhost:4566/x"}',
        content_type="application/json; charset=utf-8",
    )
    answer = ask(emulator, "/api/upload", "POST", b"{}", content_type="application/json")

    assert answer.body == (
        b'{"url": "http://localhost:8080/s3/in-1.localhost/", '
        b'"preview": "http://localhost:8080/s3/localhost/processed/k?X-Amz-Signature=1", '
        b'"text": "see https://localhost:4566/x"}'
    )
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize(
    "link",
    ['"https://evil.example/"', '"https://localhost:4567/"', '"http://localhost:4566/"',
     '"https://localhost.evil.example:4566/"', '"https://a.b.localhost:4566/"'],
)  # fmt: skip
def test_other_links_stay_as_they_are(link: str) -> None:
    assert rewrite(link.encode(), 4566, "http://localhost:8080") == link.encode()


def test_what_is_no_json_is_not_touched() -> None:
    emulator = answering(200, b'"https://localhost:4566/b"', content_type="text/plain")
    assert ask(emulator, "/api/x").body == b'"https://localhost:4566/b"'


def test_an_upload_goes_through_piece_by_piece() -> None:
    emulator = answering(204)
    body = bytes(range(256)) * 4096 * 8
    answer = ask(emulator, UPLOAD, "POST", body, content_type=FORM)

    assert answer.status == 204
    assert emulator.bodies == [body]
    assert emulator.largest_piece <= 64 * 1024


def test_a_file_comes_piece_by_piece() -> None:
    pieces = [bytes([n]) * 1000 for n in range(50)]
    answer = ask(answering(200, *pieces, content_length="50000"), f"/s3/b-b.localhost/k?{SIGNED}")

    assert answer.body == b"".join(pieces)
    assert answer.pieces == 50
    assert answer.headers["content-length"] == "50000"


@pytest.mark.parametrize(
    ("path", "limit"),
    [(UPLOAD, 257 * 1024 * 1024), ("/api/upload", 1024 * 1024), ("/cognito", 64 * 1024)],
)
def test_what_is_too_large_is_refused_before_it_is_read(path: str, limit: int) -> None:
    emulator = answering()
    answer = ask(
        emulator,
        path,
        "POST",
        content_length=str(limit + 1),
        content_type=FORM,
        x_amz_target="AWSCognitoIdentityProviderService.SignUp",
    )
    assert answer.status == 413
    assert not emulator.requests


def test_a_request_says_how_long_it_is() -> None:
    emulator = answering()
    for length in ("-1", "+1", "1e3", "٣", "0x10", ""):
        found = scope("/api/upload", "POST", {"content-length": "1"})
        found["headers"][-1] = (b"content-length", length.encode())
        assert asyncio.run(_status(emulator, found)) in {400, 200}
    chunked = ask(emulator, "/api/upload", "POST", transfer_encoding="chunked")
    assert chunked.status == 411
    assert ask(emulator, "/", content_length="5").status == 413


async def _status(emulator: Emulator, request: dict[str, Any]) -> int:
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    async with httpx.AsyncClient(transport=emulator, base_url="https://127.0.0.1") as client:
        await Proxy(8080, 4566, lambda: OUTPUTS, client)(request, receive, send)
    return statuses[0]


def test_an_answer_of_the_api_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_HELD_ANSWER", 1000)
    assert ask(answering(200, *[b"x" * 100] * 20), "/api/results").status == 502


def test_a_browser_that_stands_still_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "IDLE_SECONDS", 0.05)
    emulator = answering(204)

    async def never() -> dict[str, Any]:
        await asyncio.sleep(2 * PATIENCE_SECONDS)
        return {}

    async def run() -> None:
        async def send(_message: Any) -> None:
            raise AssertionError("nobody is there to be told")

        request = scope(UPLOAD, "POST", {"content-type": FORM, "content-length": "10"})
        async with httpx.AsyncClient(transport=emulator, base_url="https://127.0.0.1") as client:
            await Proxy(8080, 4566, lambda: OUTPUTS, client)(request, never, send)

    asyncio.run(asyncio.wait_for(run(), PATIENCE_SECONDS))


def test_no_more_uploads_at_once_than_the_emulator_bears() -> None:
    under_way, most = 0, 0

    class Slow(Emulator):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.01)
            under_way -= 1
            return answered(204)

    async def run() -> list[int]:
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"1234567890", "more_body": False}

        async def send(message: Any) -> None:
            if "status" in message:
                statuses.append(message["status"])

        request = scope(UPLOAD, "POST", {"content-type": FORM, "content-length": "10"})
        async with httpx.AsyncClient(transport=Slow(), base_url="https://127.0.0.1") as client:
            proxy = Proxy(8080, 4566, lambda: OUTPUTS, client)
            await asyncio.gather(*(proxy(request, receive, send) for _ in range(30)))
        return statuses

    assert asyncio.run(run()) == [204] * 30
    assert most == exchange.MAX_UPLOADS


def test_an_emulator_that_is_gone_or_slow_is_told() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    def stall(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    gone = ask(Emulator(refuse), "/api/results")
    assert gone.status == 502
    assert b"sightline local status" in gone.body
    assert gone.headers["content-type"] == "application/problem+json"
    assert ask(Emulator(stall), "/").status == 504


def test_an_answer_that_breaks_off_is_not_taken_for_whole() -> None:
    class Breaks(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"half"
            raise httpx.ReadError("broken")

    emulator = Emulator(lambda _: httpx.Response(200, stream=Breaks()))
    with pytest.raises(httpx.ReadError):
        ask(emulator, f"/s3/b-b.localhost/k?{SIGNED}")


def test_headers_that_would_reach_beyond_the_console_are_dropped() -> None:
    given = {
        "set_cookie": "a=b", "access_control_allow_origin": "*", "connection": "close",
        "strict_transport_security": "max-age=1", "content_security_policy": "default-src 'self'",
        "x_frame_options": "DENY", "cache_control": "no-cache", "etag": '"1"',
    }  # fmt: skip
    page = ask(answering(200, b"x", **given), "/").headers

    assert page["content-security-policy"] == "default-src 'self'"
    assert page["x-frame-options"] == "DENY"
    assert page["cache-control"] == "no-cache"
    assert page["x-content-type-options"] == "nosniff"
    assert page["cross-origin-resource-policy"] == "same-origin"
    for name in ("set-cookie", "access-control-allow-origin", "strict-transport-security"):
        assert name not in page


def test_an_uploaded_file_is_no_page_of_the_console() -> None:
    emulator = answering(200, b"<script>", content_type="text/html", location="https://x.example")
    headers = ask(emulator, f"/s3/b-b.localhost/k?{SIGNED}").headers

    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert "location" not in headers


def test_a_console_that_is_not_published_says_how() -> None:
    answer = ask(answering(403, b"<Error/>"), "/results")
    assert answer.status == 503
    assert b"sightline console publish" in answer.body
    assert ask(answering(403, b"<Error/>"), "/assets/a.js").status == 403


def test_health_needs_no_deployment() -> None:
    assert ask(answering(), "/health", outputs={}).status == 200


def test_the_log_has_no_signatures_and_no_searches(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "local.console.proxy"):
        ask(answering(), f"/s3/b-b.localhost/key?{SIGNED}")
        ask(answering(), "/api/results?text=secret", authorization="eyJ.token")
        ask(answering(), "/api/x\r\nforged")
    text = caplog.text
    assert "GET s3 b-b.localhost /s3/b-b.localhost/key: 200" in text
    for hidden in ("0123abcd", "secret", "eyJ"):
        assert hidden not in text
    assert "forged" not in [line[:6] for line in text.splitlines()]
