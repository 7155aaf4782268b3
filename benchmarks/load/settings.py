"""What is run: how many people, for how long, at which pace, and the settings of their stack."""

import math
from dataclasses import dataclass

UPLOAD_EVERY_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 60.0
"""How long a person waits for a result before it counts as none."""
REQUEST_SECONDS = 40.0
"""How long a request may take: a little longer than the proxy gives it."""
START_SECONDS = 30.0
"""Of Locust and the users."""

WITHIN_SECONDS, SHARE = 10.0, 0.95
"""What is claimed: this share of the images has its result within this time."""

LABELS_SECONDS, TEXT_SECONDS = 0.75, 0.7
"""Mean latency of DetectLabels and DetectText. Amazon publishes none: these are the assumptions of
docs/scaling.md (benchmarks/model/parameters.py)."""
SPREAD = 0.35
"""Sigma of the log-normal latency, of the same assumptions."""

CONTEXT = {
    "text_rule": "always",
    # More than the 3.3 images a second take at once in either stage, by twice and more, so that
    # uploads which happen to come together do not wait for a function.
    "images_concurrency": "12",
    "text_concurrency": "12",
}
"""What differs from the settings of `sightline local up`."""


@dataclass(frozen=True)
class Plan:
    """So many users, each with an upload every 30 seconds, for so many seconds."""

    users: int = 100
    seconds: int = 300

    @property
    def is_stock(self) -> bool:
        """Is it the run that the documents are about?"""
        return self == Plan()

    @property
    def pictures_of_each(self) -> int:
        """Uploads that each user makes: the first one within the first 30 seconds."""
        return max(1, math.floor(self.seconds / UPLOAD_EVERY_SECONDS))

    @property
    def uploads(self) -> int:
        """Uploads of all users."""
        return self.users * self.pictures_of_each

    @property
    def start_within(self) -> float:
        """Seconds in which each user's first upload begins, at a random moment."""
        return min(UPLOAD_EVERY_SECONDS, self.seconds / 2)

    @property
    def longest(self) -> float:
        """Seconds after which Locust ends whatever has happened.

        The last upload begins before the end; it takes three requests at most beside the wait.
        """
        return START_SECONDS + self.seconds + LONGEST_WAIT_SECONDS + 3 * REQUEST_SECONDS
