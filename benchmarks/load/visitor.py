"""What a browser with the console sends: one request after the other, each of them noted."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from benchmarks.load.notes import Asked, write_note

_PAGE = "24"  # as web/src/gallery/useImages.ts asks


@dataclass
class Browser:
    """Asks the console's proxy, as one user; `client` is Locust's, `origin` the console's."""

    client: Any
    origin: str
    token: str
    notes: TextIO
    shown: set[str] = field(default_factory=set)
    """Images whose thumbnail the browser has."""

    def form(self, name: str, size: int) -> dict[str, Any] | None:
        """Ask for an upload; None where the answer is not one."""
        body = json.dumps({"name": name, "content_type": "image/jpeg", "bytes": size})
        answer: dict[str, Any] | None = self._api("POST", "/upload", "POST /upload", body, 201)
        return answer

    def send(self, form: Mapping[str, Any], file: Path) -> bool:
        """Send a file with its form; return whether S3 took it."""
        boundary = f"----boundary{secrets.token_hex(12)}"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in form["fields"].items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"'
            "\r\nContent-Type: image/jpeg\r\n\r\n"
        )
        body = "".join(parts).encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = self._ask("POST", form["url"], "POST to S3", headers, body, 204)
        return answer is not None

    def result(self, name: str, *, route: str) -> dict[str, Any] | None:
        """Look at an image; None where the answer is none."""
        answer: dict[str, Any] | None = self._api("GET", f"/results/{name}", route)
        return answer

    def gallery(self, word: str = "") -> list[dict[str, Any]]:
        """Open the gallery, or search for a word; fetch the thumbnails that are not there yet."""
        query, route = f"?limit={_PAGE}", "GET /results"
        if word:
            query, route = f"{query}&text={word}", "GET /results?text="
        page = self._api("GET", f"/results{query}", route, found=bool(word))
        items: list[dict[str, Any]] = page["items"] if page else []
        for item in items:
            link = item["links"]["thumbnail"]
            if link and item["id"] not in self.shown and self.picture(link, "thumbnail from S3"):
                self.shown.add(item["id"])
        return items

    def picture(self, link: str, route: str) -> bool:
        """Follow a link to S3; return whether there was a picture."""
        headers = {"Accept": "image/avif,image/webp,*/*", "Sec-Fetch-Dest": "image"}
        return self._ask("GET", link, route, headers, None, 200) is not None

    def _api(  # noqa: PLR0913
        self,
        method: str,
        path: str,
        route: str,
        body: str | None = None,
        expected: int = 200,
        *,
        found: bool = False,
    ) -> Any:
        headers = {"Authorization": self.token, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        address = f"{self.origin}/api{path}"
        return self._ask(method, address, route, headers, body, expected, is_json=True, found=found)

    def _ask(  # noqa: PLR0913, PLR0917
        self,
        method: str,
        address: str,
        route: str,
        headers: dict[str, str],
        body: str | bytes | None,
        expected: int,
        *,
        is_json: bool = False,
        found: bool = False,
    ) -> Any:
        """Ask, and note it; return the JSON or the bytes, None for what counts as failed."""
        sent = {**headers, "Sec-Fetch-Site": "same-origin"}
        if method == "POST":
            sent["Origin"] = self.origin  # which browsers send with these only
        began, clock = time.time(), time.perf_counter()
        answer = self.client.request(method, address, name=route, data=body, headers=sent)
        seconds = time.perf_counter() - clock
        problem, content = "", None
        if answer.status_code != expected:
            said = (answer.content or b"").decode(errors="replace") or str(answer.error)
            problem = f"{answer.status_code}: {said[:300]}"
        else:
            problem, content = _read(answer.content or b"", is_json=is_json, found=found)
        status = int(answer.status_code or 0)
        write_note(self.notes, Asked(route, began, seconds, status, problem))
        return content


def _read(content: bytes, *, is_json: bool, found: bool) -> tuple[str, Any]:
    """Return what is wrong with an answer, and the answer where nothing is."""
    if not is_json:
        return "", content
    try:
        document = json.loads(content)
    except ValueError:
        return "the answer is no JSON", None
    if found and not document["items"]:
        return "the search found nothing", None
    return "", document
