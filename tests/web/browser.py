"""A real Chromium: found on the machine, started without anything that it does by itself."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.patience import PATIENCE_SECONDS

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
TIMEOUT = PATIENCE_SECONDS / 2 * 1000
"""Milliseconds that an action of a page may take."""


class NoBrowserError(Exception):
    """There is no browser to test the console in; the text says what to install."""


def find_browser() -> str:
    """Return the path of the Chromium to use. Raises NoBrowserError."""
    named = os.environ.get("SIGHTLINE_BROWSER")
    for name in (named,) if named else _NAMES:
        if path := shutil.which(name):
            return path
    if named:
        raise NoBrowserError(f"SIGHTLINE_BROWSER names {named}, and there is no such program.")
    raise NoBrowserError(
        "The tests of the console need Chromium. Install it (on Debian: apt-get install --yes "
        "--no-install-recommends chromium), or name one: SIGHTLINE_BROWSER=/path/to/chrome"
    )


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Run a browser without a window."""
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
