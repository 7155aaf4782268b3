"""The redrive of one queue: what was found, what is chosen, what became of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cli.dead_letters.held import HeldLetters, NotMoved
from cli.dead_letters.letter import DeadLetter, Group, Selection, grouped
from cli.dead_letters.move_task import MoveTask


@dataclass
class QueueRedrive:
    """One queue's part of a redrive; `moved`, `repeats` and `failures` are filled while it runs.

    `repeats` are the letters that were only deleted, since another of the same failure was sent.
    """

    held: HeldLetters
    found: int
    chosen: list[DeadLetter]
    moved: int = 0
    repeats: int = 0
    failures: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, held: HeldLetters, selection: Selection) -> "QueueRedrive":
        """Choose among the dead letters of a queue."""
        letters = list(held.letters.values())
        return cls(held, len(letters), [one for one in letters if selection.matches(one)])

    @property
    def name(self) -> str:
        """The queue's."""
        return self.held.queue.name

    @property
    def groups(self) -> list[Group]:
        """What is chosen, by cause."""
        return grouped(self.chosen)

    @property
    def left(self) -> int:
        """Dead letters that were found and are still there."""
        return max(0, self.found - self.moved - self.repeats)

    def move_chosen(self, *, max_per_second: int | None, watch: Callable[[int], None]) -> None:
        """Send the chosen ones back one by one; `watch` is told how many are done with."""
        for outcome in self.held.move(self.chosen, max_per_second=max_per_second):
            if isinstance(outcome, NotMoved):
                self.failures.append(f"message {outcome.letter.message_id}: {outcome.why}")
            else:
                self.moved += outcome.letters
                self.repeats += outcome.repeats
                watch(self.moved + self.repeats)

    def move_all(
        self, task: MoveTask, *, max_per_second: int | None, watch: Callable[[int], None]
    ) -> None:
        """Have SQS move all, also those that came after the look."""
        outcome = task.run(max_per_second=max_per_second, watch=watch)
        self.moved = outcome.messages
        if outcome.failure is not None:
            self.failures.append(outcome.failure)

    def to_document(self) -> dict[str, Any]:
        """Return this part as `--json` prints it."""
        return {
            "queue": self.name,
            "dead_letters": self.found,
            "complete": self.held.complete,
            "in_flight": self.held.hidden,
            "chosen": len(self.chosen),
            "groups": [group.to_document() for group in self.groups],
            "moved": self.moved,
            "repeats": self.repeats,
            "failures": self.failures,
            "left": self.left,
        }
