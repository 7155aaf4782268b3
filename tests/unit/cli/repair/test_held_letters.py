"""Nothing is lost on the way, and what stays is in sight again."""

import json
import time
from typing import Any

import pytest

from cli.dead_letters import held as held_letters
from cli.dead_letters.held import NotMoved, Sent, held
from cli.dead_letters.letter import Selection
from cli.dead_letters.queue_redrive import QueueRedrive
from cli.queues import queues_of
from tests.unit.cli.repair.tasks import DEAD, QUEUE, run, source, use
from tests.unit.cli.repair.world import CAUSE, World

AT = "2026-11-21T08:00:00.123+00:00"


class Refusing:
    """SQS that refuses some entries of a batch."""

    def __init__(self, sqs: Any, *, operation: str, refused: str) -> None:
        self._sqs = sqs
        self._operation = operation
        self._refused = refused

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._sqs, name)
        if name != self._operation:
            return call

        def refuse(**arguments: Any) -> Any:
            entries = [one for one in arguments["Entries"] if one["Id"] != self._refused]
            answer = call(**{**arguments, "Entries": entries})
            answer["Failed"] = [{"Id": self._refused, "Message": "too busy"}]
            return answer

        return refuse


@pytest.mark.parametrize(
    ("operation", "says", "sent"),
    [
        ("send_message_batch", "too busy", 2),
        ("delete_message_batch", "is still a dead letter too: too busy", 3),
    ],
)
def test_what_is_refused_stays_a_dead_letter(
    world: World, operation: str, says: str, sent: int
) -> None:
    for number in range(3):
        world.bury(source(number))
    use(world)
    world.clients["sqs"] = Refusing(world.clients["sqs"], operation=operation, refused="1")

    done = run("--cause", CAUSE)

    assert done.exit_code == 1
    assert says in done.stderr
    assert "images: 2 moved back, 1 left." in done.stdout
    assert len(world.bodies(QUEUE)) == sent
    assert len(world.bodies(DEAD)) == 1


def test_a_request_that_is_refused_as_a_whole_ends_the_moving(world: World) -> None:
    for number in range(12):
        world.bury(source(number))
    world.clients["sqs"].delete_queue(QueueUrl=world.outputs[QUEUE])
    (images,) = queues_of(world.deployment, ["images"])

    with held(world.clients["sqs"], [images], keep_bodies=True) as (found,):
        outcomes = list(found.move(list(found.letters.values()), max_per_second=None))

    assert len(outcomes) == 10
    assert all(isinstance(one, NotMoved) and "NonExistentQueue" in one.why for one in outcomes)
    assert len(world.bodies(DEAD)) == 12


def test_an_interrupt_loses_nothing(world: World) -> None:
    bodies = sorted(world.bury(source(number)) for number in range(30))

    with pytest.raises(KeyboardInterrupt):
        _move_and_interrupt(world)

    moved, left = world.bodies(QUEUE), world.bodies(DEAD)
    assert (len(moved), len(left)) == (10, 20), "all that is left is in sight again"
    assert sorted(moved + left) == bodies


def _move_and_interrupt(world: World) -> None:
    queues = queues_of(world.deployment, ["images"])
    with held(world.clients["sqs"], queues, keep_bodies=True) as (found,):
        QueueRedrive.of(found, Selection()).move_chosen(max_per_second=None, watch=_interrupt)


def _interrupt(moved: int) -> None:
    if moved >= 10:
        raise KeyboardInterrupt


def test_a_rate_holds_for_chosen_ones_too(world: World) -> None:
    for number in range(20):
        world.bury(source(number))
    (images,) = queues_of(world.deployment, ["images"])

    with held(world.clients["sqs"], [images], keep_bodies=True) as (found,):
        began = time.monotonic()
        moved = list(found.move(list(found.letters.values()), max_per_second=100))

    assert moved == [Sent(10, 0), Sent(10, 0)]
    assert time.monotonic() - began >= 0.2


def test_only_so_many_are_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_letters, "MAX_LETTERS", 20)
    for number in range(35):
        world.bury(source(number))
    use(world)

    with held(world.clients["sqs"], queues_of(world.deployment, ["images"])) as (found,):
        assert len(found.letters) == 20
        assert not found.complete

    assert "The images queue has more" in run("--dry-run").stdout


def test_repeats_are_deleted_in_requests_that_sqs_takes(world: World) -> None:
    for _ in range(12):
        world.bury(source(1), failed_at=AT)
    (images,) = queues_of(world.deployment, ["images"])

    with held(world.clients["sqs"], [images], keep_bodies=True) as (found,):
        assert list(found.move(list(found.letters.values()), max_per_second=None)) == [Sent(1, 11)]

    assert len(world.bodies(QUEUE)) == 1
    assert world.bodies(DEAD) == []


def test_a_letter_that_is_refused_keeps_its_repeats(world: World) -> None:
    for number in range(3):
        for _ in range(2):
            world.bury(source(number), failed_at=AT)
    use(world)
    world.clients["sqs"] = Refusing(
        world.clients["sqs"], operation="send_message_batch", refused="1"
    )

    done = run("--cause", CAUSE)

    assert done.exit_code == 1
    assert "images: 2 moved back, 2 repeats deleted, 2 left." in done.stdout
    assert len(world.bodies(QUEUE)) == 2
    assert len(world.bodies(DEAD)) == 2


def test_letters_that_another_looks_at_are_told(world: World) -> None:
    world.bury(source(1))
    use(world)

    with held(world.clients["sqs"], queues_of(world.deployment, ["images"])):
        done = run()

    assert done.exit_code == 0
    assert done.stdout.startswith("1 more cannot be seen")


def test_large_bodies_are_sent_in_requests_that_sqs_takes(world: World) -> None:
    for number in range(4):
        world.bury_body(
            json.dumps({"image_id": str(number) * 32, "x": "x" * 100_000}), "text", cause="Killed"
        )
    use(world)

    assert run("--cause", "Killed").exit_code == 0
    assert len(world.bodies("TextQueueUrl")) == 4
