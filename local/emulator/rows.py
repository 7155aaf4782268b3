"""Rows that outlive `kill -9`: a small table of keys and values, changed in transactions.

A transaction is in the system's hands when it returns: the process may be killed then, at any
moment. A machine that loses power is another matter: nothing waits for the disk.
"""

import pickle
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Of what the row is: a service, one of its stores, an entry of that.
Key = tuple[str, str, Any]

_FORMAT = 1


class Rows:
    """The table. One thread uses it: SQLite refuses the others."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._database = sqlite3.connect(path, isolation_level=None)
        # With a log written ahead, what was half written when the process was killed is ignored.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        (found,) = self._database.execute("PRAGMA user_version").fetchone()
        if found not in {0, _FORMAT}:
            raise RuntimeError(f"{path} was written by another version of this program ({found}).")
        self._database.execute(f"PRAGMA user_version = {_FORMAT}")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS rows"
            "(id INTEGER PRIMARY KEY, service TEXT, store TEXT, key BLOB, value BLOB)"
        )
        self._ids: dict[Key, int] = {}
        (self._last,) = self._database.execute("SELECT coalesce(max(id), 0) FROM rows").fetchone()

    def load(self) -> Iterator[tuple[Key, bytes]]:
        """Return every row, in the order in which they were first written."""
        found = self._database.execute(
            "SELECT id, service, store, key, value FROM rows ORDER BY id"
        )
        for number, service, store, key, value in found.fetchall():
            known: Key = (service, store, thaw(key))
            self._ids[known] = number
            yield known, value

    def change(self, changes: Mapping[Key, bytes | None]) -> None:
        """Write rows, and delete those whose value is None: all of it, or nothing if killed."""
        if not changes:
            return
        written, deleted = [], []
        numbers: dict[Key, int | None] = {}
        for key, value in changes.items():
            number = self._ids.get(key)
            if value is None:
                if number is not None:
                    deleted.append((number,))
                    numbers[key] = None
                continue
            if number is None:
                # Pickled keys cannot be compared: equal ones may differ in their bytes.
                self._last += 1
                number = numbers[key] = self._last
            written.append((number, *key[:2], freeze(key[2]), value))
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        try:
            database.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)", written)
            database.executemany("DELETE FROM rows WHERE id = ?", deleted)
            database.execute("COMMIT")
        except BaseException:
            database.execute("ROLLBACK")
            raise
        for key, known in numbers.items():
            if known is None:
                del self._ids[key]
            else:
                self._ids[key] = known

    def close(self) -> None:
        """Leave one file behind, without a log beside it."""
        self._database.close()


def freeze(value: object) -> bytes:
    """Return a value of the emulator's as bytes."""
    return pickle.dumps(value, protocol=5)


def thaw(data: bytes) -> Any:
    """Return the value of these bytes."""
    # They come from a file that this stack wrote, in a directory that is its owner's alone.
    return pickle.loads(data)  # noqa: S301
