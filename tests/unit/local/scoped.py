"""What stands for the emulator, which is not installed where these tests run."""

from typing import Any

import pytest


class Scoped:
    """Stands for the emulator's dictionaries of every account and region."""

    def __init__(self, entries: dict[Any, Any] | None = None) -> None:
        self._data = entries or {}


@pytest.fixture(name="scoped")
def emulator_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stand-in be taken for what the emulator has."""

    class Responses:
        AccountRegionScopedDict = Scoped
        AccountScopedDict = ()

    monkeypatch.setattr("local.emulator.captured.responses", Responses)
