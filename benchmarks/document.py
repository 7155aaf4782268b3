"""Puts the measured tables into docs/benchmarks.md, between the markers that name them."""

import re
from pathlib import Path

from benchmarks.report import RESULTS, Report

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_BLOCK = re.compile(r"(<!-- results of (\w+) -->\n).*?(<!-- end of results -->)", re.DOTALL)


def write_document() -> Path:
    """Replace each block that has results; the others stay as they are."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(_BLOCK.sub(_filled, text), encoding="utf-8")
    return DOCUMENT


def _filled(block: re.Match[str]) -> str:
    path = RESULTS / f"{block[2]}.json"
    if not path.exists():
        return block[0]
    return f"{block[1]}\n{Report.read(path).markdown()}\n\n{block[3]}"
