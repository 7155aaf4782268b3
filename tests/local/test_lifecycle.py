"""Real processes: how a local stack starts, dies, and what it leaves behind (nothing)."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from local import cdk
from local.endpoint import LocalStack
from local.environment import MARK
from local.errors import LocalError, NotRunning
from local.lock import only_command
from local.options import ProcessOptions, UpOptions
from local.paths import CHECKOUT, StackFiles
from local.processes import of_stack
from local.start import prepare
from local.status import status
from local.stop import stop
from local.up import up
from tests.local.emulator_alone import start
from tests.patience import PATIENCE_SECONDS, eventually


def test_stack_answers_and_leaves_nothing_when_it_stops(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    stack.client("s3").create_bucket(Bucket="pictures")
    assert status(ports[0]).up

    assert stop(ports[0])

    assert of_stack(stack.files) == []
    assert not status(ports[0]).up
    assert not stack.files.temporary.exists()
    assert not stop(ports[0]), "a second stop has nothing to do"
    with pytest.raises(NotRunning):
        LocalStack.find(ports[0])


def test_up_again_changes_nothing_and_other_options_are_refused(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    again = up(UpOptions(ProcessOptions(ports[0], recognition=False), app_directory=None))
    assert again.outcome == "unchanged"
    assert LocalStack.find(ports[0]).record.pid == stack.record.pid
    with pytest.raises(LocalError, match="stop it first"):
        start(ports[0], keep_state=True)


def test_killed_supervisor_takes_its_children_along(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    worker = run_function(stack, "import time\ndef handler(event, context): time.sleep(600)")
    os.kill(stack.record.pid, signal.SIGKILL)
    if sys.platform == "linux":
        emulator = stack.record.children["emulator"].pid
        eventually(lambda: not psutil.pid_exists(emulator), "the emulator has ended")
    assert "killed" in status(ports[0]).why

    start(ports[0])  # It finds the port free, and the function that was at work gone.

    eventually(lambda: not psutil.pid_exists(worker), "the function has ended")


def test_killed_emulator_ends_the_stack_and_status_says_why(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    worker = run_function(stack, "import time\ndef handler(event, context): time.sleep(600)")
    os.kill(stack.record.children["emulator"].pid, signal.SIGKILL)
    eventually(lambda: not of_stack(stack.files), "all its processes have ended")
    found = status(ports[0])
    assert "emulator process ended by itself (-9)" in found.why
    assert found.log_tail
    eventually(lambda: not psutil.pid_exists(worker), "the function has ended")


def test_two_stacks_side_by_side_know_nothing_of_each_other(ports: tuple[int, int]) -> None:
    one, other = start(ports[0]), start(ports[1])
    one.client("s3").create_bucket(Bucket="only-in-one")
    assert other.client("s3").list_buckets()["Buckets"] == []
    stop(ports[0])
    assert other.client("s3").list_buckets()["Buckets"] == []


def test_only_loopback_listens(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    listening = {
        connection.laddr.ip
        for process in of_stack(stack.files)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    # The console's proxy has both: another user of this machine could take the other one, and
    # browsers try it first.
    assert listening == {"127.0.0.1", "::1"}


def test_port_in_use_is_said_in_one_sentence(ports: tuple[int, int]) -> None:
    someone = socket.create_server(("127.0.0.1", ports[0] + 1))
    with closing(someone), pytest.raises(LocalError) as caught:
        start(ports[0])
    text = str(caught.value)
    assert f"Port {ports[0] + 1} is in use by" in text
    assert str(os.getpid()) in text
    assert "--port" in text


def test_state_is_kept_only_when_asked(ports: tuple[int, int]) -> None:
    stack = start(ports[0], keep_state=True)
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="a.jpg", Body=b"pixels")
    stop(ports[0])

    kept = start(ports[0], keep_state=True).client("s3")
    assert kept.get_object(Bucket="pictures", Key="a.jpg")["Body"].read() == b"pixels"
    stop(ports[0])

    assert start(ports[0]).client("s3").list_buckets()["Buckets"] == []


def test_up_during_up_waits_or_says_who_is_at_work(ports: tuple[int, int]) -> None:
    code = (
        "import time; from local.lock import only_command; from local.paths import StackFiles\n"
        f"with only_command(StackFiles({ports[0]})): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        try:
            with pytest.raises(LocalError, match=str(holder.pid)):
                start(ports[0])
        finally:
            holder.kill()


def make_function(stack: LocalStack, name: str, code: str) -> None:
    """Make a function, and a role of the same name that may do nothing."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", code)
    allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    trust = {"Version": "2012-10-17", "Statement": [{**allow, "Action": "sts:AssumeRole"}]}
    iam, functions = stack.client("iam"), stack.client("lambda")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role=role["Arn"],
        Code={"ZipFile": archive.getvalue()},
        Timeout=900,
    )


