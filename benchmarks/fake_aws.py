"""AWS as far as `inspect_image` needs it: canned answers over HTTP, outside the measured process.

The handler is unchanged; AWS_ENDPOINT_URL points it here. It really downloads the object, sends
the copies, and parses the answers, so that their buffers count.
"""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_LABELS = {
    "Labels": [{"Name": "Car", "Confidence": 98.5, "Instances": [], "Parents": []}],
    "LabelModelVersion": "canned",
}
_ANSWERS: dict[str, dict[str, Any]] = {
    "RekognitionService.DetectLabels": _LABELS,
    "DynamoDB_20120810.BatchWriteItem": {"UnprocessedItems": {}},
    "AmazonSQS.SendMessage": {"MessageId": "canned", "MD5OfMessageBody": ""},
}
_PUBLISHED = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>'
    "<MessageId>canned</MessageId></PublishResult></PublishResponse>"
)


@dataclass
class FakeAws:
    """What the server answers with, and the statuses that it was told."""

    endpoint: str
    object_path: Path = Path()
    statuses: list[str] = field(default_factory=list)


@contextmanager
def fake_aws() -> Iterator[FakeAws]:
    """Serve on a free port of the loopback interface."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    fake = FakeAws(f"http://127.0.0.1:{server.server_port}")
    _Handler.fake = fake
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _attributes(update: dict[str, Any]) -> dict[str, Any]:
    """Return what an item has after an update that asks for it."""
    if update.get("ReturnValues") != "ALL_NEW":
        return {}
    values = update["ExpressionAttributeValues"]
    if update["Key"]["image_id"]["S"].startswith("pacer#"):
        return {"next": values[":start"]}  # the first turn, at once
    return {  # the first attempt
        "status": values[":new_status"],
        "attempts": values[":one"],
        "received_at": values[":new_received_at"],
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeAws

    def do_GET(self) -> None:
        with self.fake.object_path.open("rb") as body:
            self._head(self.fake.object_path.stat().st_size, "application/octet-stream")
            shutil.copyfileobj(body, self.wfile)

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._head(0, "application/xml")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target")
        if target is None:  # SNS alone still speaks the query protocol
            answer, kind = _PUBLISHED, "text/xml"
        else:
            answer, kind = json.dumps(_ANSWERS.get(target, {})), "application/x-amz-json-1.0"
            if target.endswith(".UpdateItem"):
                update = json.loads(body)
                self._remember(update)
                answer = json.dumps({"Attributes": _attributes(update)})
        self._head(len(answer), kind)
        self.wfile.write(answer.encode())

    def _remember(self, update: dict[str, Any]) -> None:
        names = update.get("ExpressionAttributeNames", {})
        for placeholder, name in names.items():
            value = update["ExpressionAttributeValues"].get(":" + placeholder.removeprefix("#"))
            if name == "status" and value:
                self.fake.statuses.append(value["S"])

    def _head(self, length: int, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.send_header("Content-Type", kind)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing; the base class would log every request."""
