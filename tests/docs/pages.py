"""The Markdown pages of the repository, as the tests read them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One Markdown file; `prose` is its text without code blocks."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    @property
    def headings(self) -> list[str]:
        return _HEADING.findall(self.prose)

    @property
    def anchors(self) -> set[str]:
        """The headings as GitHub makes anchors of them."""
        return {_anchor(heading) for heading in self.headings}

    @property
    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    @property
    def code(self) -> set[str]:
        """What stands between backticks outside of code blocks."""
        return set(_CODE.findall(self.prose))

    @property
    def rows(self) -> list[list[str]]:
        """The rows of all tables, cell by cell."""
        return [
            [cell.strip() for cell in row.replace(r"\|", "¦").split("|")]
            for row in _ROW.findall(self.prose)
        ]

    def section(self, heading: str) -> "Page":
        """What stands under a heading, down to the next one of its level or a higher one."""
        match = re.search(rf"^(#+) {re.escape(heading)}$", self.text, re.MULTILINE)
        assert match, f"{self.name} has no heading {heading!r}"
        rest = self.text[match.end() :]
        end = re.search(rf"^#{{1,{len(match[1])}}} ", _blanked(rest), re.MULTILINE)
        return Page(self.path, rest[: end.start()] if end else rest)


def _blanked(text: str) -> str:
    """Return a text of the same length without code blocks, whose comments look like headings."""
    return _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)


def _anchor(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", ""))
    return words.strip().replace(" ", "-")


@cache
def page(name: str) -> Page:
    """The page at a path, such as `docs/cli.md`."""
    path = ROOT / name
    return Page(path, path.read_text(encoding="utf-8"))


@cache
def pages() -> tuple[Page, ...]:
    """Every page that is ours: those at the top, and those in docs/."""
    found = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    return tuple(page(path.relative_to(ROOT).as_posix()) for path in found)
