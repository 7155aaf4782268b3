"""The steps of a sign-in that are under way, and codes that were sent: who may go on with which.

The emulator takes the answer to a challenge from anybody who knows a user's name, asks for no proof
that the password came before, and its codes are the same for everybody. Cognito's sessions are
bound to user, client and challenge, end after minutes and serve once; its codes are random, end
after an hour and a few wrong guesses, and it sends only so many. So is it here.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

CODE_SECONDS = 3600.0
MAX_WRONG_CODES = 5
"""Wrong guesses of one user, in a session or within an hour, however many codes there are."""
MAX_CODES = 5
"""Codes that one may ask for within an hour."""
# Nobody has as many sign-ins under way; without an end, asking for more would fill the memory.
MAX_KEPT = 10_000


@dataclass(frozen=True)
class Step:
    """What a session allows: this challenge, of this user, at this client."""

    challenge: str
    user: str
    client: str


class Sessions:
    """The sessions that were handed out. `now` tells seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._steps: dict[str, tuple[Step, float]] = {}
        self._wrong: dict[str, int] = {}

    def remember(self, session: str, step: Step, seconds: float) -> None:
        """Let this session do this for so long."""
        while len(self._steps) >= MAX_KEPT:
            self.end(next(iter(self._steps)))
        self._steps[session] = (step, self._now() + seconds)

    def step(self, session: object) -> Step | None:
        """What the session allows; None if it is unknown or has ended."""
        if not isinstance(session, str) or session not in self._steps:
            return None
        step, until = self._steps[session]
        return step if self._now() < until else None

    def end(self, session: object) -> None:
        """It has served."""
        if isinstance(session, str):
            self._steps.pop(session, None)
            self._wrong.pop(session, None)

    def was_wrong(self, session: str) -> None:
        """Count a wrong answer; after a few the session has ended."""
        self._wrong[session] = self._wrong.get(session, 0) + 1
        if self._wrong[session] >= MAX_WRONG_CODES:
            self.end(session)


class Codes:
    """The codes that were sent, by what they are for. `now` tells seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sent: dict[tuple[str, str], float] = {}
        self._wrong: dict[tuple[str, str], list[float]] = {}
        self._asked: dict[tuple[str, str], list[float]] = {}

    def may_ask(self, purpose: str, name: str) -> bool:
        """May one more code be sent to whoever has this name? If so, it counts as sent."""
        asked = self._lately(self._asked.pop((purpose, name), []))
        allowed = len(asked) < MAX_CODES
        while len(self._asked) >= MAX_KEPT:
            self._asked.pop(next(iter(self._asked)))
        self._asked[purpose, name] = [*asked, self._now()] if allowed else asked
        return allowed

    def make(self, purpose: str, user: str) -> str:
        """Return a new code, six digits; an older one is good no longer.

        Wrong guesses of the older one still count: else a new code would buy new guesses.
        """
        self._sent[purpose, user] = self._now()
        return f"{secrets.randbelow(1_000_000):06d}"

    def may_try(self, purpose: str, user: str) -> bool:
        """May this user's code be guessed once more?"""
        sent = self._sent.get((purpose, user))
        fresh = sent is not None and self._now() - sent < CODE_SECONDS
        return fresh and len(self._lately(self._wrong.get((purpose, user), []))) < MAX_WRONG_CODES

    def was_wrong(self, purpose: str, user: str) -> None:
        """Count a wrong guess."""
        before = self._lately(self._wrong.get((purpose, user), []))
        self._wrong[purpose, user] = [*before, self._now()]

    def was_right(self, purpose: str, user: str) -> None:
        """Forget the wrong guesses: they were the user's own."""
        self._wrong.pop((purpose, user), None)

    def _lately(self, times: list[float]) -> list[float]:
        return [at for at in times if self._now() - at < CODE_SECONDS]
