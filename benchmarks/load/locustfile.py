"""The users, for Locust: each uploads a photo every 30 seconds, waits for it, and looks around.

Reads the file that LOAD_USERS names, as benchmarks/load/runs.py writes it. Ends by itself when the
last user is done; Locust's own --run-time is the bound if that never happens.
"""

import json
import os
import random
import time
from pathlib import Path
from typing import Any

import gevent  # type: ignore[import-untyped]
from locust import constant, events, task  # type: ignore[import-not-found]
from locust.contrib.fasthttp import FastHttpUser  # type: ignore[import-not-found]
from locust.exception import StopUser  # type: ignore[import-not-found]

from benchmarks.load.notes import Ended, Uploaded, write_note
from benchmarks.load.pace import AFTER_ERROR_SECONDS, ENDED, waits
from benchmarks.load.settings import (
    LONGEST_WAIT_SECONDS,
    REQUEST_SECONDS,
    UPLOAD_EVERY_SECONDS,
    Plan,
)
from benchmarks.load.visitor import Browser

_asked: dict[str, Any] = json.loads(Path(os.environ["LOAD_USERS"]).read_text(encoding="utf-8"))
_PLAN = Plan(_asked["users"], _asked["seconds"])
_NOTES = Path(_asked["notes"]).open("w", encoding="utf-8")  # noqa: SIM115 -- until the end
_tokens = list(enumerate(_asked["tokens"]))
_done: list[int] = []
_began = {"wall": 0.0}
_THINK_SECONDS = 2.0, 5.0
"""Between two things that a user looks at."""


class Visitor(FastHttpUser):  # type: ignore[misc]
    """One signed-in user."""

    host = _asked["origin"]
    wait_time = constant(0)
    connection_timeout = network_timeout = REQUEST_SECONDS
    # What fails has failed: none is tried again here, as none is forgiven in the report.
    max_retries = max_redirects = 0

    @task  # type: ignore[untyped-decorator]
    def visit(self) -> None:
        """Upload, wait, look around, until the time is over."""
        number, token = _tokens.pop()
        chance = random.Random(number)
        browser = Browser(self.client, _asked["origin"], token, _NOTES)
        first = _began["wall"] + chance.uniform(0, _PLAN.start_within)
        for count in range(_PLAN.pictures_of_each):
            _sleep_until(first + count * UPLOAD_EVERY_SECONDS)
            _upload(browser, Path(_asked["pictures"]) / f"{number}-{count}.jpg")
            last = count == _PLAN.pictures_of_each - 1
            until = first + (count + 1) * UPLOAD_EVERY_SECONDS
            _look_around(browser, chance, _began["wall"] + _PLAN.seconds if last else until)
        _done.append(number)
        if len(_done) == _PLAN.users:
            _end(self.environment)
        raise StopUser


def _upload(browser: Browser, file: Path) -> None:
    """Upload a photo and wait for its result as the console does."""
    began = time.time()
    form = browser.form(file.name, file.stat().st_size)
    formed = time.time()
    if form is None or not browser.send(form, file):
        return
    sent, task_id = time.time(), form["task_id"]
    for wait in waits():
        if time.time() - sent > LONGEST_WAIT_SECONDS:
            break
        gevent.sleep(wait)
        image = browser.result(task_id, route="GET /results/{id}, waiting")
        if image is None:
            gevent.sleep(AFTER_ERROR_SECONDS)
        elif image["status"] in ENDED:
            seen = Uploaded(task_id, began, formed, sent, time.time(), image["status"], image["id"])
            write_note(_NOTES, seen)
            return
    write_note(_NOTES, Uploaded(task_id, began, formed, sent))


def _look_around(browser: Browser, chance: random.Random, until: float) -> None:
    """Open the gallery, an image of it, its picture; search for a word; and so on."""
    words: list[str] = []
    while _thinks(chance, until):
        items = [item for item in browser.gallery() if item["status"] in ENDED]
        words = [word for item in items for line in item["text"] for word in line.split()] or words
        if items and _thinks(chance, until):
            image = browser.result(chance.choice(items)["id"], route="GET /results/{id}")
            if image and (link := image["links"]["preview"] or image["links"]["original"]):
                browser.picture(link, "picture from S3")
        if words and _thinks(chance, until):
            browser.gallery(chance.choice(words))


def _thinks(chance: random.Random, until: float) -> bool:
    """Wait a moment; return False, at that time, where it ends before the moment is over."""
    moment = time.time() + chance.uniform(*_THINK_SECONDS)
    _sleep_until(min(moment, until))
    return moment < until


def _sleep_until(moment: float) -> None:
    gevent.sleep(max(0.0, moment - time.time()))


def _end(environment: Any) -> None:
    ended = Ended(_began["wall"], time.time(), time.process_time(), len(_done))
    write_note(_NOTES, ended)
    _NOTES.flush()
    # Not from here: this is one of the users that it ends.
    gevent.spawn(environment.runner.quit)


@events.test_start.add_listener  # type: ignore[untyped-decorator]
def _begin(**_: Any) -> None:
    _began["wall"] = time.time()


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def _close(**_: Any) -> None:
    _NOTES.close()
