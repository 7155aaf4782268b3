"""Which backlogs are run, one after the other."""

import math
from statistics import median

from benchmarks.model.measured import write_runs
from benchmarks.progress import say
from benchmarks.report import Report
from benchmarks.soak.local import LABELS, TEXT, LocalRun, Plan, feed, run_locally
from benchmarks.soak.report import Calibration, make_report
from benchmarks.soak.soaked import Soaked, soaked_locally
from benchmarks.timing import Alone

IMAGES = 1000
SLOW = 5.0
"""Calls a second: AWS's smaller default quota."""
SHARE = 0.9
"""Of what this machine feeds, for the quota of the fastest local run. The same backlog without a
quota differs by a tenth and more from one time to the next: with 90 % the machine may be 14 %
slower than when it was measured before less than 95 % of the quota is used."""
CALIBRATION_IMAGES, CALIBRATIONS = 150, 3
READ_IMAGES = 200
VIRTUAL = ((50.0, 100, 1000), (500.0, 1000, 3000))
"""Quota, containers and images of the runs in virtual time."""


def run(
    images: int = IMAGES,
    calibration_images: int = CALIBRATION_IMAGES,
    read_images: int = READ_IMAGES,
) -> Report:
    """Find the rate of this machine, then run the backlogs and keep them for the model."""
    say(f"{CALIBRATIONS} times {calibration_images} images, no quota: deploying")
    fed = feed(calibration_images, CALIBRATIONS)
    rates = [backlog.observed.rate for backlog in fed.backlogs]
    quota = quota_below(median(rates))
    say(f"this machine feeds {median(rates):.1f} calls a second; {quota} is the quota")
    fast, slow = (_local(Plan(images, float(rate))) for rate in (quota, SLOW))
    reading = _local(Plan(read_images, SLOW, SLOW))
    # One set of times for all runs: of the stack without a quota, and of the only one that reads.
    alone = {LABELS: fed.alone[LABELS], TEXT: reading.alone[TEXT]}
    runs = [soaked_locally(each, alone) for each in (slow, fast, reading)]
    virtual_runs, virtually_alone = _virtual()
    runs += virtual_runs
    write_runs([soaked.run for soaked in runs])
    calibration = Calibration(
        images=calibration_images,
        rates=rates,
        busy=[backlog.busy for backlog in fed.backlogs],
        share=SHARE,
        quota=quota,
        alone={
            "inspect_image, local stack": alone[LABELS],
            "read_text, local stack": alone[TEXT],
            "inspect_image, virtual time": virtually_alone,
        },
    )
    return make_report(calibration, runs)


def quota_below(fed: float) -> int:
    """Return the quota for a machine that feeds so many calls a second; at least one."""
    return max(math.floor(SHARE * fed), 1)


def _local(plan: Plan) -> LocalRun:
    quotas = (("labels", plan.labels), ("text", plan.text))
    paced = [f"{name} at {quota:g}/s" for name, quota in quotas if quota]
    say(f"{plan.images} images, {' and '.join(paced) or 'no quota'}: deploying")
    return run_locally(plan)


def _virtual() -> tuple[list[Soaked], Alone]:
    # Imported here: it brings moto, which is no part of a local stack.
    from benchmarks.soak.virtual import alone_in_virtual_time, run_virtually  # noqa: PLC0415

    alone = alone_in_virtual_time()
    return [run_virtually(*each, alone) for each in VIRTUAL], alone
