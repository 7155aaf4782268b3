import pytest

from tests.unit.recognition.fakes import FakeRecognizer, Fakes


@pytest.fixture
def fakes() -> Fakes:
    return Fakes(FakeRecognizer())