def run_function(stack: LocalStack, code: str) -> int:
    """Start a function that goes on and on; the process id of its worker."""
    make_function(stack, "endless", code)
    stack.client("lambda").invoke(FunctionName="endless", InvocationType="Event")
    workers = eventually(
        lambda: [p for p in of_stack(stack.files) if any("_worker.py" in a for a in p.cmdline())],
        "the function is at work",
    )
    return int(workers[0].pid)


# A start that does not come to its end.

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))


def nodes(port: int) -> list[psutil.Process]:
    """The processes of the CDK for this stack, its app included."""
    home = str(StackFiles(port).root / "cdk-home")
    found = []
    for process in psutil.process_iter():
        try:
            environment = process.environ()
            if environment.get("CDK_HOME") == home and MARK not in environment:
                found.append(process)
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess, OSError):
            continue
    return [process for process in found if process.pid != os.getpid()]


def interrupt(number: signal.Signals, *arguments: str, after: Callable[[], Any]) -> str:
    """Run a command, send it a signal when something is so, and return what it printed."""
    # Who runs the tests in the background may have them ignore it, and a child inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [SIGHTLINE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as command:
        try:
            eventually(after, "it has come as far as it is to be interrupted")
            command.send_signal(number)
            output, _ = command.communicate(timeout=PATIENCE_SECONDS)
        finally:
            command.kill()
    assert command.returncode == 1, output
    assert "Aborted!" in output
    return output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str)
@pytest.mark.parametrize("command", [("local", "up"), ("demo",)], ids=" ".join)
def test_interrupted_start_leaves_nothing(
    ports: tuple[int, int], command: tuple[str, ...], number: signal.Signals
) -> None:
    port = ports[0]

    def is_under_way() -> bool:
        return len(of_stack(StackFiles(port))) >= 3 and bool(nodes(port))

    interrupt(number, *command, "--port", str(port), after=is_under_way)

    assert of_stack(StackFiles(port)) == []
    assert nodes(port) == []
    start(port)


@pytest.mark.parametrize("step", ["synth", "deploy"])
def test_interrupted_start_is_no_obstacle_to_the_next(ports: tuple[int, int], step: str) -> None:
    port = ports[0]
    log = StackFiles(port).log(step)
    interrupt(signal.SIGINT, "local", "up", "--no-console", "--port", str(port), after=log.exists)
    assert nodes(port) == []

    result = up(UpOptions(ProcessOptions(port, recognition=False)))

    assert result.outcome == "started"


def test_failed_start_leaves_nothing(ports: tuple[int, int]) -> None:
    wrong = UpOptions(ProcessOptions(ports[0], recognition=False), (("text_rule", "nonsense::"),))
    with pytest.raises(LocalError, match="cdk synth failed"):
        up(wrong)
    assert of_stack(StackFiles(ports[0])) == []
    assert nodes(ports[0]) == []
    assert StackFiles(ports[0]).log("synth").exists()


def test_failed_redeployment_leaves_the_stack_up(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    wrong = UpOptions(ProcessOptions(ports[0], recognition=False), (("text_rule", "nonsense::"),))
    with pytest.raises(LocalError, match="cdk synth failed"):
        up(wrong)
    assert LocalStack.find(ports[0]).record.pid == stack.record.pid
    assert nodes(ports[0]) == []


def test_cdk_that_takes_too_long_is_ended_with_its_app(ports: tuple[int, int]) -> None:
    files = StackFiles(ports[0])
    with only_command(files):
        prepare(ProcessOptions(ports[0]))
    run = cdk.synth(files, CHECKOUT, {})
    eventually(lambda: len(nodes(ports[0])) > 1, "the CDK is at work")
    run.deadline = 0
    with pytest.raises(LocalError, match="took too long"):
        run.wait()
    assert nodes(ports[0]) == []
