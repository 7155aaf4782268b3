"""Claim: the preprocessed copy costs a fraction of a plain Pillow script's processor time.

Each contender turns the same JPEG bytes into the bytes of a 256 x 256 grey JPEG of quality 90, in
a process of its own with one thread on one core. They take turns, so that whatever else the
machine does hits all alike; a figure is the median over the rounds, a ratio the median of the
ratios within each round.
"""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity

from benchmarks.contenders.process import Contender, ContenderProcess
from benchmarks.install import install_pyvips, install_sharp
from benchmarks.machine import machine_facts
from benchmarks.photographs import QUALITY, SCENES, Photograph, photograph
from benchmarks.progress import say
from benchmarks.report import Claim, Report, Table

NAME = "preprocessing"
ROUNDS = 9
SIZES = ((1200, 800), (1500, 997), (2040, 1536), (4000, 3000), (8000, 6000))
MIN_SIMILARITY = 0.98
LARGE = 12_000_000  # pixels from which more is claimed
RESOLUTION = 0.03  # share by which two equal programs differ between runs on a shared machine

OURS, PLAIN = "Sightline", "plain Pillow"
_REDUCTIONS = ("8", "4", "2")
_PIXELS_PER_MEASUREMENT = 8_000_000  # small images are repeated, so that the clock's grain is small


@dataclass(frozen=True)
class Contest:
    """The figures of one size: similarity, CPU milliseconds, and times ours, by contender."""

    size: tuple[int, int]
    bits_per_pixel: float
    similarity: Mapping[str, float]
    ms: Mapping[str, float]
    ratio: Mapping[str, float]

    def comparable(self, name: str) -> bool:
        """Return whether a contender's thumbnail is good enough to be compared with."""
        return self.similarity[name] >= MIN_SIMILARITY

    @property
    def fastest_other(self) -> str:
        """Return the fastest contender but ours that is good enough."""
        others = [name for name in self.ms if name != OURS and self.comparable(name)]
        return min(others, key=self.ratio.__getitem__)


def run(rounds: int = ROUNDS) -> Report:
    """Measure, and check the claims."""
    contenders = _contenders()
    with ExitStack() as stack:
        processes = [stack.enter_context(ContenderProcess(one)) for one in contenders]
        versions = {process.name: process.version for process in processes}
        contests = [_contest(size, processes, rounds) for size in SIZES]
    return Report(
        name=NAME,
        machine=machine_facts()
        | {"compared": ", ".join(dict.fromkeys(versions.values())), "rounds": str(rounds)},
        claims=_claims(contests),
        tables=[_times(contests), _similarities(contests)],
        notes=[
            f"The JPEGs are of quality {QUALITY}, 4:2:0, with "
            + ", ".join(f"{c.bits_per_pixel:.1f}" for c in contests)
            + f" bits per pixel; each figure is the mean of {len(SCENES)} scenes.",
            f"In parentheses: below {MIN_SIMILARITY} similar, so not compared with.",
            (
                "Similarity is structural similarity, of the worst scene, to Pillow's full decode "
                "in mode L scaled with LANCZOS; of the pixels before the final JPEG, which is of "
                "quality 90 everywhere."
            ),
            "OpenCV's reductions are its IMREAD_REDUCED_GRAYSCALE flags.",
        ],
    )


def _contenders() -> list[Contender]:
    return [
        Contender.of_python(OURS, "sightline"),
        Contender.of_python(PLAIN, "plain_pillow"),
        Contender.of_python("libvips", "libvips", python=str(install_pyvips())),
        Contender.of_node("sharp", "sharp.mjs", install_sharp()),
        Contender.of_python("OpenCV", "opencv", "1"),
        *(Contender.of_python(f"OpenCV, 1/{n}", "opencv", n) for n in _REDUCTIONS),
    ]


