"""The command line as a user calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.samples import write_samples
from local.credentials import read_secret
from tests.local.deployed import Deployed
from tests.local.pausing import paused
from tests.local.ports import free_port
from tests.patience import PATIENCE_SECONDS, eventually

SIGHTLINE = Path(sys.executable).parent / "sightline"
FIELDS = {
    *("image_id", "source", "status", "reason", "labels", "text"),
    *("processed", "result", "seconds"),
}


def sightline(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SIGHTLINE), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
        env={**os.environ, **environ},
    )


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    write_samples(folder / "all")
    (folder / "two").mkdir()
    for name in ("street-sign.png", "astronaut.jpg"):
        (folder / "two" / name).write_bytes((folder / "all" / name).read_bytes())
    (folder / "two" / "notes.txt").write_text("not an image, and not asked for")
    return folder


@pytest.fixture(scope="module")
def analysed(deployed: Deployed, photos: Path) -> list[dict[str, Any]]:
    done = sightline("analyze", "--json", "--port", deployed.port, photos / "two")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_analyze_json_is_one_object_per_image_and_nothing_else(
    analysed: list[dict[str, Any]],
) -> None:
    assert len(analysed) == 2
    assert all(set(found) == FIELDS for found in analysed)
    face, sign = analysed
    assert face["source"].endswith("/two/astronaut.jpg")
    assert sign["text"] == ["MAPLE STREET"]
    assert {label["name"] for label in face["labels"]} >= {"Face"}
    (instance,) = next(label for label in face["labels"] if label["name"] == "Face")["instances"]
    assert set(instance["box"]) == {"left", "top", "width", "height"}
    assert 0 < sign["seconds"] < 60


def test_analyze_shows_a_table_and_says_which_stack_it_uses(
    deployed: Deployed, photos: Path
) -> None:
    done = sightline(
        "analyze", photos / "two" / "street-sign.png", SIGHTLINE_PORT=str(deployed.port)
    )

    assert done.returncode == 0, done.stderr
    for shown in ("street-sign.png", "done", "MAPLE STREET", "processed/", "results/"):
        assert shown in done.stdout
    assert f"Using the local stack on port {deployed.port}" in done.stderr


def test_a_rejected_image_is_told_by_the_exit_code(deployed: Deployed, photos: Path) -> None:
    done = sightline("analyze", "--port", deployed.port, photos / "all" / "cut-off.jpg")

    assert done.returncode == 4
    assert "rejected" in done.stdout
    assert "damaged or cut off" in " ".join(done.stdout.split())


def test_time_running_out_is_told_by_the_exit_code(deployed: Deployed, photos: Path) -> None:
    with paused(deployed, "ReadText"):
        done = sightline(
            "analyze", "--timeout", 2, "--json", "--port", deployed.port, photos / "all"
        )

    assert done.returncode == 5
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(list((photos / "all").iterdir()))
    unfinished = [one for one in found if one["seconds"] is None]
    assert unfinished
    assert all(one["status"] in ("received", "labelled") for one in unfinished)


def test_a_folder_without_images_is_said(deployed: Deployed, tmp_path: Path) -> None:
    done = sightline("analyze", "--port", deployed.port, tmp_path)

    assert done.returncode == 1
    assert f"no image files in {tmp_path}" in done.stderr


def test_show_tells_everything_of_one_image(
    deployed: Deployed, analysed: list[dict[str, Any]]
) -> None:
    sign = analysed[1]

    shown = sightline("show", sign["image_id"], "--port", deployed.port)
    as_json = sightline("show", sign["image_id"], "--json", "--port", deployed.port)

    assert shown.returncode == 0, shown.stderr
    assert "MAPLE STREET" in shown.stdout
    assert "received" in shown.stdout
    assert json.loads(as_json.stdout)["schema"] == "sightline.result/1"


def test_show_of_an_unknown_image_is_an_error(deployed: Deployed) -> None:
    done = sightline("show", "nothing", "--port", deployed.port)

    assert (done.returncode, done.stdout) == (1, "")
    assert "has no image nothing" in done.stderr


def test_list_filters_by_status_and_label(
    deployed: Deployed, analysed: list[dict[str, Any]]
) -> None:
    face, sign = (found["image_id"] for found in analysed)

    listed = {
        option: {
            json.loads(line)["image_id"]
            for line in sightline(
                "list", "--json", "--limit", 500, *option.split(), "--port", deployed.port
            ).stdout.splitlines()
        }
        for option in ("--status done", "--label Face", "--status rejected", "--label Text")
    }

    assert {face, sign} <= listed["--status done"]
    assert face in listed["--label Face"]
    assert sign not in listed["--label Face"]
    assert sign in listed["--label Text"]
    assert not {face, sign} & listed["--status rejected"]


def test_status_shows_processes_outputs_and_queues(deployed: Deployed) -> None:
    done = sightline("local", "status", "--port", deployed.port)

    assert done.returncode == 0
    for shown in ("emulator", "recognition", "supervisor", "InputBucketName", "queue"):
        assert shown in done.stdout


def test_outbox_shows_the_digest(deployed: Deployed, analysed: list[dict[str, Any]]) -> None:
    def shown() -> bool:
        done = sightline("local", "outbox", "--to", "you@example.com", "--port", deployed.port)
        return "MAPLE STREET" in done.stdout

    eventually(shown, "the outbox shows the digest of the sign")


def test_demo_on_a_running_stack_prints_the_table_and_leaves_it_up(deployed: Deployed) -> None:
    done = sightline("demo", "--port", deployed.port)

    assert done.returncode == 0, done.stderr
    for shown in ("astronaut.jpg", "MAPLE STREET", "SPEED | LIMIT | 55", "rejected", "processed/"):
        assert shown in done.stdout
    assert sightline("local", "status", "--port", deployed.port).returncode == 0


def test_without_any_stack_it_says_how_to_get_one() -> None:
    port = free_port()

    done = sightline(
        *("list", "--port", port),
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_REGION="us-east-1",
    )

    assert done.returncode == 3
    assert f"no local stack runs on port {port}" in done.stderr
    assert "sightline local up" in done.stderr


def test_a_stack_on_aws_is_found_by_its_outputs(
    deployed: Deployed, analysed: list[dict[str, Any]]
) -> None:
    """With --aws the local stack is not looked at: here, AWS itself is played by the emulator."""
    settings = deployed.stack.client_settings("cloudformation")

    done = sightline(
        *("list", "--json", "--aws", "--limit", 500),
        AWS_ENDPOINT_URL=settings["endpoint_url"],
        AWS_CA_BUNDLE=settings["verify"],
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY=read_secret(deployed.stack.files),
        AWS_REGION="us-east-1",
    )

    assert done.returncode == 0, done.stderr
    listed = {json.loads(line)["image_id"] for line in done.stdout.splitlines()}
    assert {found["image_id"] for found in analysed} <= listed


@pytest.mark.parametrize(
    "command",
    [(), ("analyze",), ("show",), ("list",), ("demo",), ("empty",), ("local",), ("local", "up")],
    ids=" ".join,
)
def test_help_says_what_a_command_does(command: tuple[str, ...]) -> None:
    done = sightline(*command, "--help")

    assert done.returncode == 0
    assert done.stdout.startswith("Usage: sightline")
    assert len(done.stdout.splitlines()) > 5
