"""The code of functions, which the emulator writes to files of their own, one for each content.

It would read all of the code at every look at the functions, and delete a file before it is
written down that no function needs it.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

from local.emulator.internals import lambda_service, require


class CodeBlobs:
    """Replaces how the emulator writes code, and when it deletes code that nothing needs."""

    def __init__(self) -> None:
        require(lambda_service, "_write_code_blob", "_prune_orphan_code_blobs")
        self._write = lambda_service._write_code_blob
        self._prune = lambda_service._prune_orphan_code_blobs
        self._known: dict[int, tuple[bytes, str]] = {}
        self._needed: frozenset[str] | None = None
        self._pruned: frozenset[str] = frozenset()
        lambda_service._write_code_blob = self._write_once
        lambda_service._prune_orphan_code_blobs = self._remember

    def prune(self) -> None:
        """Delete what no function needs, now that the functions are written down."""
        if self._needed is None or self._needed == self._pruned:
            return
        self._prune(set(self._needed))
        self._pruned = self._needed
        self._known = {k: (c, d) for k, (c, d) in self._known.items() if d in self._needed}

    def _write_once(self, code: bytes) -> str:
        # The very same bytes: kept here, so that their identity is not another's.
        known = self._known.get(id(code))
        if known is None:
            known = self._known[id(code)] = (code, self._write(code))
        return known[1]

    def _remember(self, needed: set[str]) -> None:
        self._needed = frozenset(needed)
