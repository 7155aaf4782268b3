"""The same pipeline as a flow: closed forms for as many images as there may be.

A stage passes images at the least of three rates: what its functions can do, what the schedule
lets through, and what it is given. Only the start differs, while pollers grow in number. It knows
no chance: where messages are put off, or calls fail often, ask the simulation.
"""

import math
from dataclasses import dataclass

from benchmarks.model.parameters import Pipeline, Stage


@dataclass(frozen=True)
class Drain:
    """Seconds until the last image has left each stage."""

    labels_seconds: float
    text_seconds: float

    @property
    def seconds(self) -> float:
        """Until the last image has ended."""
        return max(self.labels_seconds, self.text_seconds)


def drain(pipeline: Pipeline, images: int) -> Drain:
    """Return when images that are all there at the start have left the stages."""
    labels = stage_seconds(pipeline.labels, images, pipeline.error_rate)
    read = images * pipeline.text_share
    if read < 1:
        return Drain(labels, 0.0)
    # It cannot end before the last image has come; alone, it takes its own time.
    alone = pipeline.labels.busy_seconds + stage_seconds(pipeline.text, read, pipeline.error_rate)
    return Drain(labels, max(labels + pipeline.text.busy_seconds, alone))


def rate(stage: Stage, error_rate: float = 0.0) -> float:
    """Return how many images a second a stage passes when it has enough of them."""
    return min(stage.concurrency / stage.busy_seconds, stage.pace * (1 - error_rate))


def waiting_seconds(stage: Stage, error_rate: float = 0.0) -> float:
    """Return how long a function waits for its turn when there are enough images.

    More functions than the pace needs do nothing but wait, and are paid for it.
    """
    return stage.concurrency / rate(stage, error_rate) - stage.busy_seconds


def stage_seconds(stage: Stage, images: float, error_rate: float = 0.0) -> float:
    """Return how long a stage alone takes for images that are all there at the start."""
    full, busy = rate(stage, error_rate), stage.busy_seconds
    at_start, a_second = stage.pollers_at_start, stage.pollers_a_second
    # Until the pollers suffice, (5 + 5 t) / busy images a second begin.
    ramp = max(full * busy - at_start, 0.0) / a_second
    begun = (at_start * ramp + a_second * ramp**2 / 2) / busy
    if images > begun:
        return ramp + (images - begun) / full + busy
    # The positive root of 5/2 t^2 + 5 t = images x busy.
    half = at_start / a_second
    return math.sqrt(half**2 + 2 * images * busy / a_second) - half + busy
