"""Which calls a fault hits, and how often."""

import stat
from pathlib import Path
from typing import Any

import pytest

from local.faults.file import FaultFile
from local.faults.rule import REKOGNITION, Call, Rule

CALL = Call("dynamodb", "UpdateItem", "Sightline-InspectImageFunction1", "/", b'{"key": "abc"}')


def rule(**changes: Any) -> Rule:
    about = {"id": "", "service": "dynamodb", "operation": "UpdateItem", "kind": "drop"}
    return Rule(**{**about, **changes})


@pytest.fixture
def faults(tmp_path: Path) -> FaultFile:
    return FaultFile(tmp_path / "faults.json")


@pytest.mark.parametrize(
    ("changes", "matches"),
    [
        ({}, True),
        ({"operation": "*"}, True),
        ({"service": "*", "operation": "*"}, True),
        ({"operation": "PutItem"}, False),
        ({"service": "s3", "operation": "*"}, False),
        ({"caller": "InspectImage"}, True),
        ({"caller": "inspectimage"}, True),
        ({"caller": "ReadText"}, False),
        ({"caller": REKOGNITION}, False),
        ({"containing": "abc"}, True),
        ({"containing": "abd"}, False),
    ],
)
def test_rule_names_its_calls(changes: dict[str, Any], *, matches: bool) -> None:
    assert rule(**changes).matches(CALL) is matches


def test_rekognitions_own_reads_are_meant_by_their_name_only() -> None:
    read = Call("s3", "GetObject", REKOGNITION, "/bucket/key")
    about = rule(service="s3", operation="GetObject")
    assert not about.matches(read)
    assert rule(service="s3", operation="*", caller=REKOGNITION).matches(read)


@pytest.mark.parametrize(
    ("target", "body", "text"),
    [
        ("/bucket/a%20b/caf%C3%A9.jpg?versionId=v", b"", "a b/café.jpg"),
        ("/bucket/key?prefix=a%2Fb", b"", "prefix=a/b"),
        ("/", b"Action=Publish&Message=caf%C3%A9+1", "café 1"),
        ("/", rb'{"S": "caf\u00e9 \"1\""}', 'café "1"'),
        ("/", "café".encode(), "café"),
    ],
)
def test_text_is_found_however_it_is_written(target: str, body: bytes, text: str) -> None:
    assert Call("s3", "GetObject", "f", target, body).contains(text)
    assert not Call("s3", "GetObject", "f", target, body).contains(f"{text}x")


def test_outage_ends() -> None:
    assert rule(until=100.0).may_match("dynamodb", now=99)
    assert not rule(until=100.0).may_match("dynamodb", now=100)
    assert not rule().may_match("s3", now=0)


def test_some_calls_pass_then_some_are_hit(faults: FaultFile) -> None:
    added = faults.add(rule(skip=2, times=2))
    taken = [faults.take(added, CALL) for _ in range(6)]
    assert taken == [False, False, True, True, False, False]
    assert faults.hits() == {added.id: 2}


def test_two_processes_count_together_and_a_new_one_goes_on(
    faults: FaultFile, tmp_path: Path
) -> None:
    added = faults.add(rule(times=3))
    other = FaultFile(tmp_path / "faults.json")
    taken = [each.take(added, CALL) for each in (faults, other, faults, other)]
    assert taken == [True, True, True, False]
    assert not FaultFile(tmp_path / "faults.json").take(added, CALL)


def test_rules_are_read_again_when_they_change(faults: FaultFile, tmp_path: Path) -> None:
    reader = FaultFile(tmp_path / "faults.json")
    assert reader.rules() == ()
    first, second = faults.add(rule()), faults.add(rule(operation="*", times=1))
    assert reader.rules() == (first, second)
    assert reader.rules() is reader.rules()
    assert faults.remove(lambda one: one.id == first.id) == [first]
    assert reader.rules() == (second,)
    faults.remove(lambda _: True)
    assert reader.rules() == ()
    assert not (tmp_path / "faults.json").exists()


def test_ids_are_not_used_again(faults: FaultFile) -> None:
    first = faults.add(rule())
    faults.take(first, CALL)
    faults.remove(lambda _: True)
    assert faults.add(rule()).id != first.id


def test_files_are_for_their_owner_only(faults: FaultFile, tmp_path: Path) -> None:
    faults.take(faults.add(rule()), CALL)
    for name in ("faults.json", "faults.log"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_the_file_is_read_only_when_it_has_changed(
    faults: FaultFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    read = Path.read_text

    def counted(path: Path, encoding: str) -> str:
        reads.append(path)
        return read(path, encoding)

    monkeypatch.setattr(Path, "read_text", counted)
    reader = FaultFile(tmp_path / "faults.json")
    assert (reader.rules(), reads) == ((), []), "there is no file yet"
    faults.add(rule())
    reads.clear()
    for _ in range(3):
        assert len(reader.rules()) == 1
    assert len(reads) == 1
