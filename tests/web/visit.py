"""Somebody at the console, in a browser of their own."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.web.browser import TIMEOUT
from tests.web.watch import Watch

WIDE = ViewportSize(width=1280, height=860)
PHONE = ViewportSize(width=360, height=740)
# Without what turns for as long as something is awaited.
_RESTS = """() => document.getAnimations().every(({ effect, playState }) =>
    playState !== 'running' || effect.getComputedTiming().endTime === Infinity)"""


class SomebodyWithPassword(Protocol):
    """Whoever can sign in."""

    @property
    def email(self) -> str: ...
    @property
    def password(self) -> str: ...


@dataclass
class Visit:
    """A page of the console, and what nobody sees of it."""

    page: Page
    watch: Watch
    origin: str

    def go(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def test_id(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def shows(self, text: str) -> None:
        """Wait until a text is on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def click(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def open_place(self, name: str) -> None:
        """Follow a link of the main navigation."""
        self.is_signed_in()
        if self.page.get_by_role("button", name="Menu").is_visible():
            self.click("Menu")
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()

    def type_password(self, email: str, password: str) -> None:
        """Fill in the form of the sign-in, and send it."""
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.click("Sign in")

    def sign_in(self, who: SomebodyWithPassword, at: str = "/") -> None:
        self.go(at)
        self.type_password(who.email, who.password)
        self.is_signed_in()

    def is_signed_in(self) -> None:
        self.test_id("account").wait_for(state="attached")

    def drop(self, *paths: Path, onto: str = "drop-zone") -> None:
        """Drop files or folders onto the zone for them or elsewhere, as from a file manager."""
        zone = self.test_id(onto).bounding_box()
        assert zone is not None
        where = {"x": zone["x"] + zone["width"] / 2, "y": zone["y"] + zone["height"] / 2}
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        session = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "data": data, **where}
            session.send("Input.dispatchDragEvent", event)
        session.detach()

    def choose(self, *paths: Path) -> None:
        """Choose files, as from the system's dialog."""
        with self.page.expect_file_chooser() as chooser:
            self.click("Choose images")
        chooser.value.set_files([str(path) for path in paths])

    def upload_row(self, name: str) -> Locator:
        return self.test_id("upload-row").filter(has_text=name)

    def comes_to_rest(self) -> None:
        """Wait until colours and sizes have become what they are going to be."""
        self.page.wait_for_function(_RESTS)

    def is_as_it_was(self) -> bool:
        """Whether the browser may serve again: a clock of Playwright's stays until it is closed."""
        own: bool = self.page.evaluate("!('__pwClock' in window)")
        return own

    def forget(self) -> None:
        """Close the pages, and leave nothing in the browser that people have left in it."""
        context = self.page.context
        stored = {"origin": self.origin, "storageTypes": "cookies,local_storage,indexeddb"}
        context.new_cdp_session(self.page).send("Storage.clearDataForOrigin", stored)
        context.clear_permissions()
        for page in context.pages:
            page.close()

    def storage(self) -> dict[str, str]:
        """What the page keeps in the browser, of either kind."""
        found: dict[str, str] = self.page.evaluate("({ ...localStorage, ...sessionStorage })")
        return found


@dataclass
class Kept:
    """What one visit leaves for the next, to save time: sessions, and browsers with what they hold.

    A browser of its own has no files and no compiled code yet, and each page needs a megabyte.
    """

    sessions: dict[str, dict[str, str]] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)


@dataclass
class Visits:
    """Makes visits, and looks after them; a sign-in by hand is kept for the next visit."""

    browser: Browser
    origin: str
    kept: Kept = field(default_factory=Kept)
    _open: list[tuple[Visit, bool]] = field(default_factory=list)

    def __call__(
        self, who: SomebodyWithPassword | None = None, *, apart: bool = False, **options: Any
    ) -> Visit:
        """Open a browser that nobody else is in; signed in if somebody is named.

        `apart`, or with options of Playwright's: in one that nobody gets afterwards.
        """
        shared = not (apart or options)
        if shared and self.kept.contexts:
            context = self.kept.contexts.pop()
        else:
            context = self.browser.new_context(
                **{"viewport": WIDE, "reduced_motion": "reduce", **options}
            )
            context.set_default_timeout(TIMEOUT)
        watch = Watch(self.origin)
        watch.begin(context)
        visit = Visit(context.new_page(), watch, self.origin)
        self._open.append((visit, shared))
        if who is None:
            return visit
        if who.email not in self.kept.sessions:
            visit.sign_in(who)
            self.kept.sessions[who.email] = visit.page.evaluate("({ ...sessionStorage })")
        else:
            # In this tab only, and once: a reload must not sign in whoever has signed out.
            visit.page.add_init_script(
                "if (!sessionStorage.length) Object.assign(sessionStorage, "
                f"{json.dumps(self.kept.sessions[who.email])})"
            )
        return visit

    def close(self) -> None:
        """Close all, and fail with what was noted in any."""
        visits, self._open = self._open, []
        for visit, shared in visits:
            context = visit.page.context
            if shared and visit.is_as_it_was():
                visit.watch.end(context)
                visit.forget()
                self.kept.contexts.append(context)
            else:
                context.close()
        for visit, _ in visits:
            visit.watch.verify()


@contextmanager
def visits_of(browser: Browser, origin: str, kept: Kept) -> Iterator[Visits]:
    """Give a test its visits, and fail it with what was noted in them."""
    visits = Visits(browser, origin, kept)
    try:
        yield visits
    finally:
        visits.close()


def files_in(folder: Path, files: Sequence[tuple[str, bytes]]) -> list[Path]:
    """Write files with these names, and return their paths."""
    paths = []
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return paths
