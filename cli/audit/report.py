"""What an audit says in the end."""

from collections.abc import Mapping
from dataclasses import dataclass

from cli.audit.findings import Finding, Kind
from cli.audit.period import Period
from cli.queues import Depth
from lambdas.common.result import JsonObject


@dataclass(frozen=True)
class Report:
    """What was compared, and what was found.

    `objects`, `records`, `results` and `batches` are those of the period; `dead_letters` are all
    that there are. `counts` counts every finding, `findings` are the first of them, the worst
    first.
    """

    period: Period
    objects: int
    records: int
    results: int
    dead_letters: int
    batches: int
    statuses: Mapping[str, int]
    queues: Mapping[str, Depth]
    counts: Mapping[Kind, int]
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """True when nothing was found but notes."""
        return not any(self.counts.get(kind) for kind in Kind if kind is not Kind.NOTE)

    @property
    def at_rest(self) -> bool:
        """True when nothing is on its way."""
        return not self.counts.get(Kind.ON_THE_WAY)

    @property
    def disagrees(self) -> bool:
        """True when something is wrong that waiting does not cure."""
        others = (Kind.ON_THE_WAY, Kind.NOTE)
        return any(self.counts.get(kind) for kind in Kind if kind not in others)

    @property
    def summary(self) -> str:
        """The audit in one sentence."""
        numbers = (
            *((self.objects, "object"), (self.records, "record")),
            *((self.results, "result"), (self.dead_letters, "dead letter")),
        )
        compared = ", ".join(
            f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in numbers
        )
        if self.batches:
            compared += f", {self.batches:,} batch{'' if self.batches == 1 else 'es'}"
        found = ", ".join(
            f"{self.counts[kind]:,} {kind.words}"
            for kind in Kind
            if kind is not Kind.NOTE and self.counts.get(kind)
        )
        if not found:
            return f"{compared}: everything agrees."
        rest = "" if self.disagrees else "; nothing is wrong so far, and not all has ended"
        return f"{compared}: {found}{rest}."

    def to_document(self) -> JsonObject:
        """Return the report as `--json` prints it."""
        return {
            "since": self.period.since.isoformat(timespec="seconds"),
            "until": self.period.until.isoformat(timespec="seconds"),
            "agrees": self.agrees,
            "objects": self.objects,
            "records": self.records,
            "results": self.results,
            "dead_letters": self.dead_letters,
            "batches": self.batches,
            "statuses": dict(self.statuses),
            "queues": {name: vars(depth) for name, depth in self.queues.items()},
            "counts": {str(kind): self.counts.get(kind, 0) for kind in Kind},
            "findings": [finding.to_document() for finding in self.findings],
        }
