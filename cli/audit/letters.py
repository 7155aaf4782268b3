"""The dead letters as an audit needs them: by image, and those of no image."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.audit.findings import Finding, Kind
from cli.audit.image import Letter
from cli.audit.period import Period
from cli.dead_letters.held import held
from cli.queues import BATCHES, IMAGE_QUEUES, WorkQueue
from lambdas.common.image import ID_LENGTH

_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")


@dataclass(frozen=True)
class SeenLetters:
    """All dead letters by image and by batch.

    `of_none` counts by queue and cause those that stop no image. `complete` is False when there
    were some that could not be seen.
    """

    of_images: Mapping[str, Sequence[Letter]]
    of_batches: Mapping[str, Sequence[Letter]]
    of_none: Mapping[tuple[str, str], int]
    count: int
    complete: bool

    def ids_of(self, period: Period) -> Iterator[str]:
        """Yield the images of which a message became a dead letter in the period."""
        for image_id, letters in self.of_images.items():
            if any(period.holds(letter.failed_at) for letter in letters):
                yield image_id

    def notes(self) -> Iterator[Finding]:
        """Yield what there is to say of those that stop no image."""
        for (queue, cause), count in sorted(self.of_none.items()):
            letters = "1 dead letter" if count == 1 else f"{count:,} dead letters"
            what, do = (
                f"{letters} of the {queue} queue ({cause})",
                f"sightline redrive --queue {queue}",
            )
            if queue in IMAGE_QUEUES:
                what += ", of no image that could be told"
                do = "look at what was sent, then delete it (docs/operations.md)"
            yield Finding(Kind.NOTE, None, None, what, do)


def see_letters(sqs: Any, queues: Sequence[WorkQueue]) -> SeenLetters:
    """Look at the dead letters of all queues, and let everybody see them again."""
    of_images: dict[str, list[Letter]] = defaultdict(list)
    of_batches: dict[str, list[Letter]] = defaultdict(list)
    of_none: Counter[tuple[str, str]] = Counter()
    count, complete = 0, True
    with held(sqs, queues) as found:
        for one in found:
            complete = complete and one.complete and not one.hidden
            for letter in one.letters.values():
                count += 1
                seen = Letter(one.queue.name, letter.cause, letter.failed_at, letter.is_dated)
                if one.queue.name == BATCHES and letter.batch_id is not None:
                    of_batches[letter.batch_id].append(seen)
                ids = [image_id for image_id in letter.image_ids if _ID.fullmatch(image_id)]
                if one.queue.name not in IMAGE_QUEUES or not ids:
                    of_none[one.queue.name, letter.cause] += 1
                    continue
                for image_id in ids:
                    of_images[image_id].append(seen)
    return SeenLetters(dict(of_images), dict(of_batches), of_none, count, complete)
