"""A bounded cache whose concurrent callers share one computation."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class SharedCache(Generic[V]):
    """Keep the `max_entries` most recently used results, and compute each key once at a time."""

    def __init__(self, max_entries: int) -> None:
        self._max_entries = max_entries
        self._entries: OrderedDict[str, Future[V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, compute: Callable[[], V]) -> V:
        """Answer the value of `key`, computed by this caller or by the one that came first.

        An error of `compute` reaches every caller that waits for it, and is not kept.
        """
        with self._lock:
            future = self._entries.get(key)
            if future is not None:
                self._entries.move_to_end(key)
            else:
                mine: Future[V] = Future()
                self._entries[key] = mine
                while len(self._entries) > self._max_entries:
                    self._entries.popitem(last=False)
        if future is not None:
            return future.result()
        try:
            mine.set_result(compute())
        except BaseException as error:
            with self._lock:
                if self._entries.get(key) is mine:
                    del self._entries[key]
            mine.set_exception(error)
            raise
        return mine.result()
