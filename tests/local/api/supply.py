"""What the cells of the table of roles, and the requests of Schemathesis, are about."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from PIL import Image

from lambdas.common.routes import Group
from tests.images import encoded, photo
from tests.local.api.office import Office
from tests.local.api.people import Person
from tests.local.deployed import Deployed
from tests.patience import eventually
from tests.role_table import CELLS, Cell, Role, Target

_numbers = count(1)


def nothing_to_see() -> bytes:
    """A picture on which no label is found: it goes into review."""
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), (90, 120, 150)).save(buffer, "JPEG")
    return buffer.getvalue()


def needed(target: Target) -> int:
    """How many of a target the table needs: what a cell leaves as it was serves the next one."""
    of_target = [cell for cell in CELLS if cell.target is target]
    return sum(cell.changes_something for cell in of_target) + 1


@dataclass
class Supply:
    """Makes targets of the owner's; the images of one kind all at once, which are done sooner."""

    office: Office
    at_once: int | None = None
    """How many; as many as the table of roles needs if it is not said."""
    _shared: dict[Target, str] = field(default_factory=dict)
    _stock: defaultdict[Target, list[str]] = field(default_factory=lambda: defaultdict(list))
    _in_batches: str = ""

    def of(self, cell: Cell) -> str:
        """Return the name of what a cell is about."""
        if cell.changes_something:
            return self.new(cell.target, is_over=not cell.needs_another_batch)
        if cell.target not in self._shared:
            self._shared[cell.target] = self.new(cell.target)
        return self._shared[cell.target]

    def new(self, target: Target, *, is_over: bool = True) -> str:
        """Return the name of a target that nothing was done with; a batch that is over, or not."""
        if target is Target.NOTHING:
            return ""
        if target is Target.BATCH:
            return self._batch(is_over=is_over)
        if not self._stock[target]:
            self._stock[target] = self._made(target, self.at_once or needed(target))
        return self._stock[target].pop()

    def images(self, number: int, *, in_review: bool) -> list[tuple[str, str]]:
        """Have the owner upload some pictures; return the ids of the images and their tasks."""
        owner = self.office[Role.OWNER]
        data = nothing_to_see() if in_review else encoded(photo(), "JPEG")
        tasks = [owner.send(_name(), data) for _ in range(number)]
        images = [owner.result(task) for task in tasks]
        statuses = Counter(image["status"] for image in images)
        assert set(statuses) == {"in_review" if in_review else "done"}, statuses
        return [(str(image["id"]), task) for image, task in zip(images, tasks, strict=True)]

    def close(self) -> None:
        """Delete what the pipeline will never take, so that later audits find nothing amiss."""
        for task in [*self._stock[Target.ARRIVED], self._shared.get(Target.ARRIVED)]:
            if task:
                assert self.office[Role.ADMIN].ask("DELETE", f"/results/{task}").status == 204

    def _made(self, target: Target, number: int) -> list[str]:
        if target is Target.TASK:
            return [self._task() for _ in range(number)]
        if target is Target.ARRIVED:
            with unnoticed(self.office.door.deployed):
                owner = self.office[Role.OWNER]
                return [owner.send(_name(), nothing_to_see()) for _ in range(number)]
        images = self.images(number, in_review=target.was_in_review)
        if target.is_named_by_task:
            return [task for _image, task in images]
        for image, _task in images:
            self._prepare(target, image)
        return [image for image, _task in images]

    def _prepare(self, target: Target, image: str) -> None:
        if target is Target.DECIDED:
            path, body = f"/reviews/{image}/decision", {"decision": "approve", "seen": 0}
            assert self.office[Role.REVIEWER].ask("POST", path, body).status == 200
        if target is Target.CLAIMED:
            assert self._colleague.ask("POST", f"/reviews/{image}/claim").status == 200

    @cached_property
    def _colleague(self) -> Person:
        return Person(self.office.door, self.office.pool, "colleague", Group.REVIEWERS)

    def _task(self) -> str:
        asked = {"name": _name(), "content_type": "image/jpeg", "bytes": 9}
        return str(self.office[Role.OWNER].ask("POST", "/upload", asked).body["task_id"])

    def _batch(self, *, is_over: bool) -> str:
        """Make a batch of one image that is known: it costs nothing, and is over at once."""
        admin, deployed = self.office[Role.ADMIN], self.office.door.deployed
        if not self._in_batches:
            self._in_batches = deployed.upload("of-batches/one.jpg", nothing_to_see())
            deployed.wait_for(self._in_batches)
        bucket = deployed.outputs["InputBucketName"]
        made = admin.ask("POST", "/batches", {"bucket": bucket, "prefix": "of-batches/"})
        assert made.status == 201, made.body
        path = f"/batches/{made.body['id']}"
        eventually(lambda: admin.ask("GET", path).body["state"] == "listed", f"{path} is listed")
        if is_over:
            assert admin.ask("POST", f"{path}/start").status == 200
            eventually(lambda: admin.ask("GET", f"{path}/report").status == 200, f"{path} ended")
        return str(made.body["id"])


@contextmanager
def unnoticed(deployed: Deployed) -> Iterator[None]:
    """Have the input bucket announce nothing: what arrives meanwhile gets no record."""
    s3, bucket = deployed.client("s3"), deployed.outputs["InputBucketName"]
    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    told.pop("ResponseMetadata")
    assert told["QueueConfigurations"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)


def _name() -> str:
    return f"role-{next(_numbers)}.jpg"
