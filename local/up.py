"""Bring a local stack up: start, bootstrap, synthesise, check, deploy; or find that it is up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Literal

from local import cdk, start
from local.coverage.check import check_properties, check_types
from local.errors import LocalError
from local.fingerprint import fingerprint
from local.lock import only_command
from local.options import UpOptions
from local.paths import StackFiles
from local.progress import Progress
from local.record import Record, read_json, read_record, write_json
from local.stop import stop

Outcome = Literal["started", "deployed again", "unchanged"]


@dataclass(frozen=True)
class UpResult:
    """What `up` did, and how long each step took; `recovered`: with the state of a killed stack."""

    outcome: Outcome
    seconds: dict[str, float] = field(default_factory=dict)
    recovered: bool = False


def up(options: UpOptions, progress: Progress | None = None) -> UpResult:
    """Make the local stack run with these options and deploy the app to it.

    Only what has changed is done. Raises `LocalError` with the log to read. A start that does not
    come to its end leaves no process; a stack that was up before stays up.
    """
    progress = progress or Progress()
    files = StackFiles(options.processes.port)
    with only_command(files):
        record = read_record(files)
        runs = record is not None and record.runs and record.phase == "running"
        if record is not None and runs and record.options != options.processes.to_json():
            raise LocalError(
                f"The local stack on port {files.port} runs with other options; "
                f"stop it first: sightline local down --port {files.port}"
            )
        recovered = not runs and _left_by_a_killed_stack(options, record)
        wanted = _wanted(options)
        if runs and read_json(files.deployment) == wanted:
            return UpResult("unchanged")
        with _all_or_nothing(files) if not runs else nullcontext():
            if not runs:
                _prepare(options, progress)
            try:
                _deploy(options, progress, fresh=not runs)
            except LocalError as error:
                # Of a stack that ended meanwhile, that is the cause; this only came of it.
                raise start.failure(files) or error from error
            write_json(files.deployment, wanted)
    return UpResult("deployed again" if runs else "started", progress.seconds, recovered)


@contextmanager
def _all_or_nothing(files: StackFiles) -> Iterator[None]:
    """Stop what was started if the rest fails or is interrupted."""
    try:
        yield
    except BaseException:
        stop(files.port)
        raise


def _left_by_a_killed_stack(options: UpOptions, record: Record | None) -> bool:
    """Is state to be kept, and is there some whose stack did not end in an orderly way?"""
    kept = options.processes.keep_state and StackFiles(options.processes.port).kept.exists()
    return kept and record is not None and record.phase != "stopped"


def _wanted(options: UpOptions) -> dict[str, str]:
    if options.app_directory is None:
        return {}
    context = options.full_context()
    return {**context, "files": fingerprint(options.app_directory, context)}


def _prepare(options: UpOptions, progress: Progress) -> None:
    files = StackFiles(options.processes.port)
    if not start.emulator_is_installed():
        with progress.step("Installed the emulator, once"):
            start.install_emulator(files)
    start.prepare(options.processes)


def _deploy(options: UpOptions, progress: Progress, *, fresh: bool) -> None:
    files = StackFiles(options.processes.port)
    context = options.full_context()
    began = time.monotonic()
    # Synthesising needs no emulator: it runs while the emulator starts and is bootstrapped.
    synth = cdk.synth(files, options.app_directory, context) if options.app_directory else None
    try:
        if fresh:
            with progress.step("Started the emulator"):
                start.start(options.processes)
                start.wait_until_ready(files, "emulator")
        if synth and not files.bootstrapped.exists():
            with progress.step("Bootstrapped the account"):
                cdk.bootstrap(files).wait()
            files.bootstrapped.touch()
        if synth:
            with progress.step("Synthesised the template, since the start"):
                synth.wait()
            progress.seconds["synth"] = round(time.monotonic() - began, 1)
    finally:
        if synth:
            synth.end()
    if synth:
        check_types(files)
        with progress.step("Deployed"):
            cdk.deploy(files).wait()
        with progress.step("Checked what the emulator provides"):
            check_properties(files)
    if options.processes.console:
        start.wait_until_ready(files, "console")
    if options.processes.recognition:
        with progress.step("Waited for recognition"):
            start.wait_until_ready(files, "recognition")
