"""Start the processes of a local stack, after clearing what a crash left."""

import shutil
import sys
import time
from pathlib import Path

from local import emulator_install
from local.certificates import make_certificates
from local.credentials import make_secret
from local.environment import process_environment
from local.errors import LocalError
from local.lock import hold
from local.options import ProcessOptions
from local.paths import STACKS, StackFiles
from local.ports import Ports
from local.processes import kill, of_stack, start_detached
from local.record import Record, read_record

READY_SECONDS = 300.0
"""For a process that hangs: one that ends is seen at once, and one that is read from a slow disk
for the first time takes a minute."""


def emulator_is_installed() -> bool:
    """Is the emulator's environment there and up to date?"""
    return emulator_install.is_installed()


def install_emulator(files: StackFiles) -> None:
    """Make the emulator's environment; a second command waits for the first one's."""
    lock = STACKS / "install.lock"
    with hold(lock, emulator_install.INSTALL_TIMEOUT_SECONDS, "the emulator's environment"):
        if not emulator_install.is_installed():
            emulator_install.install(files.log("install"))


def prepare(options: ProcessOptions) -> None:
    """Clear the way: leftovers of a crash, files of the last run, ports, certificates, secret."""
    files = StackFiles(options.port)
    kill(of_stack(files))
    Ports(options.port).check_free(console=options.console)
    _drop_last_run(files, keep_state=options.keep_state)
    files.root.chmod(0o700)
    for directory in (files.outbox, files.temporary, files.log("supervisor").parent):
        directory.mkdir(parents=True, exist_ok=True)
    make_secret(files)
    make_certificates(files)


def start(options: ProcessOptions) -> None:
    """Start the supervisor. It ends only by `stop`, or when one of its processes ends."""
    files = StackFiles(options.port)
    command = [sys.executable, "-m", "local.supervisor", *options.to_arguments()]
    process = start_detached(command, process_environment(options.port), files.log("supervisor"))
    # A supervisor that ends while we wait is seen in its record; this object is not waited for.
    process.returncode = 0


def wait_until_ready(files: StackFiles, child: str) -> Record:
    """Wait until one of the stack's servers answers."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if failed := failure(files):
            raise failed
        record = read_record(files)
        if record and child in record.children and record.children[child].ready:
            return record
        time.sleep(0.1)
    raise LocalError(
        f"The {child} process was not ready after {READY_SECONDS:.0f} s; "
        "its log says how far it came.",
        files.log(child),
    )


def failure(files: StackFiles) -> LocalError | None:
    """Why the stack ended by itself, with the log of the process that did; None if it did not."""
    record = read_record(files)
    if record is None or record.phase != "failed":
        return None
    return LocalError(record.reason, files.log(child_that_ended(record, "supervisor")))


def child_that_ended(record: Record, otherwise: str) -> str:
    """Whose log explains a failure."""
    return next((name for name in record.children if f"The {name} " in record.reason), otherwise)


def _drop_last_run(files: StackFiles, *, keep_state: bool) -> None:
    kept = {files.lock, files.secret, files.certificate("ca").parent}
    if keep_state:
        kept |= {files.kept, files.outbox, files.demo_users}
    for path in files.root.iterdir():
        if path not in kept:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
