"""Dead letters go back, all or those that are chosen."""

import json

import pytest

from cli.audit import Kind
from cli.dead_letters import move_task
from cli.queues import queues_of
from lambdas.common.image import image_id
from lambdas.common.status import Status
from tests.unit.cli.repair.tasks import DEAD, QUEUE, run, source, use
from tests.unit.cli.repair.world import CAUSE, World

AT, LATER = "2026-11-21T08:00:00.123+00:00", "2026-11-21T08:00:00.124+00:00"


def test_nothing_to_redrive_is_no_error(world: World) -> None:
    use(world)

    done = run()

    assert done.exit_code == 0, done.output
    assert done.stdout == "The dead-letter queues are empty.\n"


def test_all_of_all_queues_are_moved_by_sqs(world: World) -> None:
    sqs = use(world, looks=3)
    images = sorted(world.bury(source(number)) for number in range(12))
    text = world.bury(source(1), "text", cause="Killed")

    done = run()

    assert done.exit_code == 0, done.output
    assert len(sqs.started) == 2
    assert all("MaxNumberOfMessagesPerSecond" not in task for task in sqs.started)
    assert world.bodies(QUEUE) == images
    assert world.bodies("TextQueueUrl") == [text]
    assert world.bodies(DEAD) == []
    assert CAUSE in done.stdout
    assert "images: 12 moved back." in done.stdout
    assert "text: 1 moved back." in done.stdout


def test_a_queue_and_a_rate_may_be_given(world: World) -> None:
    sqs = use(world)
    images = world.bury(source(1))
    world.bury(source(1), "text")

    done = run("--queue", "images", "--max-per-second", "5")

    assert done.exit_code == 0, done.output
    (task,) = sqs.started
    assert task["MaxNumberOfMessagesPerSecond"] == 5
    assert world.bodies(QUEUE) == [images]
    assert len(world.bodies("TextDeadLetterQueueUrl")) == 1


def test_a_dry_run_moves_nothing(world: World) -> None:
    sqs = use(world)
    body = world.bury(source(1))

    done = run("--dry-run")

    assert done.exit_code == 0, done.output
    assert CAUSE in done.stdout
    assert "moved" not in done.stdout
    assert sqs.started == []
    assert world.bodies(DEAD) == [body]


def test_only_a_cause_is_moved_and_the_rest_is_in_sight_again(world: World) -> None:
    sqs = use(world)
    chosen = sorted(world.bury(source(number)) for number in range(25))
    others = sorted(world.bury(source(number), cause="Killed") for number in range(25, 40))

    done = run("--cause", CAUSE)

    assert done.exit_code == 0, done.output
    assert sqs.started == []
    assert world.bodies(QUEUE) == chosen
    assert world.bodies(DEAD) == others
    assert "15 others are not chosen." in done.stdout
    assert "images: 25 moved back, 15 left." in done.stdout


def test_what_is_sent_has_the_time_of_its_failure_whatever_the_clock_here_says(
    world: World,
) -> None:
    # Given
    use(world)
    world.bury(source(1), failed_at=LATER)
    # When
    assert run("--cause", CAUSE).exit_code == 0
    # Then
    answer = world.clients["sqs"].receive_message(
        QueueUrl=world.outputs[QUEUE], MessageAttributeNames=["All"]
    )
    (sent,) = answer["Messages"]
    assert sent["MessageAttributes"]["failed_at"]["StringValue"] == LATER


def test_the_unknown_can_be_chosen(world: World) -> None:
    use(world)
    unknown = world.bury(source(1), cause=None)
    world.bury(source(2))

    assert run("--cause", "unknown").exit_code == 0
    assert world.bodies(QUEUE) == [unknown]


def test_images_can_be_chosen_in_every_queue_also_by_their_bodies(world: World) -> None:
    use(world)
    first = world.bury(source(1), cause=None)
    second = world.bury(source(2), "text")
    world.bury(source(3))

    done = run("--id", image_id(source(1)), "--id", image_id(source(2)))

    assert done.exit_code == 0, done.output
    assert world.bodies(QUEUE) == [first]
    assert world.bodies("TextQueueUrl") == [second]
    assert len(world.bodies(DEAD)) == 1


