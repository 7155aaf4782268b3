"""Stop a local stack: ask, wait, insist."""

import shutil
import time

import psutil

from local.errors import LocalError
from local.paths import StackFiles
from local.processes import kill, of_stack
from local.record import read_record

# Longer than the supervisor gives its children.
WAIT_SECONDS = 30.0


def stop(port: int) -> bool:
    """Stop the stack on this port and everything that it started. False if nothing was running."""
    files = StackFiles(port)
    record = read_record(files)
    ran = record is not None and record.runs
    if record is not None and ran:
        supervisor = psutil.Process(record.pid)
        supervisor.terminate()
        psutil.wait_procs([supervisor], timeout=WAIT_SECONDS)
    left = of_stack(files)
    kill(left)
    survivors = of_stack(files)
    if survivors:
        pids = ", ".join(str(process.pid) for process in survivors)
        raise LocalError(f"These processes cannot be stopped: {pids}.", files.log("supervisor"))
    if files.temporary.exists():
        shutil.rmtree(files.temporary)
    after = read_record(files)
    if after is not None and after.phase == "running":  # Nobody was left to write it down.
        after.phase, after.reason, after.since = "stopped", "It had been killed.", time.time()
        after.write(files)
    return ran or bool(left)
