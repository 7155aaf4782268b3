"""The rule by which deletions that stopped half-way, and unwanted files, are finished."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from lambdas.common.unfinished import EVERY_MINUTES, REQUEST
from stacks.constructs.function import PythonFunction


class FinishDeletions(Construct):
    """Calls a function every few minutes; it is the API's, which may delete images already."""

    def __init__(self, scope: Construct, construct_id: str, *, worker: PythonFunction) -> None:
        super().__init__(scope, construct_id)
        # The next call does what this one did not. Lambda would make a failed one twice again, and
        # keep throttled ones for six hours, to run them side by side then.
        worker.function.configure_async_invoke(
            retry_attempts=0, max_event_age=Duration.minutes(EVERY_MINUTES)
        )
        events.Rule(
            self,
            "Rule",
            description="Deletions that are due are finished",
            schedule=events.Schedule.rate(Duration.minutes(EVERY_MINUTES)),
            targets=[
                targets.LambdaFunction(
                    worker.function,
                    event=events.RuleTargetInput.from_object(dict(REQUEST)),
                    retry_attempts=0,
                )
            ],
        )
