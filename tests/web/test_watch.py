"""The watch sees what it is there for; without this, no news would not be good news."""

import re
import time

import pytest

from tests.local.api.people import Person
from tests.patience import PATIENCE_SECONDS
from tests.web.browser import NoBrowserError, find_browser
from tests.web.visit import Visit, Visits

_FAULTS = {
    "an inline script": (
        "document.body.appendChild(document.createElement('script')).textContent = '1'",
        "Content Security Policy",
    ),
    "a style": (
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')",
        "Content Security Policy",
    ),
    "another host": ("fetch('https://example.com/').catch(() => 0)", "Content Security Policy"),
    "a picture of another host": ("new Image().src = 'https://example.com/a.png'", "Security Pol"),
    "an uncaught error": ("setTimeout(() => { throw new Error('oh no') })", "uncaught: .*oh no"),
    "an error in the console": ("console.error('oh no')", "error in the console: oh no"),
    "a file that is missing": ("fetch('/assets/missing.js')", "/assets/missing.js was answered 40"),
    "an unexpected refusal": ("fetch('/api/results')", "/api/results was answered 401"),
}


@pytest.fixture
def at(visit: Visits) -> Visit:
    at = visit()
    at.go("/")
    at.shows("Forgotten your password?")
    return at


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_fault_is_noted(at: Visit, fault: str) -> None:
    script, problem = _FAULTS[fault]
    assert at.watch.problems == []

    at.page.evaluate(f"() => {{ {script} }}")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not at.watch.problems and time.monotonic() < deadline:
        at.page.wait_for_timeout(100)

    assert re.search(problem, "\n".join(at.watch.problems)), at.watch.problems
    at.watch.problems.clear()


def test_what_was_expected_has_to_happen(at: Visit) -> None:
    at.watch.expect(401, "^/api/results$")
    with pytest.raises(AssertionError, match="no answer 401"):
        at.watch.verify()

    at.page.evaluate("fetch('/api/results')")

    at.watch.verify()


def test_the_policy_of_the_pages_is_strict(at: Visit) -> None:
    answer = at.page.context.request.get(at.origin)
    policy = answer.headers["content-security-policy"]
    page = answer.text()

    for said in (policy, page):
        assert "default-src 'none'" in said
        assert "script-src 'self'" in said
        assert "unsafe" not in said
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_without_a_browser_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SIGHTLINE_BROWSER", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoBrowserError, match="apt-get install"):
        find_browser()
    monkeypatch.setenv("SIGHTLINE_BROWSER", "/nowhere/chrome")
    with pytest.raises(NoBrowserError, match="/nowhere/chrome"):
        find_browser()


def test_nothing_secret_is_in_what_is_published(at: Visit, anna: Person) -> None:
    for path in ("/", "/config.json"):
        text = at.page.context.request.get(at.origin + path).text()
        assert not re.search(r"secret|password|AKIA|aws_session", text, re.IGNORECASE)
        assert "example.com" not in text
