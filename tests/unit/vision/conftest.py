import pytest

from vision.recognizer import Recognizer, RecognizerSettings


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    return Recognizer(RecognizerSettings(threads=2))
