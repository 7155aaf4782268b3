"""A backlog against an endpoint that enforces a quota: what of the quota is used, what is lost.

The deployed template on a local stack, with the real functions and the real pacer; every image is
unlike the others, so that each takes one call of DetectLabels. At a few calls a second, and at the
rate that this machine's two cores can just feed. What a laptop cannot feed runs in virtual time:
benchmarks/pacing.
"""

import io
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from PIL import Image
from skimage import data

from benchmarks.machine import machine_facts
from benchmarks.model.measured import KIND
from benchmarks.progress import say
from benchmarks.report import RESULTS, Claim, Report, Table
from benchmarks.throughput import local_stack, upload_and_wait
from cli.audit import Period, audit_until_rest
from cli.deployment import Deployment
from lambdas.common.telemetry import logger
from local.endpoint import LocalStack
from local.record import read_json

NAME = "soak"
IMAGES = 1000
RATES = (5.0, 10.0)
"""Calls a second: AWS's smaller default quota, and about the most that two cores can feed."""
CONCURRENCY = 6
LEAST_USED, MOST_THROTTLED = 0.95, 0.01
VIRTUAL = ((50.0, 100, 1000), (500.0, 1000, 3000))
"""Quota, containers and images of the runs in virtual time."""

_SIDE, _PATCH = 160, 32
_WARM_UP = 4


@dataclass(frozen=True)
class Soaked:
    """One run; the rate is that of the answered calls, without start and end."""

    where: str
    images: int
    quota: float
    seconds: float
    steady_rate: float
    calls: int
    throttled: int
    ended: int
    dead: int
    audit: str

    @property
    def used(self) -> float:
        """Share of the quota."""
        return self.steady_rate / self.quota

    @property
    def throttled_share(self) -> float:
        """Share of all calls."""
        return self.throttled / self.calls


def run(images: int = IMAGES, rates: tuple[float, ...] = RATES) -> Report:
    """Run the backlogs one after the other."""
    runs = [_local(images, rate) for rate in rates]
    runs += [_virtual(*each) for each in VIRTUAL]
    return _report(runs)


def _local(images: int, rate: float) -> Soaked:
    say(f"{images} images at {rate:g} calls a second: deploying")
    context = {
        "text_rule": "never",
        "labels_per_second": f"{rate:g}",
        "images_concurrency": str(CONCURRENCY),
    }
    with local_stack(context, labels_per_second=rate) as stack:
        upload_and_wait(stack, [_picture(number) for number in range(_WARM_UP)], "warm-up")
        before, began = _calls(stack), datetime.now(UTC)
        files = [_picture(_WARM_UP + number) for number in range(images)]
        say("uploading")
        started = time.monotonic()
        records = upload_and_wait(stack, files, "soak")
        seconds = time.monotonic() - started
        after = _calls(stack)
        deployment = Deployment("the stack", stack.outputs(), stack.client)
        audit = audit_until_rest(deployment, Period(began, datetime.now(UTC)), wait=60)
        say(audit.summary)
    steady = _steady_rate(after["per_second"], int(began.timestamp()) + 1)
    soaked = Soaked(
        where="local stack",
        images=images,
        quota=rate,
        seconds=seconds,
        steady_rate=steady,
        calls=after["calls"] - before["calls"],
        throttled=after["throttled"] - before["throttled"],
        ended=sum(record["status"] in ("done", "in_review") for record in records),
        dead=audit.dead_letters,
        audit=audit.summary,
    )
    _keep_for_the_model(soaked)
    return soaked


def _virtual(quota: float, containers: int, images: int) -> Soaked:
    # Imported here: it brings moto.
    from benchmarks.pacing.drive import drive  # noqa: PLC0415

    say(f"{images} images at {quota:g} calls a second, in virtual time")
    logger.setLevel("CRITICAL")
    outcome = drive(images=images, quota=quota, containers=containers)
    return Soaked(
        where="virtual time",
        images=images,
        quota=quota,
        seconds=outcome.seconds,
        steady_rate=outcome.steady_rate,
        calls=len(outcome.answered) + outcome.throttled,
        throttled=outcome.throttled,
        ended=outcome.statuses.get("done", 0),
        dead=outcome.dead,
        audit="",
    )


def _calls(stack: LocalStack) -> dict[str, Any]:
    time.sleep(1)  # the endpoint writes its counts every half second
    counts: dict[str, Any] = read_json(stack.files.recognition_calls) or {}
    return dict(counts["DetectLabels"])


def _steady_rate(per_second: dict[str, dict[str, int]], start: int) -> float:
    """Return answered calls a second, without the first and the last tenth of the time."""
    seconds = sorted(int(second) for second in per_second if int(second) >= start)
    cut = len(seconds) // 10
    first, last = seconds[cut], seconds[-cut - 1]
    answered = sum(
        counts["answered"] for second, counts in per_second.items() if first <= int(second) < last
    )
    return answered / (last - first)


def _picture(number: int) -> bytes:
    """Return a small portrait with a patch of noise that no other has."""
    noise = np.random.default_rng(number).integers(0, 256, (_PATCH, _PATCH, 3), np.uint8)
    portrait = Image.fromarray(data.astronaut()).resize((_SIDE, _SIDE))
    portrait.paste(Image.fromarray(noise), (0, 0))
    buffer = io.BytesIO()
    portrait.save(buffer, "JPEG")
    return buffer.getvalue()


def _keep_for_the_model(soaked: Soaked) -> None:
    RESULTS.mkdir(exist_ok=True)
    document = {
        "kind": KIND,
        "images": soaked.images,
        "labels_per_second": soaked.quota,
        "seconds": soaked.seconds,
        "steady_rate": soaked.steady_rate,
        "throttled": soaked.throttled,
        "concurrency": CONCURRENCY,
        "text_share": 0.0,
    }
    path = RESULTS / f"soak_at_{soaked.quota:g}.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _report(runs: list[Soaked]) -> Report:
    claims = []
    for one in runs:
        name = f"{one.images:,} images at {one.quota:g} a second ({one.where})"
        claims += [
            Claim(
                f"{name}: at least {LEAST_USED:.0%} of the quota is used",
                f"{one.used:.1%}",
                one.used >= LEAST_USED,
            ),
            Claim(
                f"{name}: under {MOST_THROTTLED:.0%} of the calls are throttled",
                f"{one.throttled_share:.2%}",
                one.throttled_share < MOST_THROTTLED,
            ),
            Claim(
                f"{name}: every image ends well, and nothing is a dead letter",
                f"{one.ended:,} ended, {one.dead} dead letters",
                one.ended == one.images and not one.dead,
            ),
        ]
    rows = [
        [
            f"{one.images:,} at {one.quota:g}/s, {one.where}",
            f"{one.seconds:.1f}",
            f"{one.steady_rate:.2f}",
            f"{one.used:.1%}",
            f"{one.throttled:,} of {one.calls:,}",
        ]
        for one in runs
    ]
    return Report(
        name=NAME,
        machine=machine_facts(["pillow", "opencv-python-headless"]),
        claims=claims,
        tables=[
            Table(
                "A backlog at a quota of DetectLabels",
                ["", "seconds", "calls a second, steady", "of the quota", "throttled"],
                rows,
            )
        ],
        notes=[f"Audit after the run at {one.quota:g}/s: {one.audit}" for one in runs if one.audit],
    )
