"""A hundred signed-in people at the console of one local stack, and how long their results take.

They are played by Locust, through the console's proxy as browsers do. `locustfile.py` and what it
imports run in an environment that has only Locust (benchmarks/load-requirements.txt), so that
nothing here imports the rest of the project before it is asked to run.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.report import Report

__all__ = ["run"]


def run(users: int | None = None, seconds: int | None = None) -> "Report":
    """Run it, with the stock number of users and length unless others are given."""
    from benchmarks.load.runs import run_plan  # noqa: PLC0415
    from benchmarks.load.settings import Plan  # noqa: PLC0415

    stock = Plan()
    return run_plan(Plan(users or stock.users, seconds or stock.seconds))
