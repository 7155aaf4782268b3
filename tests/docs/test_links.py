"""Links lead somewhere, and files that are named exist."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, page, pages

FOLDERS = (
    *("benchmarks", "cli", "docs", "lambdas", "layers", "local", "requirements", "stacks"),
    *("tests", "vision"),
)
# Made while the app is used or built: a fresh clone has none of them.
MADE = (
    *("layers/build", "benchmarks/.", "benchmarks/load/.", "benchmarks/node_modules"),
    "benchmarks/results",
)
NAMES = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*")
TOP_LEVEL_FILE = re.compile(r"[\w-]+\.(?:py|toml|json|md|txt)|Makefile|\.cfnlintrc")


def _name(found: Page) -> str:
    return found.name


@pytest.mark.parametrize("found", pages(), ids=_name)
def test_relative_links_and_anchors_resolve(found: Page) -> None:
    broken = [
        link
        for link in found.links
        if not link.startswith(("http://", "https://", "mailto:")) and not _resolves(found, link)
    ]

    assert broken == []


@pytest.mark.parametrize("found", pages(), ids=_name)
def test_files_that_are_named_exist(found: Page) -> None:
    missing = [
        code
        for code in found.code
        if NAMES.fullmatch(code) and not code.startswith(MADE) and not (ROOT / code).exists()
    ]

    assert missing == []


def test_top_level_files_that_are_named_exist() -> None:
    # Only those that the repository could have at its top; pages also name files of AWS and users.
    named = page("CONTRIBUTING.md").code | page("docs/settings.md").code | page("README.md").code
    missing = [
        code for code in named if TOP_LEVEL_FILE.fullmatch(code) and not (ROOT / code).is_file()
    ]

    assert missing == []


def test_every_page_in_docs_is_linked_from_the_readme() -> None:
    linked = {Path(link.partition("#")[0]) for link in page("README.md").links}
    unlinked = [
        found.name
        for found in pages()
        if found.path.parent == ROOT / "docs" and Path(found.name) not in linked
    ]

    assert unlinked == []


def test_a_broken_link_would_be_found() -> None:
    assert not _resolves(page("README.md"), "docs/no-such-page.md")
    assert not _resolves(page("README.md"), "docs/cli.md#no-such-heading")
    assert not _resolves(page("README.md"), "#no-such-heading")


def _resolves(found: Page, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (found.path.parent / path).resolve() if path else found.path
    if not target.exists():
        return False
    if not anchor:
        return True
    return anchor in page(target.relative_to(ROOT).as_posix()).anchors
