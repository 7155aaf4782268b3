"""What `sightline audit` prints, and how it exits."""

import json

import pytest
from click.testing import CliRunner

from cli.audit.command import audit as command
from lambdas.common.batches.batch import State
from lambdas.common.status import Status
from tests.unit.cli.repair.batches import make, sources
from tests.unit.cli.repair.world import World


def test_the_command_says_that_everything_agrees(world: World) -> None:
    world.ended()

    done = CliRunner().invoke(command, ["--since", "2h"])

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == (
        "1 object, 1 record, 1 result, 0 dead letters: everything agrees."
    )


def test_the_command_exits_with_6_when_something_is_wrong(world: World) -> None:
    world.result(world.ended(), Status.REJECTED)
    world.upload("b.jpg")

    done = CliRunner().invoke(command, ["--max-findings", "1"])

    assert done.exit_code == 6
    assert "contradictory (1)" in done.stdout
    assert "1 more are not shown" in done.stdout


def test_the_command_exits_with_1_when_images_are_on_their_way(world: World) -> None:
    world.upload()

    done = CliRunner().invoke(command, ["--wait", "1"])

    assert done.exit_code == 1
    assert "on the way (1)" in done.stdout
    assert "nothing is proved yet" in done.stderr


def test_the_command_prints_one_object(world: World) -> None:
    world.result(world.ended(), Status.REJECTED)

    done = CliRunner().invoke(command, ["--json"])

    document = json.loads(done.stdout)
    assert document["agrees"] is False
    assert document["counts"]["contradictory"] == 1
    assert document["findings"][0]["kind"] == "contradictory"
    assert document["queues"]["images"] == {"waiting": 0, "in_flight": 0, "delayed": 0}


def test_the_command_names_a_batch(world: World) -> None:
    make(world, State.LISTED, approved=False)
    make(world, State.FAILED, sources(2), id="b2", reason="there is no bucket")

    done = CliRunner().invoke(command)
    document = json.loads(CliRunner().invoke(command, ["--json"]).stdout)

    assert done.exit_code == 0
    assert "notes (1)\n  batch b2  s3://photos/in/\n    it could not be listed" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("0 dead letters, 2 batches: everything agrees.")
    assert (document["batches"], document["findings"][0]["batch"]) == (2, "b2")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--since", "yesterday"], "'yesterday' is no time"),
        (["--since", "1h", "--until", "2h"], "before it begins"),
    ],
)
def test_a_wrong_period_is_a_wrong_command_line(arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(command, arguments)

    assert done.exit_code == 2
    assert says in done.stderr
