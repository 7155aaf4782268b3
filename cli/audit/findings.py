"""What an audit finds, and what to do about it."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from lambdas.common.result import JsonObject


class Kind(StrEnum):
    """What is wrong, the worst first."""

    MISSING = "missing"
    STUCK = "stuck"
    CONTRADICTORY = "contradictory"
    DUPLICATED = "duplicated"
    UNANNOUNCED = "unannounced"
    ON_THE_WAY = "on_the_way"
    NOTE = "note"

    @property
    def words(self) -> str:
        """The kind as a sentence has it."""
        return "notes" if self is Kind.NOTE else self.value.replace("_", " ")


@dataclass(frozen=True)
class Finding:
    """One thing that an audit found.

    `image_id` is None where it is of no image, `source` where it is of no place in a bucket, and
    `batch` where it is of no batch.
    """

    kind: Kind
    image_id: str | None
    source: str | None
    what: str
    do: str
    batch: str | None = None

    def to_document(self) -> JsonObject:
        """Return the finding as `--json` prints it."""
        return {**vars(self), "kind": str(self.kind)}


class Findings:
    """Counts all findings by kind and keeps the first `limit` of each kind."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: dict[Kind, list[Finding]] = {kind: [] for kind in Kind}
        self.counts: Counter[Kind] = Counter()

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it if there is room."""
        self.counts[finding.kind] += 1
        if len(self._kept[finding.kind]) < self._limit:
            self._kept[finding.kind].append(finding)

    def add_unseen(self, kind: Kind, count: int) -> None:
        """Count findings that nobody has kept."""
        self.counts[kind] += count

    @property
    def worst(self) -> tuple[Finding, ...]:
        """The first `limit` of what is kept, the worst kinds first."""
        kept = [finding for kind in Kind for finding in self._kept[kind]]
        return tuple(kept[: self._limit])
