"""An emulator that is checked, and one who asks it."""

import json
from typing import Any

import pytest

from local.emulator import sign_in
from local.emulator.challenges import Codes, Sessions
from tests.unit.local.sign_in.emulator import CLIENT, Ask, Clock, Emulator


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Emulator:
    found = Emulator()
    monkeypatch.setattr(sign_in, "cognito", found)
    monkeypatch.setattr(sign_in, "sessions", Sessions(Clock()))
    monkeypatch.setattr(sign_in, "codes", Codes(Clock()))
    sign_in.check_sign_in()
    return found


@pytest.fixture
def ask(emulator: Emulator) -> Ask:
    def asking(action: str, *, then: dict[str, Any] | None = None, **data: Any) -> dict[str, Any]:
        emulator.answers[:] = [then] if then else []
        _, _, body = emulator._run_idp_handler(None, action, {"ClientId": CLIENT, **data})
        found: dict[str, Any] = json.loads(body)
        return found

    return asking
