"""Claim: how little memory `inspect_image` takes, and that no file within the limits takes it all.

Each file is handled in a fresh process that imports the handler as Lambda does; AWS answers from
another process over HTTP. The figure is the most memory that was resident (VmHWM).
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fake_aws import FakeAws, fake_aws
from benchmarks.function_environment import inspect_image, process_environment
from benchmarks.machine import machine_facts
from benchmarks.photographs import FOLDER, Photograph, photograph
from benchmarks.progress import say
from benchmarks.report import Claim, Report, Table
from benchmarks.worst_cases import WorstCase, worst_cases
from lambdas.common.rules import TextRule
from stacks.settings import Settings

NAME = "memory"
MB = 1024 * 1024  # as Lambda counts its memory

_SMALL = ((1200, 800), (1500, 997), (2040, 1536))
_SMALL_MB = 128
_LARGE = (10_000, 10_000)
_LARGE_MB = 512
_ACCEPTED_QUALITY = 50  # at which a 100-megapixel photograph has less than Rekognition's 15 MB
_MB_OF_ONE_CPU = 1769  # Lambda gives a whole processor at this memory, and less in proportion


@dataclass(frozen=True)
class Handled:
    """What it took to handle a file."""

    name: str
    pixels: int
    path: Path
    peak_mb: float
    imported_mb: float
    cpu_seconds: float
    status: str


def run() -> Report:
    """Measure, and check the claims."""
    settings = Settings(text_rule=TextRule.parse("never"))  # so that an image ends here
    with fake_aws() as fake:
        small = [_handle_photograph(fake, settings, photograph("coffee", s)) for s in _SMALL]
        large = [
            _handle_photograph(fake, settings, photograph("coffee", _LARGE), "baseline"),
            _handle_photograph(
                fake, settings, photograph("coffee", _LARGE, progressive=True), "progressive"
            ),
            _handle_photograph(
                fake,
                settings,
                photograph("coffee", _LARGE, quality=_ACCEPTED_QUALITY),
                f"baseline, quality {_ACCEPTED_QUALITY}: below Rekognition's 15 MB",
            ),
        ]
        worst = [_handle_worst(fake, settings, case) for case in _worst_cases(settings)]
    most = max((handled for handled, _ in worst), key=lambda handled: handled.peak_mb)
    refused = [handled.name for handled, _ in worst if handled.status == "rejected"]
    return Report(
        name=NAME,
        machine=machine_facts(["pillow", "pillow-heif", "boto3", "aws-lambda-powertools"]),
        claims=[
            _below("a photograph of up to 2040 x 1536", small, _SMALL_MB),
            _below("a JPEG of 100 megapixels, baseline or progressive, 4:2:0", large, _LARGE_MB),
            Claim(
                "every file within the stock limits fits into the function's "
                f"{settings.memory_mb:,} MB",
                f"{most.peak_mb:,.0f} MB ({most.name}, {most.pixels / 1e6:.0f} megapixels)",
                most.peak_mb < settings.memory_mb,
            ),
            Claim(
                "the worst files are within the limits, so that the figure above is of them",
                f"refused: {', '.join(refused) or 'none'}",
                not refused,
            ),
        ],
        tables=[
            Table("Photographs with natural detail", list(_COLUMNS), _rows([*small, *large])),
            Table(
                f"The worst that the limits admit (max_pixels {settings.max_pixels / 1e6:g}, "
                f"max_scaled_pixels {settings.max_scaled_pixels / 1e6:g} million; padded to "
                f"max_bytes, {settings.max_bytes / MB:g} MB, where the format allows it)",
                [*_COLUMNS, "fits up to"],
                [[*_row(handled), fits] for handled, fits in worst],
            ),
        ],
        notes=[
            f"The imports alone are {small[0].imported_mb:.0f} MB.",
            (
                f"With {settings.memory_mb:,} MB a function has "
                f"{settings.memory_mb / _MB_OF_ONE_CPU:.2f} of a processor, so CPU seconds take "
                f"{_MB_OF_ONE_CPU / settings.memory_mb:.1f} times as long there, if the processors "
                f"are alike."
            ),
        ],
    )


_COLUMNS = ("", "megapixels", "file, MB", "peak, MB", "CPU, s", "status")


def _rows(all_handled: Sequence[Handled]) -> list[list[str]]:
    return [_row(handled) for handled in all_handled]


def _row(handled: Handled) -> list[str]:
    return [
        handled.name,
        f"{handled.pixels / 1e6:.1f}",
        f"{handled.path.stat().st_size / MB:.1f}",
        f"{handled.peak_mb:,.0f}",
        f"{handled.cpu_seconds:.2f}",
        handled.status,
    ]


def _below(what: str, all_handled: Sequence[Handled], limit: int) -> Claim:
    most = max(all_handled, key=lambda handled: handled.peak_mb)
    return Claim(f"{what}: less than {limit} MB", f"{most.peak_mb:.0f} MB", most.peak_mb < limit)


def _handle_photograph(
    fake: FakeAws, settings: Settings, photo: Photograph, kind: str = "baseline"
) -> Handled:
    name = f"{photo.width} x {photo.height}, {kind}"
    return measure(fake, settings, photo.path, name, photo.width * photo.height)


def _worst_cases(settings: Settings) -> list[WorstCase]:
    return worst_cases(max_pixels=settings.max_pixels, max_scaled_pixels=settings.max_scaled_pixels)


def _handle_worst(fake: FakeAws, settings: Settings, case: WorstCase) -> tuple[Handled, str]:
    """Handle the largest file of a case; if it does not fit, find what would."""
    handled = _handle_share(fake, settings, case, 1)
    if handled.peak_mb < settings.memory_mb:
        return handled, "all"
    half = _handle_share(fake, settings, case, 0.5)
    # The buffers grow with the pixels, so two points give the line.
    mb_per_share = (handled.peak_mb - half.peak_mb) / 0.5
    share = 1 - (handled.peak_mb - settings.memory_mb) / mb_per_share
    return handled, f"**{case.max_pixels * share / 1e6:.0f} megapixels**"


def _handle_share(fake: FakeAws, settings: Settings, case: WorstCase, share: float) -> Handled:
    width, height = case.scaled(share)
    padded_to = settings.max_bytes if case.may_be_padded else 0
    path = FOLDER / f"{case.slug}-{width}x{height}-{padded_to}.bin"
    if not path.exists():
        say(f"making {case.name}, {width} x {height}")
        FOLDER.mkdir(exist_ok=True)
        encoded = case.encode((width, height))
        path.write_bytes(encoded)
        os.truncate(path, max(padded_to, len(encoded)))  # sparse: it takes no room on the disk
    return measure(fake, settings, path, case.name, width * height)


def measure(fake: FakeAws, settings: Settings, path: Path, name: str, pixels: int) -> Handled:
    """Handle a file in a process of its own; raises RuntimeError if it does not come to its end."""
    fake.object_path = path
    fake.statuses.clear()
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("handle_one_event.py")), path.name],
        env=process_environment("inspect_image", inspect_image(settings), fake.endpoint),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    if answer["failures"] or not fake.statuses:
        raise RuntimeError(f"{name} was not handled; the function's log:\n{done.stdout}")
    handled = Handled(
        name=name,
        pixels=pixels,
        path=path,
        peak_mb=answer["peak_bytes"] / MB,
        imported_mb=answer["imported_bytes"] / MB,
        cpu_seconds=answer["cpu_seconds"],
        status=fake.statuses[-1],
    )
    say(f"{name}: {handled.peak_mb:,.0f} MB, {handled.status}")
    if handled.status == "rejected":
        say(done.stdout)
    return handled
