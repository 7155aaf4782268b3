"""Puts the tables into the documents, between the markers that name them.

`<!-- results of memory -->` takes a whole report, `<!-- results of model: Cost -->` the table whose
title begins so, `<!-- results of model: claims -->` its claims.
"""

import re
from pathlib import Path

from benchmarks.report import RESULTS, Report

_DOCS = Path(__file__).parents[1] / "docs"
DOCUMENTS = (_DOCS / "benchmarks.md", _DOCS / "scaling.md")
_BLOCK = re.compile(
    r"(<!-- results of (\w+)(?:: ([^>]+?))? -->\n).*?(<!-- end of results -->)", re.DOTALL
)


def write_documents() -> list[Path]:
    """Replace each block that has results; the others stay as they are."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        document.write_text(_BLOCK.sub(_filled, text), encoding="utf-8")
    return list(DOCUMENTS)


def _filled(block: re.Match[str]) -> str:
    path = RESULTS / f"{block[2]}.json"
    if not path.exists():
        return block[0]
    report = Report.read(path)
    part = report.part(block[3]) if block[3] else report.markdown()
    return f"{block[1]}\n{part}\n\n{block[4]}"
