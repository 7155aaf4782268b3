"""One run: a stack of its own, the endpoint, the users; and what was seen of it."""

import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.install import install_locust
from benchmarks.load.calls import read_calls
from benchmarks.load.journeys import LABELS, TEXT, Seen
from benchmarks.load.notes import Notes, read_notes
from benchmarks.load.people import sign_in
from benchmarks.load.pictures import write_pictures
from benchmarks.load.report import Run, make_report
from benchmarks.load.servers import Endpoint, endpoint, run_locust
from benchmarks.load.settings import CONTEXT, Plan
from benchmarks.load.visits import ImageVisit, image_visits, log_events
from benchmarks.progress import say
from benchmarks.report import Report
from benchmarks.throughput import cpu_seconds, local_stack
from lambdas.common.records.queries import RecordQueries
from local.endpoint import LocalStack
from local.options import LOCAL_CONTEXT
from local.ports import Ports

_FUNCTIONS = {LABELS: "InspectImageFunctionName", TEXT: "ReadTextFunctionName"}
_SETTLE_SECONDS = 2.0


@dataclass(frozen=True)
class _Used:
    """Processor time so far, seconds."""

    machine: float
    stack: Mapping[str, float]
    endpoint: float


def run_plan(plan: Plan) -> Report:
    """Run a plan and report it."""
    with tempfile.TemporaryDirectory(prefix="sightline-load-") as name:
        folder = Path(name)
        say(f"making {plan.uploads} photographs")
        write_pictures(folder, plan.users, plan.pictures_of_each)
        install_locust()  # now, so that it takes no time of the run
        say("deploying")
        with local_stack(CONTEXT, recognition=False) as stack:
            return make_report(_run(plan, stack, folder))


def _run(plan: Plan, stack: LocalStack, folder: Path) -> Run:
    with endpoint(stack, folder) as answering:
        say(f"signing {plan.users} users in")
        users = folder / "users.json"
        notes_file = folder / "notes.jsonl"
        _write_users(users, plan, sign_in(stack, plan.users), stack, notes_file)
        say(f"{plan.users} users, {plan.seconds} s")
        opened_at, before = time.time(), _used(stack, answering)
        run_locust(plan, users, folder)
        seconds, after = time.time() - opened_at, _used(stack, answering)
        time.sleep(_SETTLE_SECONDS)  # what has just ended is still to be logged
        with notes_file.open(encoding="utf-8") as lines:
            notes = read_notes(lines)
        problems = sum(bool(asked.problem) for asked in notes.asked)
        say(f"{len(notes.asked)} requests, {problems} failed; reading the logs and the records")
        seen = _seen(stack, notes, answering.calls, opened_at)
    locust = notes.ended.cpu_seconds if notes.ended else 0.0
    own = {name: after.stack[name] - before.stack.get(name, 0.0) for name in after.stack}
    own |= {"endpoint for Rekognition": after.endpoint - before.endpoint, "Locust": locust}
    others = max(after.machine - before.machine - sum(own.values()), 0.0)
    busy = {name: used / seconds for name, used in (*own.items(), ("something else", others))}
    return Run(plan, notes, seen, busy, {**LOCAL_CONTEXT, **CONTEXT}, _stage_settings(stack))


def _write_users(path: Path, plan: Plan, tokens: list[str], stack: LocalStack, notes: Path) -> None:
    """Tell Locust who there is; the folder is for this user of the machine only."""
    document = {
        "users": plan.users,
        "seconds": plan.seconds,
        "origin": Ports(stack.port).console_origin,
        "tokens": tokens,
        "pictures": str(path.parent),
        "notes": str(notes),
    }
    path.write_text(json.dumps(document), encoding="utf-8")


def _used(stack: LocalStack, answering: Endpoint) -> _Used:
    times = psutil.cpu_times()
    machine = float(times.user + times.nice + times.system)
    return _Used(machine, cpu_seconds(stack), answering.cpu_seconds())


def _seen(stack: LocalStack, notes: Notes, calls: Path, since: float) -> Seen:
    outputs = stack.outputs()
    queries = RecordQueries(stack.client("dynamodb"), outputs["RecordTableName"])
    ids = sorted(upload.image_id for upload in notes.uploaded if upload.image_id)
    with calls.open(encoding="utf-8") as lines:
        made = read_calls(lines)
    return Seen(
        uploaded=notes.uploaded,
        records=queries.get(ids),
        calls=made,
        visits={
            name: _visits(stack, outputs[output], since) for name, output in _FUNCTIONS.items()
        },
    )


def _visits(stack: LocalStack, function: str, since: float) -> list[ImageVisit]:
    configuration = stack.client("lambda").get_function_configuration(FunctionName=function)
    group = configuration["LoggingConfig"]["LogGroup"]
    return image_visits(log_events(stack.client("logs"), group, since))


def _stage_settings(stack: LocalStack) -> dict[str, Any]:
    """Return what the API's stage lets through."""
    outputs = stack.outputs()
    stage = stack.client("apigateway").get_stage(
        restApiId=outputs["ApiId"], stageName=outputs["ApiStage"]
    )
    limits: dict[str, Any] = stage["methodSettings"]["*/*"]
    return limits
