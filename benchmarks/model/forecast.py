"""What so many images at such a quota come to: time, functions, requests, money."""

from dataclasses import dataclass

from benchmarks.model import fluid
from benchmarks.model.parameters import Pipeline
from benchmarks.model.prices import Work, costs
from benchmarks.model.requests_made import Service, Shape, units
from benchmarks.model.simulation import simulate
from benchmarks.model.stage_run import StageRun

SIMULATED_SECONDS = 250
LEAST_SIMULATED = 10_000
"""What is simulated at most: so many seconds' images, or so many. The rest goes on as steadily."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One scenario. `busy` are functions at a time, on average while there is enough to do."""

    images: int
    pipeline: Pipeline
    labels_seconds: float
    text_seconds: float
    seconds: float
    images_per_second: float
    labels_busy: float
    text_busy: float
    gb_seconds: float
    put_off: float
    retries: float
    work: Work

    @property
    def quota_share(self) -> float:
        """Share of DetectLabels' quota that is used while there is enough to do."""
        return self.images_per_second / self.pipeline.labels.quota

    @property
    def bill(self) -> dict[str, float]:
        """USD by service."""
        return costs(self.work)

    def per_second(self, service: Service, *, table_only: bool = False) -> float:
        """Return units a second of a service while there is enough to do."""
        return units(self.work.shape, table_only=table_only)[service] * self.images_per_second


def forecast(pipeline: Pipeline, images: int, *, is_batch: bool) -> Forecast:
    """Simulate as many images as is feasible, and let the rest go on at the rate that they had."""
    labels, text = pipeline.labels, pipeline.text
    feasible = max(LEAST_SIMULATED, round(SIMULATED_SECONDS * labels.quota))
    run = simulate(pipeline, min(images, feasible))
    drain = fluid.drain(pipeline, images)
    all_simulated = images <= feasible
    more = images - run.images
    receives = run.labels.receives + run.text.receives
    gb_seconds = (
        run.labels.busy_seconds * labels.memory_gb
        + run.text.busy_seconds * text.memory_gb
        + more * run.labels.steady_busy_seconds * labels.memory_gb
        + more * pipeline.text_share * run.text.steady_busy_seconds * text.memory_gb
    )
    shape = Shape(
        text_share=pipeline.text_share,
        is_batch=is_batch,
        put_off=(run.labels.put_off + run.text.put_off) / run.images,
        retries=(run.labels.retries + run.text.retries) / run.images,
    )
    seconds = run.seconds if all_simulated else drain.seconds
    return Forecast(
        images=images,
        pipeline=pipeline,
        labels_seconds=run.labels.seconds if all_simulated else drain.labels_seconds,
        text_seconds=run.text.seconds if all_simulated else drain.text_seconds,
        seconds=seconds,
        images_per_second=run.labels.steady_rate,
        labels_busy=_busy(run.labels),
        text_busy=_busy(run.text),
        gb_seconds=gb_seconds,
        put_off=shape.put_off,
        retries=shape.retries,
        work=Work(
            images=images,
            seconds=seconds,
            shape=shape,
            gb_seconds=gb_seconds,
            invocations=receives * images / run.images,
        ),
    )


def _busy(run: StageRun) -> float:
    return run.steady_rate * run.steady_busy_seconds
