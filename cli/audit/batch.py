"""One batch as an audit sees it."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cli.audit.findings import Finding, Kind
from cli.audit.image import AuditedImage, Letter
from lambdas.common.batches.batch import Batch, State


@dataclass
class SeenPages:
    """What the pages of a batch's listing tell of the images that were sent.

    `open` have not ended; `on_hold` of them wait for a person, and `buried` are the queues in which
    some of them are dead letters. `missing` have no record, of which `shown` are the first. `gone`
    are pages that are not there, `broken` says why others cannot be read. `last_sign` is the last
    time that any of the images tells of.
    """

    open: int = 0
    on_hold: int = 0
    buried: set[str] = field(default_factory=set)
    missing: int = 0
    shown: list[AuditedImage] = field(default_factory=list)
    gone: int = 0
    broken: list[str] = field(default_factory=list)
    last_sign: datetime | None = None


@dataclass(frozen=True)
class AuditedBatch:
    """What is known of one batch; `letters` are those of its control messages.

    `is_complete` says that all of its images are counted as ended, `last_sign` when anything of it
    moved last.
    """

    batch: Batch
    is_complete: bool
    last_sign: datetime
    letters: Sequence[Letter]
    pages: SeenPages

    def finding(self, kind: Kind, what: str, do: str) -> Finding:
        """Return a finding about this batch."""
        return Finding(kind, None, self.batch.uri, what, do, self.batch.id)

    @property
    def start(self) -> str:
        """The command that goes on with it."""
        command = f"sightline batch start {self.batch.id}"
        if self.batch.state is State.LISTING and not self.batch.approved:
            return f"{command} (which is the yes to what it costs, too)"
        return command

    @property
    def anew(self) -> str:
        """The commands that end it and make another one of the same images."""
        again = " --again" if self.batch.again else ""
        return (
            f"sightline batch cancel {self.batch.id}, which reports what has ended, and then "
            f"sightline batch {shlex.quote(self.batch.uri)}{again}"
        )
