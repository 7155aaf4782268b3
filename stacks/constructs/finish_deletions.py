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
        events.Rule(
            self,
            "Rule",
            description="Deletions that are due are finished",
            schedule=events.Schedule.rate(Duration.minutes(EVERY_MINUTES)),
            targets=[
                targets.LambdaFunction(
                    worker.function,
                    event=events.RuleTargetInput.from_object(dict(REQUEST)),
                    # The next run does what this one did not.
                    retry_attempts=0,
                )
            ],
        )
