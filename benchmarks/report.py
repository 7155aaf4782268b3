"""What a benchmark says: tables, and claims with what was measured; as Markdown and as JSON."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

CLAIMS = "claims"
"""Names the claims of a report where a part of it is asked for."""
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Table:
    """Figures; the first column names the rows, the others are numbers."""

    title: str
    columns: list[str]
    rows: list[list[str]]

    def markdown(self) -> str:
        """Return the title and the table."""
        marks = ["---", *("---:" for _ in self.columns[1:])]
        lines = [f"| {' | '.join(row)} |" for row in (self.columns, marks, *self.rows)]
        return f"**{self.title}**\n\n" + "\n".join(lines)


@dataclass(frozen=True)
class Claim:
    """Something that the documentation says, what was measured, and whether that bears it out."""

    text: str
    measured: str
    holds: bool

    def markdown(self) -> str:
        """Return a row of a table."""
        return f"| {self.text} | {self.measured} | {'met' if self.holds else '**not met**'} |"


@dataclass(frozen=True)
class Report:
    """The outcome of one benchmark; `machine` has the facts that the figures depend on, if any."""

    name: str
    machine: dict[str, str]
    claims: list[Claim]
    tables: list[Table]
    notes: list[str]

    def markdown(self) -> str:
        """Return the whole report but its heading."""
        claims = ["| Claim | Measured | |", "|---|---|---|", *(c.markdown() for c in self.claims)]
        facts = "; ".join(f"{name}: {value}" for name, value in self.machine.items())
        parts = ["\n".join(claims)] if self.claims else []
        parts += [table.markdown() for table in self.tables]
        parts += ["\n".join(f"- {note}" for note in self.notes)] if self.notes else []
        parts += [f"Measured on {facts}."] if self.machine else []
        return "\n\n".join(parts)

    def part(self, title: str) -> str:
        """Return the claims, or the table whose title begins so; raises KeyError for no table."""
        if title == CLAIMS:
            return replace(self, machine={}, tables=[], notes=[]).markdown()
        for table in self.tables:
            if table.title.startswith(title):
                return table.markdown()
        raise KeyError(f"the results of {self.name} have no table {title!r}; run it again")

    def write(self) -> Path:
        """Write the report as JSON and return where it is."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}.json"
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        return path

    @classmethod
    def read(cls, path: Path) -> "Report":
        """Read what `write` wrote."""
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found["claims"] = [Claim(**claim) for claim in found["claims"]]
        found["tables"] = [Table(**table) for table in found["tables"]]
        return cls(**found)
