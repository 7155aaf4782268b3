"""What the proxy does not pass on, and what it says instead."""

import json
from http import HTTPStatus


class Refused(Exception):  # noqa: N818 -- an answer, not a failure
    """A request that is answered here: a status, and a sentence that says what to do."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def answer_body(refused: Refused, path: str) -> tuple[str, bytes]:
    """Content type and body: problem details (RFC 9457) for the API, a line of text for others."""
    if not path.startswith("/api/"):
        return "text/plain; charset=utf-8", f"{refused.sentence}\n".encode()
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "detail": refused.sentence,
        "instance": path,
    }
    return "application/problem+json", json.dumps(problem).encode()
