"""`sightline review`, as a user calls it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.deployment import LOCAL_ROOT, Deployment, Target, caller_of
from cli.main import main
from cli.outcome import outcome
from lambdas.common.status import Status
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.desk import TAXI, Desk
from tests.unit.lambdas.steps import Steps
from tests.unit.lambdas.world import account, client

Run = Callable[..., Result]


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def deployment(desk: Desk) -> Deployment:
    desk.steps = Steps()
    outputs = {
        "ProcessedBucketName": PROCESSED,
        "RecordTableName": desk.table,
        "ResultsTopicArn": "arn:results",
    }
    return Deployment("the stack of this test", outputs, desk.client)


@pytest.fixture
def run(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(Target, "find", lambda _target: deployment)

    def call(*arguments: str, **settings: Any) -> Result:
        return CliRunner().invoke(main, ["review", *arguments], **settings)

    return call


def squeezed(text: str) -> str:
    """The words of a table, however it breaks its lines."""
    return " ".join(text.replace("│", " ").split())


class TestList:
    def test_it_has_what_a_person_needs_to_choose(self, run: Run, desk: Desk) -> None:
        ended = run("list")

        assert ended.exit_code == 0
        for part in (
            "car.jpg",
            "best label has a confidence",
            "Car 98",
            "Tree 71",
            "STOP",
            desk.id,
        ):
            assert part in squeezed(ended.stdout)

    def test_json_is_an_object_an_image(self, run: Run, desk: Desk) -> None:
        (line,) = run("list", "--json").stdout.splitlines()

        found = json.loads(line)
        assert (found["image_id"], found["status"]) == (desk.id, "in_review")
        assert "confidence" in found["reason"]

    def test_decided_images_are_not_in_it(self, run: Run, desk: Desk) -> None:
        run("approve", desk.id)

        assert run("list").stdout == "No image waits for a person.\n"
        assert run("list", "--json").stdout == ""

    def test_what_is_read_on_an_image_does_not_steer_the_terminal(
        self, run: Run, desk: Desk
    ) -> None:
        desk.write_record(text=["\x1b[31mred[/]"])

        assert "\x1b" not in run("list").stdout
        assert "?[31mred[/]" in run("list").stdout


class TestShow:
    def test_it_shows_labels_text_and_reasons(self, run: Run, desk: Desk) -> None:
        shown = squeezed(run("show", desk.id).stdout)

        for part in (desk.source.uri, "Status in_review", "Labels Car 98, Tree 71", "Text STOP"):
            assert part in shown

    def test_it_shows_what_was_found_and_who_corrected_it(self, run: Run, desk: Desk) -> None:
        desk.reviews().correct(desk.id, TAXI, by="ada", comment="a taxi")

        shown = squeezed(run("show", desk.id).stdout)

        for part in ("Labels Taxi 100, Tree 71", "Text TAXI 42", "Found Car 98, Tree 71 STOP"):
            assert part in shown
        assert "Decided corrected by ada at " in shown

    def test_an_unknown_image_is_an_error(self, run: Run) -> None:
        ended = run("show", "0123")

        assert ended.exit_code == 1
        assert "no result of an image 0123" in ended.stderr


class TestDecisions:
    def test_approve(self, run: Run, desk: Desk) -> None:
        ended = run("approve", desk.id, "--comment", "looks right")

        assert (ended.exit_code, ended.stdout) == (0, f"{desk.id}: approved, now done.\n")
        assert desk.result.review is not None
        assert desk.result.review.by == "arn:aws:sts::123456789012:user/moto"
        assert desk.result.review.comment == "looks right"
        assert desk.agrees()

    def test_correct(self, run: Run, desk: Desk) -> None:
        changes = ["--add-label", "Taxi", "--remove-label", "Car", "--text", "TAXI", "--text", "42"]

        ended = run("correct", desk.id, *changes)

        assert (ended.exit_code, ended.stdout) == (0, f"{desk.id}: corrected, now done.\n")
        assert desk.label_names == ["Taxi", "Tree"]
        assert desk.result.lines == ["TAXI", "42"]
        assert desk.agrees()

    def test_text_can_be_removed(self, run: Run, desk: Desk) -> None:
        run("correct", desk.id, "--no-text")

        assert desk.result.lines == []
        assert desk.agrees()

    def test_reject_and_undo(self, run: Run, desk: Desk) -> None:
        rejected = run("reject", desk.id, "--comment", "blurred")
        reason = desk.result.reason
        undone = run("undo", desk.id)

        assert rejected.stdout == f"{desk.id}: rejected, now rejected.\n"
        assert reason == "blurred"
        assert undone.stdout == f"{desk.id}: taken back, now in_review.\n"
        assert desk.agrees()

    def test_resume(self, run: Run, desk: Desk) -> None:
        desk.steps.down = frozenset({"sns.publish"})
        interrupted = run("approve", desk.id)
        desk.steps.down = frozenset()
        resumed = run("resume", desk.id)

        assert interrupted.exit_code == 1
        assert "run this again" in interrupted.stderr
        assert (resumed.exit_code, resumed.stdout) == (0, f"{desk.id}: approved, now done.\n")
        assert desk.agrees()
        assert run("resume", desk.id).stdout == f"{desk.id}: nothing is left to do.\n"

    def test_all_asks_first(self, run: Run, desk: Desk) -> None:
        refused = run("approve", "--all", input="n\n")
        status = desk.status
        approved = run("approve", "--all", input="y\n")

        assert (refused.exit_code, status) == (1, Status.IN_REVIEW)
        assert (approved.exit_code, desk.status) == (0, Status.DONE)

    def test_all_does_not_ask_when_told_so(self, run: Run, desk: Desk) -> None:
        assert run("approve", "--all", "--yes").exit_code == 0
        assert desk.status is Status.DONE
        assert run("approve", "--all", "--yes").stdout == "No image waits for a person.\n"

    def test_after_an_error_the_others_are_decided(self, run: Run, desk: Desk) -> None:
        ended = run("approve", "0123", desk.id, desk.id)

        assert ended.exit_code == 1
        assert "there is no image 0123" in ended.stderr
        assert ended.stdout.splitlines() == [
            f"{desk.id}: approved, now done.",
            "1 of 2 images: done, 1 were not.",
        ]
        assert desk.status is Status.DONE

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["correct", "ID", "--remove-label", "Bus"], "has no label Bus; its labels: Car, Tree"),
            (["correct", "ID", "--add-label", "car"], "has the label Car already"),
            (["undo", "ID"], "no decision stands"),
            (["history", "0123"], "there is no image 0123"),
            (["resume", "0123"], "there is no image 0123"),
        ],
    )
    def test_what_cannot_be_done_is_an_error(
        self, run: Run, desk: Desk, arguments: list[str], sentence: str
    ) -> None:
        ended = run(*[argument.replace("ID", desk.id) for argument in arguments])

        assert ended.exit_code == 1
        assert sentence in ended.stderr

    @pytest.mark.parametrize(
        "arguments",
        [
            ["approve"],
            ["approve", "0123", "--all"],
            ["correct", "0123"],
            ["correct", "0123", "--text", "A", "--no-text"],
            ["reject", "0123"],
            ["undo"],
        ],
    )
    def test_a_wrong_command_line_is_said(self, run: Run, arguments: list[str]) -> None:
        assert run(*arguments).exit_code == 2


class TestHistory:
    def test_it_says_who_changed_what(self, run: Run, desk: Desk) -> None:
        desk.reviews().correct(desk.id, TAXI, by="ada", comment="a taxi")
        desk.reviews().undo(desk.id, by="bob")

        shown = squeezed(run("history", desk.id).stdout)

        for part in ("ada", "bob", "a taxi", "label Taxi added", "in_review to done"):
            assert part in shown

    def test_json_is_an_object_a_decision(self, run: Run, desk: Desk) -> None:
        run("approve", desk.id)
        run("undo", desk.id)

        entries = [
            json.loads(line) for line in run("history", desk.id, "--json").stdout.splitlines()
        ]

        assert [entry["decision"] for entry in entries] == ["approve", "undo"]
        assert entries[0]["before"]["status"] == entries[1]["after"]["status"] == "in_review"
        assert entries[0]["after"]["review"]["by"] == entries[0]["by"]

    def test_there_may_be_none(self, run: Run, desk: Desk) -> None:
        assert run("history", desk.id).stdout == f"Nobody has decided about image {desk.id}.\n"


class TestCaller:
    def test_on_a_local_stack_it_is_the_user_of_this_machine(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("getpass.getuser", lambda: "ada")

        class Sts:
            def get_caller_identity(self) -> dict[str, str]:
                return {"Arn": LOCAL_ROOT}

        assert caller_of(Deployment("local", {}, lambda _service: Sts())) == "local user ada"

    def test_elsewhere_it_is_whom_aws_names(self) -> None:
        assert caller_of(Deployment("aws", {}, client)).endswith(":user/moto")


def test_a_decided_image_is_listed_without_the_reasons_for_review(desk: Desk) -> None:
    desk.reviews().approve(desk.id, by="ada")

    assert desk.result.review_reasons
    assert outcome(desk.result, PROCESSED)["reason"] is None
