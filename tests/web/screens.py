"""The main screens of the console, each as somebody sees it who works there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Locator, expect

from tests.web.visit import Visit

Who = Literal["nobody", "uploader", "reviewer", "admin"]


@dataclass(frozen=True)
class Screen:
    """A path with the places of ids, and what has to be seen there before one looks at it."""

    name: str
    who: Who
    path: str
    prepare: Callable[[Visit], None]


def has_loaded(picture: Locator) -> None:
    """Wait until a picture is there to be seen: one that is broken is `complete`, too."""
    picture.scroll_into_view_if_needed()
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def _sees(test_id: str) -> Callable[[Visit], None]:
    return lambda at: at.test_id(test_id).first.wait_for()


def _forgotten(at: Visit) -> None:
    at.click("Forgotten your password?")
    at.shows("Send me a code")


def _gallery(at: Visit) -> None:
    at.test_id("image-card").first.wait_for()
    pictures = at.test_id("image-card").locator("img")
    for picture in pictures.all():
        has_loaded(picture)
    at.page.evaluate("scrollTo(0, 0)")


def _image(at: Visit) -> None:
    at.test_id("box-text").first.wait_for()
    has_loaded(at.test_id("picture").locator("img"))


def _history(at: Visit) -> None:
    _image(at)
    at.page.get_by_role("tab", name="History").click()
    at.test_id("events").wait_for()


def _review_image(at: Visit) -> None:
    expect(at.test_id("approve")).to_be_enabled()
    expect(at.test_id("waiting")).to_have_text(re.compile(r"^\d"))
    has_loaded(at.test_id("picture").locator("img"))


def _correction(at: Visit) -> None:
    _review_image(at)
    at.page.keyboard.press("c")
    at.test_id("correction").wait_for()


def _rejection(at: Visit) -> None:
    _review_image(at)
    at.page.keyboard.press("r")
    at.page.get_by_label("Reason").wait_for()


def _new_batch(at: Visit) -> None:
    at.test_id("new-batch").click()
    at.test_id("batch-create").wait_for()


SCREENS = (
    Screen("sign-in", "nobody", "/", lambda at: at.shows("Forgotten your password?")),
    Screen("forgotten-password", "nobody", "/", _forgotten),
    Screen("gallery", "uploader", "/gallery", _gallery),
    Screen("gallery-nothing", "uploader", "/gallery?text=zebra", _sees("empty")),
    Screen("upload", "uploader", "/upload", _sees("drop-zone")),
    Screen("image", "uploader", "/images/{sign}", _image),
    Screen("image-history", "uploader", "/images/{sign}", _history),
    Screen("account", "uploader", "/account", lambda at: at.shows("Change password")),
    Screen("not-found", "uploader", "/nowhere", lambda at: at.shows("There is no such page")),
    Screen("review", "reviewer", "/review", _sees("review-row")),
    Screen("review-image", "reviewer", "/review/{in_review}", _review_image),
    Screen("review-correct", "reviewer", "/review/{in_review}", _correction),
    Screen("review-reject", "reviewer", "/review/{in_review}", _rejection),
    Screen("dashboard", "admin", "/dashboard", _sees("cost")),
    Screen("batches", "admin", "/batches", _sees("batches")),
    Screen("batch-new", "admin", "/batches", _new_batch),
    Screen("batch", "admin", "/batches/{batch}", _sees("batch-cost")),
)
