"""Alarms to the operations topic; docs/operations.md says what to do about each."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.constructs.function import PythonFunction
from stacks.constructs.queue import WorkQueue
from stacks.settings import Settings

NEAR_TIMEOUT = 0.8
"""Share of a function's timeout from which its duration is an alarm."""

_GREATER = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_MINUTE = Duration.minutes(1)
_FIVE_MINUTES = Duration.minutes(5)


class Alarms(Construct):
    """What an operator is told of; for dead letters also when they are gone."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._action = actions.SnsAction(topic)

    def watch_queue(self, name: str, queue: WorkQueue, *, may_be_long: bool) -> None:
        """Watch a queue's progress and dead letters.

        Its length and its age too, unless it may be long.
        """
        depth, minutes = (
            self._settings.queue_depth_alarm,
            self._settings.oldest_message_minutes_alarm,
        )
        waiting = queue.queue.metric_approximate_number_of_messages_visible(
            period=_MINUTE, statistic="Maximum"
        )
        age = queue.queue.metric_approximate_age_of_oldest_message(
            period=_FIVE_MINUTES, statistic="Maximum"
        )
        deleted = queue.queue.metric_number_of_messages_deleted(
            period=_FIVE_MINUTES, statistic="Sum"
        )
        dead = queue.dead_letter_queue.metric_approximate_number_of_messages_visible(
            period=_MINUTE, statistic="Maximum"
        )
        if not may_be_long:
            self._alarm(f"{name}Deep", waiting, depth, f"More than {depth} messages wait.")
            self._alarm(
                f"{name}Old", age, minutes * 60, f"A message has waited for over {minutes} minutes."
            )
        stuck = cloudwatch.MathExpression(
            expression=f"IF(age > {minutes * 60} AND FILL(deleted, 0) == 0, 1, 0)",
            using_metrics={"age": age, "deleted": deleted},
            period=_FIVE_MINUTES,
            label="messages are old and none is worked off",
        )
        self._alarm(
            f"{name}Stuck",
            stuck,
            0,
            f"Messages have waited for over {minutes} minutes and none was worked off.",
        )
        failing = cloudwatch.MathExpression(
            expression="IF(received > 0 AND FILL(deleted, 0) == 0, 1, 0)",
            using_metrics={
                "received": queue.queue.metric_number_of_messages_received(
                    period=_FIVE_MINUTES, statistic="Sum"
                ),
                "deleted": deleted,
            },
            period=_FIVE_MINUTES,
            label="messages are received and none is worked off",
        )
        # Twice in a row: one message may be received in one period and deleted in the next. Age
        # alone does not tell: SQS leaves a message out of it from its third receive on.
        self._alarm(
            f"{name}Failing",
            failing,
            0,
            "Messages are received, and for ten minutes every one of them has failed.",
            periods=2,
        )
        dead_letters = self._alarm(
            f"{name}DeadLetters", dead, 0, "Messages are in the dead-letter queue."
        )
        # Only here: a new alarm goes to OK once, and its action would mail that for every alarm.
        dead_letters.add_ok_action(self._action)

    def watch_function(self, name: str, worker: PythonFunction) -> None:
        """Watch a function's errors, throttles and duration."""
        function = worker.function
        limit = worker.timeout.to_milliseconds() * NEAR_TIMEOUT
        duration = function.metric_duration(period=_FIVE_MINUTES, statistic="Maximum")
        self._alarm(
            f"{name}Errors",
            function.metric_errors(period=_FIVE_MINUTES, statistic="Sum"),
            0,
            "The function failed, timed out or ran out of memory.",
        )
        self._alarm(
            f"{name}Throttles",
            function.metric_throttles(period=_FIVE_MINUTES, statistic="Sum"),
            0,
            "The function was throttled: the account's concurrency is used up.",
        )
        self._alarm(
            f"{name}Slow",
            duration,
            limit,
            f"The function took over {limit / 1000:g} seconds, near its timeout.",
        )

    def watch_topic(self, name: str, topic: sns.Topic) -> None:
        """Watch a topic's failed deliveries, such as emails that bounce."""
        self._alarm(
            f"{name}Undelivered",
            topic.metric_number_of_notifications_failed(period=_FIVE_MINUTES, statistic="Sum"),
            0,
            "Messages of the topic could not be delivered.",
        )

    def watch_api(self, name: str, stage: apigateway.Stage) -> None:
        """Watch an API's answers that say that it is at fault, whoever gave them."""
        self._alarm(
            f"{name}Faults",
            stage.metric_server_error(period=_FIVE_MINUTES, statistic="Sum"),
            0,
            "The API answered with a fault of its own (5XX), in two of three periods.",
            # One alone passes by itself: 503 is what the API says while AWS is busy.
            periods=3,
            datapoints=2,
        )

    def watch(
        self,
        *,
        queues: Mapping[str, WorkQueue],
        backlogs: Mapping[str, WorkQueue],
        functions: Mapping[str, PythonFunction],
        topics: Mapping[str, sns.Topic],
        apis: Mapping[str, apigateway.Stage],
    ) -> None:
        """Watch all of these, by the names that their alarms start with.

        `backlogs` are queues in which it is normal that much waits for long.
        """
        for name, queue in queues.items():
            self.watch_queue(name, queue, may_be_long=False)
        for name, queue in backlogs.items():
            self.watch_queue(name, queue, may_be_long=True)
        for name, worker in functions.items():
            self.watch_function(name, worker)
        for name, topic in topics.items():
            self.watch_topic(name, topic)
        for name, stage in apis.items():
            self.watch_api(name, stage)

    def _alarm(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 1,
        datapoints: int | None = None,
    ) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            datapoints_to_alarm=datapoints,
            comparison_operator=_GREATER,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{construct_id}: {description} See docs/operations.md.",
        )
        alarm.add_alarm_action(self._action)
        return alarm
