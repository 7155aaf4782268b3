"""What the commands say when there is no stack, and when its processes are not what they were."""

import os
from pathlib import Path

import psutil
import pytest

from local import paths
from local.endpoint import LocalStack
from local.errors import NotRunning
from local.paths import StackFiles
from local.processes import identity, is_alive
from local.record import Child, Record, read_record
from local.status import status


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STACKS", tmp_path)


def record(**changes: object) -> Record:
    found = Record(pid=2**22, started=0.0, options={})
    for name, value in changes.items():
        setattr(found, name, value)
    StackFiles(5000).root.mkdir(exist_ok=True)
    found.write(StackFiles(5000))
    return found


def test_never_started() -> None:
    assert not status(5000).up
    with pytest.raises(NotRunning, match="sightline local up --port 5000"):
        LocalStack.find(5000)


def test_record_survives_writing_and_reading() -> None:
    written = record(children={"emulator": Child(1, 2.0, ready=True)})
    assert read_record(StackFiles(5000)) == written


def test_killed_supervisor_is_told_from_a_stopped_one() -> None:
    record()
    assert "killed" in status(5000).why
    record(phase="stopped")
    assert "stopped at" in status(5000).why


def test_failure_shows_why_and_the_end_of_the_right_log() -> None:
    record(
        phase="failed",
        reason="The emulator process ended by itself (1).",
        children={"emulator": Child(1, 2.0)},
    )
    log = StackFiles(5000).log("emulator")
    log.parent.mkdir()
    log.write_text("no memory\n")
    found = status(5000)
    assert "ended by itself" in found.why
    assert found.log_tail == ["no memory"]


def test_process_id_that_went_to_another_is_not_alive() -> None:
    me = identity(os.getpid())
    assert is_alive(me)
    assert not is_alive({**me, "started": psutil.boot_time() - 1000})
