"""`sightline local fault`, without a stack."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from local import paths
from local.endpoint import LocalStack
from local.faults.file import FaultFile
from local.faults.rule import Call
from local.paths import StackFiles
from local.record import Record

FILES = StackFiles(5000)


@pytest.fixture(autouse=True)
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STACKS", tmp_path)
    FILES.root.mkdir()
    found = LocalStack(5000, Record(pid=1, started=0.0, options={}))
    monkeypatch.setattr(LocalStack, "find", lambda _port: found)


def fault(*arguments: str) -> Result:
    variables = {"SIGHTLINE_PORT": "5000", "COLUMNS": "160"}
    return CliRunner().invoke(main, ["local", "fault", *arguments], env=variables)


def test_fault_is_added_listed_and_ended() -> None:
    added = fault("add", "rekognition:DetectLabels", "throttle", "--times", "5")
    assert added.output == "Fault 1 is active. End it with: sightline local fault clear 1\n"
    file = FaultFile(FILES.faults)
    (rule,) = file.rules()
    assert (rule.code, rule.status, rule.times) == ("ThrottlingException", 400, 5)
    file.take(rule, Call("rekognition", "DetectLabels", "InspectImage", "/"))

    listed = fault("list").output
    assert "rekognition:DetectLabels" in listed
    assert "ThrottlingException (400)" in listed
    assert "1 of 5" in listed

    assert fault("clear", "1").output == "Ended 1 fault.\n"
    assert fault("list").output == "There are no faults.\n"


def test_every_option_is_in_the_rule() -> None:
    done = fault(
        "add", "dynamodb:UpdateItem", "error", "--caller", "ReadText", "--containing", "abc",
        "--skip", "2", "--times", "3", "--for", "60", "--code", "Odd", "--status", "418",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    (rule,) = json.loads(FILES.faults.read_text())
    assert rule.pop("until") > 0
    assert rule == {
        "id": "1", "service": "dynamodb", "operation": "UpdateItem", "kind": "error",
        "caller": "ReadText", "containing": "abc", "skip": 2, "times": 3, "code": "Odd",
        "status": 418, "seconds": 0.0,
    }  # fmt: skip


def test_delay_takes_seconds() -> None:
    assert fault("add", "s3:*", "delay", "--seconds", "1.5").exit_code == 0
    assert "delay of 1.5 s" in fault("list").output


def test_all_are_ended_together() -> None:
    fault("add", "s3:*", "refuse")
    fault("add", "sns:*", "drop")
    assert fault("clear").output == "Ended 2 faults.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("add", "s3:GetObjects", "drop"), 1, "There is no GetObjects among s3's operations"),
        (("add", "s3:GetObject", "explode"), 2, "'explode' is not one of"),
        (("add", "s3:GetObject", "delay"), 1, "a delay needs it"),
        (("add", "s3:GetObject", "error", "--status", "200"), 2, "not in the range"),
        (("clear", "7"), 2, "there is no fault 7"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    done = fault(*arguments)
    assert done.exit_code == status
    assert sentence in done.output


def test_help_has_examples_and_kinds() -> None:
    text = fault("add", "--help").output
    assert "sightline local fault add rekognition:DetectLabels throttle --times 5" in text
    assert "kill-after" in text
