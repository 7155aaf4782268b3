"""Claim: a function starts hardly slower than a bare one that makes the same AWS clients.

Fresh processes take turns: the function (import, wiring, every client that it uses) and a bare one
(boto3 and the same clients). Python's byte code is compiled in both cases; a third variant has
that of this project and its layers left out, which is how functions are deployed today.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from statistics import median

from benchmarks import function_environment
from benchmarks.machine import machine_facts
from benchmarks.progress import say
from benchmarks.report import Claim, Report, Table
from lambdas.common.environment import Environment
from layers.build import LAYERS, LayerTarget, build
from stacks.settings import Settings

NAME = "cold_start"
ROUNDS = 15
MAX_RATIO = 1.35
BARE, COMPILED, UNCOMPILED = "bare", "function", "function, not byte-compiled"

_ROOT = Path(__file__).parents[1]
_START = Path(__file__).with_name("start_handler.py")
_NOWHERE = "http://127.0.0.1:9"  # nothing is called


@dataclass(frozen=True)
class Function:
    """A function, the services whose clients it makes, and its environment."""

    package: str
    services: tuple[str, ...]
    environment: Callable[[Settings], Environment]


FUNCTIONS = (
    Function(
        "inspect_image",
        ("s3", "dynamodb", "sns", "rekognition", "sqs"),
        function_environment.inspect_image,
    ),
    Function(
        "read_text",
        ("s3", "dynamodb", "sns", "rekognition", "sqs"),
        function_environment.read_text,
    ),
    Function("send_digest", ("sns", "sqs"), function_environment.send_digest),
    Function("run_batch", ("s3", "dynamodb", "sns", "sqs"), function_environment.run_batch),
)


@dataclass(frozen=True)
class Starts:
    """Medians of one function's starts, milliseconds, by variant."""

    package: str
    cpu_ms: dict[str, float]
    wall_ms: dict[str, float]


def run(rounds: int = ROUNDS) -> Report:
    """Measure, and check the claim."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        code = _deployed_code(Path(folder))
        starts = [_starts(function, settings, code, rounds) for function in FUNCTIONS]
    return Report(
        name=NAME,
        machine=machine_facts(["boto3", "aws-lambda-powertools", "pillow"])
        | {"rounds": str(rounds)},
        claims=[
            Claim(
                f"{one.package} starts within {MAX_RATIO} times a bare handler's time",
                f"CPU {_ratio(one.cpu_ms):.2f}, wall {_ratio(one.wall_ms):.2f} times",
                _ratio(one.cpu_ms) <= MAX_RATIO and _ratio(one.wall_ms) <= MAX_RATIO,
            )
            for one in starts
        ],
        tables=[
            _table("CPU milliseconds", starts, [one.cpu_ms for one in starts]),
            _table("Wall milliseconds", starts, [one.wall_ms for one in starts]),
        ],
        notes=[
            "From the interpreter being up to the last client made; medians over fresh processes.",
            (
                "Not byte-compiled: the layers and `lambdas/` as they are uploaded today; on "
                "Lambda their folders cannot be written, so that each cold start compiles them."
            ),
        ],
    )


def _deployed_code(folder: Path) -> list[Path]:
    """Copy `lambdas/` and the layers without byte code; return what Lambda has on its path."""
    without = ignore_patterns("__pycache__")
    copytree(_ROOT / "lambdas", folder / "code" / "lambdas", ignore=without)
    for layer in LAYERS:
        copytree(build(layer, LayerTarget.HOST) / "python", folder / layer, ignore=without)
    return [folder / "code", *(folder / layer for layer in LAYERS)]


def _starts(function: Function, settings: Settings, code: Sequence[Path], rounds: int) -> Starts:
    say(f"{function.package}: {rounds} rounds")
    environment = function_environment.process_environment(
        function.package, function.environment(settings), _NOWHERE
    )
    # Python writes no byte code here either, as on Lambda: what is there is there.
    uncompiled = environment | {
        "PYTHONPATH": os.pathsep.join(map(str, code)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    commands = {
        BARE: ("bare", environment),
        COMPILED: (function.package, environment),
        UNCOMPILED: (function.package, uncompiled),
    }
    cpu: dict[str, list[float]] = {name: [] for name in commands}
    wall: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, (package, variables) in commands.items():
            answer = _start(package, function.services, variables)
            if number:  # the first round compiles and warms the file cache
                cpu[name].append(answer["cpu_ms"])
                wall[name].append(answer["wall_ms"])
    return Starts(
        function.package,
        {name: median(values) for name, values in cpu.items()},
        {name: median(values) for name, values in wall.items()},
    )


def _start(package: str, services: Sequence[str], environment: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(_START), package, *services],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _ratio(ms: dict[str, float], variant: str = COMPILED) -> float:
    return ms[variant] / ms[BARE]


def _table(title: str, starts: Sequence[Starts], times: Sequence[dict[str, float]]) -> Table:
    rows = [
        [
            one.package,
            f"{ms[BARE]:.0f}",
            *(f"{ms[name]:.0f} ({_ratio(ms, name):.2f})" for name in (COMPILED, UNCOMPILED)),
        ]
        for one, ms in zip(starts, times, strict=True)
    ]
    return Table(f"{title}, and times the bare handler's", ["", BARE, COMPILED, UNCOMPILED], rows)
