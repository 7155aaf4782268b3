"""What can go wrong on the laptop, said in one sentence that names the way out."""

from pathlib import Path


class LocalError(Exception):
    """A local stack could not do what was asked. `log` is where to read more."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log

    def tail(self, lines: int = 20) -> list[str]:
        """The last lines of the log, if there is one."""
        if self.log is None or not self.log.exists():
            return []
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]


class NotRunning(LocalError):  # noqa: N818 -- a state, not a failure
    """There is no local stack on this port."""
