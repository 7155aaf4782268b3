"""What is added to the emulator, as far as it is pure."""

import pytest

from local.emulator.alarms import new_state
from local.emulator.batching import fill, is_due
from local.emulator.provided import ReadProperties
from local.emulator.queue_metrics import QueueCounts, gauges


def alarm(**changes: object) -> dict[str, object]:
    return {
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0,
        "StateValue": "OK",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "datapoints", "state"),
    [
        ({}, [1.0], "ALARM"),
        ({}, [0.0], "OK"),
        ({}, [1.0, 0.0], "OK"),
        ({"DatapointsToAlarm": 1}, [0.0, 1.0], "ALARM"),
        ({}, [None], "INSUFFICIENT_DATA"),
        ({}, [1.0, None], "ALARM"),
        ({"TreatMissingData": "notBreaching"}, [None], "OK"),
        ({"TreatMissingData": "notBreaching"}, [1.0, None], "OK"),
        ({"TreatMissingData": "breaching"}, [None, None], "ALARM"),
        ({"TreatMissingData": "ignore", "StateValue": "ALARM"}, [None], "ALARM"),
    ],
)
def test_alarm_state_follows_datapoints(
    changes: dict[str, object], datapoints: list[float | None], state: str
) -> None:
    assert new_state(alarm(**changes), datapoints)[0] == state


def message(sent: float, visible: float | None = None, receives: int = 0) -> dict[str, object]:
    return {
        "sent_at": sent,
        "visible_at": sent if visible is None else visible,
        "receive_count": receives,
    }


def test_batch_waits_for_its_window_or_until_it_is_full() -> None:
    first = message(sent=100)
    assert not is_due([first], batch_size=2, window_seconds=60, now=159)
    assert is_due([first], batch_size=2, window_seconds=60, now=160)
    assert is_due([first, message(sent=101)], batch_size=2, window_seconds=60, now=102)
    assert not is_due([], batch_size=2, window_seconds=60, now=102)


def test_message_that_came_back_starts_a_new_window() -> None:
    returned = message(sent=100, visible=500, receives=1)
    assert not is_due([returned], batch_size=2, window_seconds=60, now=501)


def test_batch_of_more_than_ten_takes_several_receives() -> None:
    queue = [message(sent=1) for _ in range(25)]

    def receive(_url: str, count: int) -> list[dict[str, object]]:
        taken, queue[:] = queue[:count], queue[count:]
        return taken

    assert len(fill(receive, "url", 20)) == 20
    assert len(fill(receive, "url", 20)) == 5


def test_gauges_tell_waiting_from_hidden_messages() -> None:
    messages = [message(sent=10), message(sent=20, visible=999, receives=1), message(30, 999)]
    assert gauges(messages, now=100) == {
        "ApproximateNumberOfMessagesVisible": 1,
        "ApproximateNumberOfMessagesNotVisible": 1,
        "ApproximateNumberOfMessagesDelayed": 1,
        "ApproximateAgeOfOldestMessage": 90,
    }
    assert gauges([], now=100)["ApproximateAgeOfOldestMessage"] == 0


def test_messages_sent_follow_from_what_left() -> None:
    counts = QueueCounts()
    counts.add("q", "deleted", 3)
    assert counts.take("q", 2)["NumberOfMessagesSent"] == 5
    counts.add("q", "redriven", 1)
    assert counts.take("q", 1)["NumberOfMessagesSent"] == 0
    counts.add("dead", "arrived by redrive", 1)
    assert counts.take("dead", 1)["NumberOfMessagesSent"] == 0


def test_properties_remember_what_was_read() -> None:
    properties = ReadProperties({"a": 1, "b": 2, "c": 3})
    assert properties["a"] == 1
    assert properties.get("b") == 2
    assert properties.read == {"a", "b"}
    assert {**properties} == {"a": 1, "b": 2, "c": 3}
    assert properties.read == {"a", "b", "c"}