def _contest(size: tuple[int, int], processes: Sequence[ContenderProcess], rounds: int) -> Contest:
    photographs = [photograph(scene, size) for scene in SCENES]
    say(f"{size[0]} x {size[1]}: similarity")
    similarity = _similarity(photographs, processes)
    say(f"{size[0]} x {size[1]}: {rounds} rounds")
    repeat = max(1, _PIXELS_PER_MEASUREMENT // (size[0] * size[1]))
    times: dict[str, list[float]] = {process.name: [] for process in processes}
    for number in range(rounds):
        # Another one begins each round: none always runs after the same neighbour.
        for process in _rotated(processes, number):
            ms = [process.cpu_ms(photo.path, repeat) for photo in photographs]
            times[process.name].append(sum(ms) / len(ms))
    return Contest(
        size=size,
        bits_per_pixel=sum(photo.bits_per_pixel for photo in photographs) / len(photographs),
        similarity=similarity,
        ms={name: median(values) for name, values in times.items()},
        ratio={
            name: median(value / ours for value, ours in zip(values, times[OURS], strict=True))
            for name, values in times.items()
        },
    )


def _rotated(processes: Sequence[ContenderProcess], number: int) -> Sequence[ContenderProcess]:
    start = number % len(processes)
    return [*processes[start:], *processes[:start]]


def _similarity(
    photographs: Sequence[Photograph], processes: Sequence[ContenderProcess]
) -> dict[str, float]:
    worst = {process.name: 1.0 for process in processes}
    with tempfile.TemporaryDirectory() as folder:
        png = Path(folder) / "thumbnail.png"
        for photo in photographs:
            with Image.open(photo.path) as image:
                grey = image.convert("L")
            reference = np.asarray(grey.resize((256, 256), Image.Resampling.LANCZOS))
            for process in processes:
                process.write_pixels(photo.path, png)
                with Image.open(png) as thumbnail:
                    found = structural_similarity(reference, np.asarray(thumbnail.convert("L")))
                worst[process.name] = min(worst[process.name], float(found))
    return worst


def _claims(contests: Sequence[Contest]) -> list[Claim]:
    large = [contest for contest in contests if contest.size[0] * contest.size[1] >= LARGE]
    least = min(contests, key=lambda contest: contest.ratio[PLAIN])
    least_large = min(large, key=lambda contest: contest.ratio[PLAIN])
    closest = min(large, key=lambda contest: contest.ratio[contest.fastest_other])
    other = closest.fastest_other
    worst = min(contests, key=lambda contest: contest.similarity[OURS])
    return [
        _at_least("at least 2 times as fast as plain Pillow, at every size", least, PLAIN, 2),
        _at_least(
            "at least 4 times as fast as plain Pillow from 12 megapixels", least_large, PLAIN, 4
        ),
        _at_least(
            "no slower than the fastest other from 12 megapixels (to within "
            f"{RESOLUTION:.0%}, which is what can be told apart)",
            closest,
            other,
            1 - RESOLUTION,
        ),
        Claim(
            f"structural similarity of at least {MIN_SIMILARITY} to the best copy",
            f"{worst.similarity[OURS]:.3f} at {_name(worst)}",
            worst.comparable(OURS),
        ),
    ]


def _at_least(text: str, contest: Contest, other: str, wanted: float) -> Claim:
    ratio = contest.ratio[other]
    return Claim(text, f"{ratio:.2f} times ({other}, {_name(contest)})", ratio >= wanted)


def _times(contests: Sequence[Contest]) -> Table:
    rows = []
    for name in contests[0].ms:
        cells = []
        for contest in contests:
            cell = f"{contest.ms[name]:.1f}"
            cell += "" if name == OURS else f" ({contest.ratio[name]:.2f})"
            # Not comparable: the whole cell is in parentheses.
            cells.append(
                cell
                if contest.comparable(name)
                else "(" + cell.replace(" (", ", ").removesuffix(")") + ")"
            )
        rows.append([name, *cells])
    return Table(
        "CPU milliseconds per image, and times Sightline's",
        ["", *map(_name, contests)],
        rows,
    )


def _similarities(contests: Sequence[Contest]) -> Table:
    rows = [
        [name, *(f"{contest.similarity[name]:.3f}" for contest in contests)]
        for name in contests[0].similarity
    ]
    return Table("Structural similarity to the best copy", ["", *map(_name, contests)], rows)


def _name(contest: Contest) -> str:
    return f"{contest.size[0]} x {contest.size[1]}"
