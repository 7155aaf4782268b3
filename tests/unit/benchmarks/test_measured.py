"""Measured runs beside the model: it can be wrong, and is told so."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.model.measured import (
    MeasuredRun,
    MeasuredStage,
    claims,
    modelled,
    read_runs,
    table,
    write_runs,
)
from benchmarks.timing import Alone

STAGE = MeasuredStage(
    quota=20,
    concurrency=6,
    pollers_at_start=6,
    pollers_a_second=1,
    alone=Alone(before=0.04, call=0.02, after=0.04),
    rate=19.6,
    calls=600,
    throttled=0,
    function_seconds=600 * 0.3,
)
RUN = MeasuredRun(where="local stack", images=600, seconds=600 / 19.6, labels=STAGE)
TEXT = replace(STAGE, quota=10, rate=9.8)
READ = replace(
    RUN,
    text=replace(TEXT, function_seconds=600 * 0.61),
    seconds=600 / 9.8,
)


def test_runs_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "results" / "runs.json"

    write_runs([RUN, READ], path)

    assert read_runs(path) == [RUN, READ]


def test_without_runs_there_is_nothing_to_claim(tmp_path: Path) -> None:
    assert read_runs(tmp_path / "none.json") == []
    assert claims([]) == []
    assert "(none yet)" in table([]).markdown()


def test_a_run_at_its_quota_is_what_the_model_says() -> None:
    model = modelled(RUN)

    assert model.labels_rate == pytest.approx(0.98 * 20, rel=0.01)
    assert model.seconds == pytest.approx(600 / 19.6, rel=0.02)
    # Six functions, and always an image in each.
    assert model.function_seconds == pytest.approx(6 * model.seconds, rel=0.02)
    assert model.text_rate is None
    assert all(claim.holds for claim in claims([RUN]))


def test_functions_that_are_too_few_are_slower_than_the_quota() -> None:
    slow = replace(STAGE, alone=Alone(before=0.3, call=0.2, after=0.1))

    # Six functions, 0.6 s each, and calls that are 25 ms late on average.
    assert modelled(replace(RUN, labels=slow)).labels_rate == pytest.approx(6 / 0.625, rel=0.03)


def test_the_text_stage_has_its_own_quota() -> None:
    model = modelled(READ)

    assert model.labels_rate == pytest.approx(0.98 * 20, rel=0.02)
    assert model.text_rate == pytest.approx(0.98 * 10, rel=0.02)
    assert model.seconds == pytest.approx(600 / 9.8, rel=0.02)
    assert all(claim.holds for claim in claims([RUN, READ]))


@pytest.mark.parametrize(
    ("run", "met"),
    [
        (replace(RUN, seconds=RUN.seconds * 1.2), [False, True, True]),
        (replace(RUN, seconds=RUN.seconds * 0.8), [False, True, True]),
        (replace(RUN, labels=replace(STAGE, rate=15)), [True, False, True]),
        (replace(READ, text=replace(READ.stages[1], rate=8)), [True, False, True]),
        (replace(RUN, labels=replace(STAGE, function_seconds=220)), [True, True, False]),
    ],
)
def test_a_run_that_the_model_is_wrong_about_is_not_met(run: MeasuredRun, met: list[bool]) -> None:
    found = claims([RUN, run])

    assert [claim.holds for claim in found] == met
    assert run.name in next(claim for claim in found if not claim.holds).measured


def test_the_table_has_both_and_their_ratio() -> None:
    row = table([replace(RUN, seconds=2 * modelled(RUN).seconds)]).rows[0]

    assert row[0] == "600 at 20/s, local stack"
    assert "(2.00)" in row[1]
    assert row[3] == ""
    assert row[-1] == "0 / 0"