def test_of_the_letters_of_one_failure_one_is_sent(world: World) -> None:
    # Given: a letter that was sent twice, and the same image's of another failure and batch
    use(world)
    for failed_at, batch in ((AT, None), (AT, None), (LATER, None), (AT, "b1")):
        world.bury(source(1), failed_at=failed_at, batch=batch)
    world.bury(source(1), "text", failed_at=AT)

    # When
    done = run("--cause", CAUSE, "--json")

    # Then
    assert done.exit_code == 0, done.output
    images, text, *_ = json.loads(done.stdout)["queues"]
    counts = ("dead_letters", "chosen", "moved", "repeats", "left")
    assert [images[name] for name in counts] == [4, 4, 3, 1, 0]
    assert [text[name] for name in counts] == [1, 1, 1, 0, 0]
    assert len(world.bodies(QUEUE)) == 3
    assert world.bodies(DEAD) == []


def test_it_says_that_a_repeat_was_deleted(world: World) -> None:
    use(world)
    for _ in range(2):
        world.bury(source(1), failed_at=AT)

    assert "images: 1 moved back, 1 repeat deleted.\n" in run("--cause", CAUSE).stdout


@pytest.mark.parametrize("failed_at", [None, "yesterday"])
def test_letters_that_name_no_time_are_all_sent(world: World, failed_at: str | None) -> None:
    use(world)
    for _ in range(2):
        world.bury(source(1), failed_at=failed_at)

    assert "images: 2 moved back.\n" in run("--cause", CAUSE).stdout


def test_when_nothing_is_chosen_it_says_so(world: World) -> None:
    use(world)
    world.bury(source(1))

    done = run("--cause", "Killed")

    assert done.exit_code == 0
    assert done.stdout == "None of the 1 dead letters is chosen.\n"


def test_a_task_that_is_running_already_is_not_disturbed(world: World) -> None:
    sqs = use(world, looks=2)
    world.bury(source(1))
    (images, *_) = queues_of(world.deployment)
    move_task.MoveTask(sqs, images).require_none_running()
    arns = (
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        for url in (images.dead_letter_url, images.url)
    )
    sqs.start_message_move_task(SourceArn=next(arns), DestinationArn=next(arns))

    done = run()

    assert done.exit_code == 1
    assert "the images queue are being moved already" in done.stderr
    assert "cancel-message-move-task --task-handle handle" in done.stderr


def test_the_task_before_is_not_taken_for_this_one(world: World) -> None:
    use(world, lag=2)
    world.bury(source(1))
    assert "images: 1 moved back." in run("--queue", "images").stdout
    for number in range(3):
        world.bury(source(number))

    assert "images: 3 moved back." in run("--queue", "images").stdout


def test_a_task_that_is_never_listed_is_an_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(move_task, "_LISTED_WITHIN_SECONDS", 0)
    use(world, lag=1000)
    world.bury(source(1))

    done = run()

    assert done.exit_code == 1
    assert "SQS took a task for the images queue and does not list it" in done.stderr


def test_a_task_that_fails_is_told(world: World) -> None:
    use(world, failure="AccessDenied")
    body = world.bury(source(1))

    done = run()

    assert done.exit_code == 1
    assert "images: 0 moved back, 1 left." in done.stdout
    assert "FAILED: AccessDenied" in done.stderr
    assert world.bodies(DEAD) == [body]


def test_the_result_is_one_object(world: World) -> None:
    use(world)
    world.bury(source(1))
    world.bury(source(2), cause="Killed")

    done = run("--json", "--queue", "images", "--cause", CAUSE)

    (queue,) = json.loads(done.stdout)["queues"]
    assert queue["groups"][0].pop("oldest")
    assert queue == {
        "queue": "images",
        "dead_letters": 2,
        "complete": True,
        "in_flight": 0,
        "chosen": 1,
        "groups": [{"cause": CAUSE, "messages": 1, "reason": f"{CAUSE}: no"}],
        "moved": 1,
        "repeats": 0,
        "failures": [],
        "left": 1,
    }


def test_an_unknown_queue_is_a_wrong_command_line(world: World) -> None:
    assert run("--queue", "letters").exit_code == 2


def test_a_stack_without_batches_has_its_other_queues_redriven(world: World) -> None:
    use(world)
    for name in list(world.outputs):
        if name.startswith("Batch"):
            del world.outputs[name]
    body = world.bury(source(1))

    assert run().exit_code == 0
    assert world.bodies(QUEUE) == [body]
    assert run("--queue", "batches").exit_code == 3


def test_the_audit_follows_a_failed_image_through_a_redrive(world: World) -> None:
    use(world)
    failed = world.ended(Status.FAILED)
    world.bury(failed)
    assert world.audit().agrees

    assert run("--id", image_id(failed)).exit_code == 0

    assert [finding.kind for finding in world.audit().findings] == [Kind.ON_THE_WAY]
