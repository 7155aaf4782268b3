"""The faults of a stack as files: the rules, and a log of the calls that they met.

Commands write the rules; the emulator and the recognition endpoint read them again when they have
changed. The log counts for both processes, so that a fault for one call hits one.
"""

import fcntl
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from local.faults.rule import Call, Rule

Signature = tuple[int, int, int]


class FaultFile:
    """`faults.json`, with `faults.log` beside it; for their owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_suffix(".log")
        self._signature: Signature | None = None
        self._rules: tuple[Rule, ...] = ()
        self._matched: Counter[str] = Counter()
        self._hits: Counter[str] = Counter()
        self._read_to = 0

    def rules(self) -> tuple[Rule, ...]:
        """The present rules. One `stat` when nothing has changed, or when there is no file."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 -- asked for each request; a third of the time
        except FileNotFoundError:
            self._signature, self._rules = None, ()
            return ()
        signature = (found.st_mtime_ns, found.st_ino, found.st_size)
        if signature != self._signature:
            try:
                text = self._path.read_text(encoding="utf-8")
            except FileNotFoundError:  # Cleared since the line above.
                return ()
            self._rules = tuple(Rule.from_json(document) for document in json.loads(text))
            self._signature = signature
        return self._rules

    def add(self, rule: Rule) -> Rule:
        """Add a rule; return it with its id, which no other rule of this stack ever had."""
        with self._locked():
            self._catch_up()
            known = {rule.id for rule in self.rules()} | set(self._matched)
            number = 1 + max((int(name) for name in known), default=0)
            added = replace(rule, id=str(number))
            self._write((*self.rules(), added))
        return added

    def remove(self, is_meant: Callable[[Rule], bool]) -> list[Rule]:
        """Remove rules; return them."""
        with self._locked():
            rules = self.rules()
            removed = [rule for rule in rules if is_meant(rule)]
            self._write(tuple(rule for rule in rules if rule not in removed))
        return removed

    def take(self, rule: Rule, call: Call) -> bool:
        """Count a call that matches a rule, and say whether it is hit."""
        with self._locked() as log:
            self._catch_up()
            hit = rule.hits(self._matched[rule.id])
            if not hit and self._matched[rule.id] >= rule.skip:
                return False  # Used up: what comes now is not worth a line.
            line = {
                "rule": rule.id, "hit": hit, "at": round(time.time(), 3), "kind": rule.kind,
                "service": call.service, "operation": call.operation, "caller": call.caller,
                "target": call.target,
            }  # fmt: skip
            os.write(log, json.dumps(line).encode() + b"\n")
        return hit

    def hits(self) -> Counter[str]:
        """How many calls each rule has hit so far, by its id; rules that were removed included."""
        with self._locked():
            self._catch_up()
            return Counter(self._hits)

    def _catch_up(self) -> None:
        with self._log.open("rb") as log:
            log.seek(self._read_to)
            for line in log:
                found = json.loads(line)
                self._matched[found["rule"]] += 1
                self._hits[found["rule"]] += found["hit"]
            self._read_to = log.tell()

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the log, which exists from then on; yields its descriptor, for appending."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(self._log, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _write(self, rules: tuple[Rule, ...]) -> None:
        if not rules:
            self._path.unlink(missing_ok=True)
            return
        partial = self._path.with_suffix(".part")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps([rule.to_json() for rule in rules], indent=1) + "\n", "utf-8")
        partial.replace(self._path)
