"""Alarms as CloudWatch evaluates them.

The emulator's own evaluation mixes all dimensions of a metric, looks at one window, does not know
missing data and refuses metric math. Here an alarm looks at its own metrics, period by period, and
its windows end now instead of on the minute, so that a change shows within seconds.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import operator
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.emulator.expressions import Value, evaluate, parse
from local.emulator.internals import ACCOUNT, REGION, cloudwatch, provisioners, require, responses

EVALUATE_EVERY_SECONDS = 5.0
Alarm = Mapping[str, Any]

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def evaluate_alarms() -> None:
    """Replace the emulator's evaluation, and evaluate every few seconds."""
    require(cloudwatch, "_evaluate_alarm", "_evaluate_all_alarms", "_dispatch_alarm_actions")
    require(cloudwatch, "_metrics", "_calc_stats", "_stat_value", "_dims_key", "_record_history")
    require(provisioners, "_cw_metric_alarm_record")
    cloudwatch._evaluate_alarm = _evaluate
    make_record = provisioners._cw_metric_alarm_record

    def record_with_metrics(name: str, properties: dict[str, Any]) -> dict[str, Any]:
        queries = properties.get("Metrics")
        if not queries:
            plain: dict[str, Any] = make_record(name, properties)
            return plain
        for query in queries:
            if query.get("Expression"):
                parse(query["Expression"])
        one_metric = {**properties, "MetricName": "-", "Namespace": "-"}
        del one_metric["Metrics"]
        record: dict[str, Any] = make_record(name, one_metric)
        for name_of_one in ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period"):
            record.pop(name_of_one)
        return {**record, "Metrics": queries}

    provisioners._cw_metric_alarm_record = record_with_metrics
    threading.Thread(target=_evaluate_forever, name="alarms", daemon=True).start()


def new_state(alarm: Alarm, datapoints: Sequence[Value]) -> tuple[str, str]:
    """The state that these datapoints, newest first, give an alarm, and the reason in words."""
    wanted = int(alarm.get("DatapointsToAlarm") or len(datapoints))
    breaches = _COMPARE[alarm["ComparisonOperator"]]
    threshold = float(alarm["Threshold"])
    known = [value for value in datapoints if value is not None]
    missing = len(datapoints) - len(known)
    breaching = sum(1 for value in known if breaches(value, threshold))
    treatment = alarm.get("TreatMissingData") or "missing"
    if treatment == "breaching":
        breaching += missing
    elif not known:
        if treatment == "notBreaching":
            return "OK", f"No datapoints were received for {missing} periods: not breaching."
        if treatment == "ignore":
            return alarm["StateValue"], "No datapoints were received."
        return "INSUFFICIENT_DATA", f"No datapoints were received for {missing} periods."
    elif treatment == "missing":
        wanted = min(wanted, len(known))
    values = ", ".join(f"{value:g}" for value in known) or "none"
    reason = (
        f"Threshold Crossed: {breaching} of the last {len(datapoints)} datapoints [{values}] "
        f"met {alarm['ComparisonOperator']} {threshold:g} ({wanted} needed)."
    )
    return ("ALARM" if breaching >= wanted else "OK"), reason


def _evaluate(alarm: dict[str, Any]) -> None:
    now = time.time()
    periods = int(alarm.get("EvaluationPeriods") or 1)
    datapoints = [_datapoint(alarm, now, index) for index in range(periods)]
    state, reason = new_state(alarm, datapoints)
    old = alarm["StateValue"]
    if state == old:
        return
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(now))
    cloudwatch._record_history(alarm["AlarmName"], old, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _datapoint(alarm: Alarm, now: float, index: int) -> Value:
    queries: list[dict[str, Any]] | None = alarm.get("Metrics")
    if not queries:
        statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
        return _metric(alarm, statistic, int(alarm["Period"]), now, index)
    values: dict[str, Value] = {}
    waiting = [query for query in queries if query.get("Expression")]
    for query in queries:
        if stat := query.get("MetricStat"):
            period = int(stat["Period"])
            values[query["Id"]] = _metric(stat["Metric"], stat["Stat"], period, now, index)
    while waiting:  # An expression may name another: take those first whose names are known.
        ready = [q for q in waiting if _names(q["Expression"], waiting).isdisjoint(_ids(waiting))]
        if not ready:
            raise ValueError(f"The metric math of {alarm['AlarmName']} refers to itself.")
        for query in ready:
            values[query["Id"]] = evaluate(parse(query["Expression"]), values)
        waiting = [query for query in waiting if query not in ready]
    returned = [query["Id"] for query in queries if _is_returned(query)]
    return values[returned[0]]


def _ids(queries: Sequence[Alarm]) -> set[str]:
    return {query["Id"] for query in queries}


def _names(expression: str, among: Sequence[Alarm]) -> set[str]:
    return {name for name in _ids(among) if name in cloudwatch.re.findall(r"\w+", expression)}


def _is_returned(query: Alarm) -> bool:
    # CloudFormation may carry a boolean as a string.
    return str(query.get("ReturnData", True)).lower() == "true"


def _metric(metric: Alarm, statistic: str, period: int, now: float, index: int) -> Value:
    end = now - index * period
    dimensions = {d["Name"]: d["Value"] for d in metric.get("Dimensions") or []}
    key = (metric["Namespace"], metric["MetricName"], cloudwatch._dims_key(dimensions))
    points = [
        point
        for point in list(cloudwatch._metrics.get(key) or [])
        if end - period < point["Timestamp"] <= end
    ]
    if not points:
        return None
    value: Value = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points)
    return value


def _evaluate_forever() -> None:
    while True:
        time.sleep(EVALUATE_EVERY_SECONDS)
        with responses.request_scope(ACCOUNT, REGION):
            cloudwatch._evaluate_all_alarms()
