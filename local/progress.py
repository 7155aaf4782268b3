"""Progress, as steps that take seconds. Where it is shown is the caller's business."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Say = Callable[[str], None]


@dataclass
class Progress:
    """Tells of each step when it starts and when it is done, and remembers the seconds."""

    started: Say = lambda _text: None
    done: Say = lambda _text: None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step. It is done only if nothing was raised."""
        self.started(name)
        begin = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begin, 1)
        self.done(f"{name} ({self.seconds[name]:.1f} s)")

    def note(self, text: str) -> None:
        """Something worth saying that took no time."""
        self.done(text)
