"""How a local stack fares, in data; the command line shows it."""

import time
from dataclasses import dataclass, field
from typing import Any

import psutil

from local.demo_users import DemoUser, read_demo_users
from local.endpoint import LocalStack
from local.paths import StackFiles
from local.ports import Ports
from local.processes import is_alive
from local.record import Record, read_record
from local.start import child_that_ended


@dataclass(frozen=True)
class ProcessStatus:
    """One process of the stack."""

    name: str
    pid: int
    port: int | None
    up_seconds: float
    memory_bytes: int
    ready: bool


@dataclass(frozen=True)
class QueueStatus:
    """How many messages wait, and how many are being worked on."""

    name: str
    visible: int
    in_flight: int


@dataclass(frozen=True)
class Status:
    """Everything `sightline local status` tells. `why` says why it is down."""

    port: int
    up: bool
    why: str = ""
    log_tail: list[str] = field(default_factory=list)
    processes: list[ProcessStatus] = field(default_factory=list)
    stacks: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    queues: list[QueueStatus] = field(default_factory=list)
    console: str | None = None
    demo_users: list[DemoUser] = field(default_factory=list)


def status(port: int) -> Status:
    """Look at the stack on this port."""
    files = StackFiles(port)
    record = read_record(files)
    if record is None:
        return Status(port, up=False, why="It was never started.")
    if not record.runs or record.phase != "running":
        if record.phase == "running":
            return Status(port, up=False, why=f"The supervisor was killed; {_way_on(record)}")
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.since))
        if record.phase == "stopped":
            return Status(port, up=False, why=f"It was stopped at {when}. {record.reason}".strip())
        log = files.log(child_that_ended(record, "supervisor"))
        tail = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
        return Status(port, up=False, why=f"{record.reason} That was at {when}.", log_tail=tail)
    stack = LocalStack.find(port)
    emulator = record.children.get("emulator")
    return Status(
        port,
        up=True,
        processes=_processes(stack),
        stacks=stack.stack_names(),
        outputs=stack.outputs(),
        queues=_queues(stack.client("sqs")) if emulator and emulator.ready else [],
        console=console_url(stack),
        demo_users=read_demo_users(stack),
    )


def console_url(stack: LocalStack) -> str | None:
    """Where the console is; None if the stack was started or deployed without it."""
    runs = "console" in stack.record.children and "ConsoleUrl" in stack.outputs()
    return Ports(stack.port).console_origin if runs else None


def _way_on(record: Record) -> str:
    if record.options.get("keep_state"):
        return "`sightline local up --keep-state` goes on with the state that it kept."
    return "`sightline local up` clears what it left."


def _processes(stack: LocalStack) -> list[ProcessStatus]:
    ports = Ports(stack.port)
    known = {
        "emulator": ports.port,
        "recognition": ports.recognition,
        "console": ports.console,
    }
    record = stack.record
    identities = {"supervisor": (record.pid, record.started, True)}
    identities |= {n: (c.pid, c.started, c.ready) for n, c in record.children.items()}
    return [
        ProcessStatus(
            name,
            pid,
            known.get(name),
            time.time() - started,
            psutil.Process(pid).memory_info().rss,
            ready,
        )
        for name, (pid, started, ready) in identities.items()
        if is_alive({"pid": pid, "started": started})
    ]


def _queues(sqs: Any) -> list[QueueStatus]:
    found = []
    for url in sqs.list_queues().get("QueueUrls", []):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        found.append(
            QueueStatus(url.rsplit("/", 1)[-1], int(counts[names[0]]), int(counts[names[1]]))
        )
    return sorted(found, key=lambda queue: queue.name)
