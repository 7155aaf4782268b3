"""What the endpoint counts, for those who measure."""

import json
from pathlib import Path

import pytest

from local.recognition import calls
from local.recognition.calls import CallCounts
from local.recognition.quota import THROTTLED, Quota
from local.recognition.server import make_app
from local.recognition.service import Service
from tests.unit.recognition.fakes import IMAGE, Fakes, exchange, signed


def test_calls_are_counted_by_operation_and_second(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    counts = CallCounts(path)
    counts.add("DetectLabels", 100.9, throttled=False, answered=True)
    counts.add("DetectLabels", 100.1, throttled=True, answered=False)
    counts.add("DetectLabels", 102.0, throttled=False, answered=False)
    counts.write()

    assert json.loads(path.read_text()) == {
        "DetectLabels": {
            "calls": 3, "throttled": 1, "answered": 1, "first": 100.1, "last": 102.0,
            "per_second": {
                "100": {"calls": 2, "throttled": 1, "answered": 1},
                "102": {"calls": 1, "throttled": 0, "answered": 0},
            },
        }
    }  # fmt: skip


def test_file_is_written_only_when_something_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    counts = CallCounts(path)
    counts.write()
    assert not path.exists()
    counts.add("DetectText", 1.0, throttled=False, answered=True)
    counts.write()
    path.unlink()
    counts.write()
    assert not path.exists()


def test_histogram_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "KEEP_SECONDS", 2)
    counts = CallCounts(None)
    for second in range(5):
        counts.add("DetectText", float(second), throttled=False, answered=True)
    (counted,) = counts.to_json().values()
    assert counted["calls"] == 5
    assert list(counted["per_second"]) == [3, 4]


def test_endpoint_refuses_above_the_rate_and_counts(fakes: Fakes) -> None:
    counts = CallCounts(None)
    service = Service(fakes.recognizer, fakes, fakes, fakes)  # type: ignore[arg-type]
    app = make_app(service, quota=Quota({"DetectLabels": 0.001}), counts=counts)
    first, second, broken = exchange(app, signed(), signed(), signed(IMAGE, "DetectText"))

    assert first.status_code == 200
    assert (second.status_code, second.json()["__type"]) == (400, THROTTLED)
    assert broken.json()["__type"] == "AccessDeniedException"
    assert len(fakes.recognizer.contents) == 1, "a refused call costs nothing"
    counted = counts.to_json()
    assert {name: counted["DetectLabels"][name] for name in ("calls", "throttled", "answered")} == {
        "calls": 2, "throttled": 1, "answered": 1,
    }  # fmt: skip
    assert counted["DetectText"]["answered"] == 0
