"""How many images a second a local stack takes, and what it spends its time on.

The deployed template, on the emulator, with the settings that `sightline local up` uses: there
every image is labelled and read. The stack has its own ports and is stopped at the end.
"""

import random
import re
import shutil
import socket
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil

from benchmarks.machine import machine_facts
from benchmarks.photographs import different
from benchmarks.progress import say
from benchmarks.report import Claim, Report, Table
from cli.outcome import seconds_between
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.records.queries import Record, RecordQueries
from lambdas.common.status import Status
from local.endpoint import LocalStack
from local.options import ProcessOptions, UpOptions
from local.paths import StackFiles
from local.processes import of_stack
from local.progress import Progress
from local.stop import stop
from local.up import up

NAME = "throughput"
IMAGES = 40
SIZE = (1200, 800)

_WARM_UP = 2  # images before the clock starts: the functions' and models' first calls
_UPLOADS_AT_ONCE = 4
_TIMEOUT_SECONDS = 600.0
_POLL_SECONDS = 0.25
_PORTS = 3  # that a stack takes, in a row
_CALL = re.compile(r"(DetectLabels|DetectText) by .*: ok in (\d+) ms")
_ENDED_WELL = (Status.DONE, Status.IN_REVIEW)
_EMULATOR, _RECOGNITION, _FUNCTIONS = "emulator", "recognition", "functions"


@dataclass(frozen=True)
class Measured:
    """One run: its length, the records of its images, and where the time went."""

    seconds: float
    records: list[Record]
    cpu_seconds: dict[str, float]
    recognition_ms: dict[str, list[int]]


def run(images: int = IMAGES) -> Report:
    """Deploy, upload, wait, stop."""
    say("making the photographs")
    files = [different(number, SIZE) for number in range(images + _WARM_UP)]
    with local_stack({}) as stack:
        say("warming up")
        upload_and_wait(stack, files[:_WARM_UP], "warm-up")
        say(f"uploading {images} images")
        measured = _measure(stack, files[_WARM_UP:])
    return _report(measured)


@contextmanager
def local_stack(context: Mapping[str, str], **options: Any) -> Iterator[LocalStack]:
    """Deploy to a stack of its own; `options` are those of ProcessOptions."""
    port = _free_ports()
    try:
        app = UpOptions(ProcessOptions(port, **options), context=tuple(context.items()))
        up(app, Progress(done=say))
        yield LocalStack.find(port)
    finally:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)


def _free_ports() -> int:
    for _ in range(200):
        first = random.randrange(16_000, 19_990)
        if all(_is_free(first + offset) for offset in range(_PORTS)):
            return first
    raise RuntimeError(f"no {_PORTS} free ports in a row were found between 16000 and 20000")


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _measure(stack: LocalStack, files: list[bytes]) -> Measured:
    log = stack.files.log(_RECOGNITION)
    offset = log.stat().st_size
    cpu_before = cpu_seconds(stack)
    started = time.monotonic()
    records = upload_and_wait(stack, files, "measured")
    seconds = time.monotonic() - started
    cpu = {name: s - cpu_before.get(name, 0.0) for name, s in cpu_seconds(stack).items()}
    calls: dict[str, list[int]] = {"DetectLabels": [], "DetectText": []}
    with log.open(encoding="utf-8", errors="replace") as lines:
        lines.seek(offset)
        for action, ms in _CALL.findall(lines.read()):
            calls[action].append(int(ms))
    return Measured(seconds, records, cpu, calls)


def upload_and_wait(stack: LocalStack, files: list[bytes], prefix: str) -> list[Record]:
    """Upload files under a prefix and return their records when all have ended."""
    outputs = stack.outputs()
    bucket, s3 = outputs["InputBucketName"], stack.client("s3")

    def upload(item: tuple[int, bytes]) -> str:
        key = f"{prefix}/{item[0]}.jpg"
        answer = s3.put_object(Bucket=bucket, Key=key, Body=item[1])
        return image_id(ObjectReference(bucket, key, answer["VersionId"]))

    with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
        pending = set(pool.map(upload, enumerate(files)))
    queries = RecordQueries(stack.client("dynamodb"), outputs["RecordTableName"])
    ended: list[Record] = []
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while pending:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(pending)} images had not ended in {_TIMEOUT_SECONDS:.0f} s")
        for record in queries.get(sorted(pending)).values():
            if Status(record["status"]).is_terminal:
                pending.remove(record["image_id"])
                ended.append(record)
        time.sleep(_POLL_SECONDS if pending else 0)
    return ended


def cpu_seconds(stack: LocalStack) -> dict[str, float]:
    """Return the processor time of the stack's processes so far, by what they are."""
    names = {child.pid: name for name, child in stack.record.children.items()}
    seconds: dict[str, float] = defaultdict(float)
    for process in of_stack(stack.files):
        if process.pid == stack.record.pid:
            continue  # the supervisor only waits
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds[names.get(process.pid, _FUNCTIONS)] += times.user + times.system
    return seconds


def _report(measured: Measured) -> Report:
    records, seconds = measured.records, measured.seconds
    well = sum(Status(record["status"]) in _ENDED_WELL for record in records)
    cpu = measured.cpu_seconds
    total = sum(cpu.values())
    paid = [len(calls) for calls in measured.recognition_ms.values()]
    return Report(
        name=NAME,
        machine=machine_facts(["rapidocr", "onnxruntime", "opencv-python-headless", "pillow"]),
        claims=[
            Claim(
                f"{len(records)} of {len(records)} images end as done or in_review",
                f"{well} of {len(records)}",
                well == len(records),
            ),
            Claim(
                "each of them takes a DetectLabels and a DetectText of its own",
                " and ".join(f"{number} calls" for number in paid),
                all(number == len(records) for number in paid),
            ),
        ],
        tables=[
            Table(
                f"{len(records)} photographs of {SIZE[0]} x {SIZE[1]}, from the first upload to "
                "the last terminal record",
                ["", "measured"],
                [
                    ["seconds", f"{seconds:.1f}"],
                    ["images per second", f"{len(records) / seconds:.2f}"],
                    ["processor seconds per image", f"{total / len(records):.2f}"],
                ],
            ),
            Table(
                "Where an image's time goes, median seconds (waiting in queues included)",
                ["stage", "seconds", "of which its recognition call"],
                [
                    [
                        "received to labelled",
                        _between(records, "received_at", "labelled_at"),
                        _seconds(measured.recognition_ms["DetectLabels"]),
                    ],
                    [
                        "labelled to its end",
                        _between(records, "labelled_at", "finished_at"),
                        _seconds(measured.recognition_ms["DetectText"]),
                    ],
                ],
            ),
            Table(
                "Processor time by process",
                ["", "seconds per image", "share"],
                [
                    [
                        name,
                        f"{cpu.get(name, 0) / len(records):.2f}",
                        f"{cpu.get(name, 0) / total:.0%}",
                    ]
                    for name in (_RECOGNITION, _EMULATOR, _FUNCTIONS)
                ],
            ),
        ],
        notes=[
            f"The first {_WARM_UP} images, which start functions and models, are not counted.",
            (
                "Locally every image is labelled and read (text_rule: always), on this machine's "
                "processor; on AWS both are Rekognition's work, and its quotas set the pace."
            ),
        ],
    )


def _between(records: list[Record], start: str, end: str) -> str:
    times = [
        seconds
        for record in records
        if (seconds := seconds_between(record[start], record.get(end))) is not None
    ]
    return f"{median(times):.2f}" if times else "none"


def _seconds(ms: list[int]) -> str:
    return f"{median(ms) / 1000:.2f}" if ms else "none"
