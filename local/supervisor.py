"""The process that keeps a local stack: `python -m local.supervisor`, started by `up`.

It starts the emulator, the recognition endpoint and the console's proxy and watches them. They end
together: when one ends by itself, the supervisor ends the others and writes down why.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from dataclasses import fields
from types import FrameType

from local import emulator_install
from local.environment import emulator_environment, process_environment, without_credentials
from local.health import is_healthy
from local.options import ProcessOptions
from local.paths import StackFiles
from local.ports import Ports
from local.processes import adopt_orphans, identity, kill, of_stack, start_child
from local.record import Child, Phase, Record

LOOK_EVERY_SECONDS = 0.2
# The emulator writes its state and objects when it ends.
STOP_SECONDS = {"emulator": 20.0, "recognition": 5.0, "console": 5.0}


class Supervisor:
    """Starts, watches and ends the processes of one stack."""

    def __init__(self, options: ProcessOptions) -> None:
        self._options = options
        self._files, self._ports = StackFiles(options.port), Ports(options.port)
        me = identity(os.getpid())
        self._record = Record(int(me["pid"]), me["started"], options.to_json())
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = False

    def run(self) -> int:
        """Keep the stack until asked to stop, or until one of its processes ends. Exit status."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        adopt_orphans()
        self._start("emulator", self._emulator())
        if self._options.recognition:
            self._start("recognition", self._recognition())
        if self._options.console:
            self._start("console", self._console())
        while not self._asked_to_stop:
            for name, process in self._children.items():
                if (status := process.poll()) is not None:
                    return self._end("failed", f"The {name} process ended by itself ({status}).")
                self._note_ready(name)
            time.sleep(LOOK_EVERY_SECONDS)
        return self._end("stopped", "")

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def _emulator(self) -> subprocess.Popen[bytes]:
        files = self._files
        command = [
            str(emulator_install.PYTHON), "-m", "local.emulator.serve",
            "--port", str(self._ports.port),
            "--certfile", str(files.certificate("server")),
            "--keyfile", str(files.certificate("key")),
            "--outbox", str(files.outbox), "--types", str(files.types),
            "--observations", str(files.observations), "--faults", str(files.faults),
        ]  # fmt: skip
        if self._options.recognition:
            command += ["--polls-once-listening", str(self._ports.recognition)]
            command += ["--recognition-calls", str(files.recognition_calls)]
        if self._options.console:
            command += ["--outputs", str(files.outputs)]
            command += ["--console-origin", self._ports.console_origin]
        environment = emulator_environment(self._options.port, keep_state=self._options.keep_state)
        return start_child(command, environment, files.log("emulator"))

    def _recognition(self) -> subprocess.Popen[bytes]:
        files = self._files
        command = [
            sys.executable, "-m", "local.recognition", "--port", str(self._ports.recognition),
            "--certfile", str(files.certificate("server")),
            "--keyfile", str(files.certificate("key")), "--cafile", str(files.certificate("ca")),
            "--aws-endpoint", self._ports.endpoint, "--faults", str(files.faults),
            "--calls", str(files.recognition_calls), *self._options.recognition_arguments(),
        ]  # fmt: skip
        environment = process_environment(self._options.port)
        return start_child(command, environment, files.log("recognition"))

    def _console(self) -> subprocess.Popen[bytes]:
        files = self._files
        command = [
            sys.executable, "-m", "local.console", "--port", str(self._ports.console),
            "--emulator-port", str(self._ports.port),
            "--cafile", str(files.certificate("ca")), "--outputs", str(files.outputs),
        ]  # fmt: skip
        environment = without_credentials(process_environment(self._options.port))
        return start_child(command, environment, files.log("console"))

    def _start(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._children[name] = process
        known = identity(process.pid)
        self._record.children[name] = Child(process.pid, known["started"])
        self._record.write(self._files)

    def _note_ready(self, name: str) -> None:
        child = self._record.children[name]
        if child.ready:
            return
        urls = {
            "emulator": f"{self._ports.endpoint}/_ministack/health",
            "recognition": f"{self._ports.recognition_endpoint}/health",
            "console": f"{self._ports.console_origin}/health",
        }
        if is_healthy(urls[name], self._files.certificate("ca")):
            child.ready = True
            self._record.write(self._files)

    def _end(self, phase: Phase, reason: str) -> int:
        # Said before the rest is ended, which takes a moment: a command that waits wants to know.
        self._note_end(phase, reason)
        for process in self._children.values():
            if process.poll() is None:
                process.terminate()
        for name, process in self._children.items():
            try:
                process.wait(STOP_SECONDS[name])
            except subprocess.TimeoutExpired:
                reason += f" The {name} process had to be killed."
                process.kill()
                process.wait()
        kill(of_stack(self._files))  # Functions that were still at work.
        self._note_end(phase, reason)
        return 1 if phase == "failed" else 0

    def _note_end(self, phase: Phase, reason: str) -> None:
        self._record.phase = phase
        self._record.reason = reason.strip()
        self._record.since = time.time()
        self._record.write(self._files)


def main() -> int:
    """Read the command line that `ProcessOptions.to_arguments` writes, and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--keep-state", action="store_true")
    parser.add_argument("--no-recognition", dest="recognition", action="store_false")
    parser.add_argument("--no-console", dest="console", action="store_false")
    parser.add_argument("--detector")
    parser.add_argument("--detector-names")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--labels-per-second", type=float)
    parser.add_argument("--text-per-second", type=float)
    given = vars(parser.parse_args())
    return Supervisor(
        ProcessOptions(**{f.name: given[f.name] for f in fields(ProcessOptions)})
    ).run()


if __name__ == "__main__":
    sys.exit(main())
