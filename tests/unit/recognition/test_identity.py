from pathlib import Path

import pytest

from local.recognition import identity
from local.recognition.errors import ApiError
from local.recognition.identity import EMULATOR_VERSION, Identities, function_caller
from tests.unit.recognition.fakes import StubbedEmulator

FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:inspect-image"
ROLE_ARN = "arn:aws:iam::000000000000:role/stage/inspect-image-role"
# What MiniStack 1.5.33 answered for these two: execution_credentials in core/lambda_runtime.py.
ACCESS_KEY = "ASIA2E135AF333809DA6"
SECRET = "131c0e0f4d02ecb5b72d7ae11a14d4142ddd06f1352ee4fc8bab694c4e8c7031"
TOKEN = "121d44e9cbd7620461e5b02045876dcea70a5fecf8708314a7da04a947a7ee39"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> StubbedEmulator:
    monkeypatch.setattr(identity, "emulator_version", lambda _: EMULATOR_VERSION)
    return StubbedEmulator()


def answer_functions(emulator: StubbedEmulator, *, alias: bool = False) -> None:
    function = {"FunctionName": "inspect-image", "FunctionArn": FUNCTION, "Role": ROLE_ARN}
    stub = emulator.lambda_stub
    stub.add_response("list_functions", {"Functions": [function]})
    stub.add_response("list_versions_by_function", {"Versions": [function]})
    aliases = [{"AliasArn": f"{FUNCTION}:live"}] if alias else []
    stub.add_response("list_aliases", {"Aliases": aliases})


def test_credentials_are_those_that_the_emulator_derives() -> None:
    caller = function_caller(FUNCTION, ROLE_ARN)
    assert caller.credentials.access_key == ACCESS_KEY
    assert caller.credentials.secret == SECRET
    assert caller.credentials.token == TOKEN
    assert caller.name == "inspect-image-role"
    assert caller.arn.endswith(":assumed-role/inspect-image-role/inspect-image")


def test_the_emulator_that_is_installed_is_the_one_that_was_studied() -> None:
    pins = Path(__file__).parents[3] / "requirements" / "emulator.in"
    assert f"ministack=={EMULATOR_VERSION}" in pins.read_text().splitlines()


def test_a_functions_key_is_found_and_remembered(emulator: StubbedEmulator) -> None:
    answer_functions(emulator)
    identities = Identities(emulator)
    assert identities.find(ACCESS_KEY, "eu-west-1").name == "inspect-image-role"
    assert identities.find(ACCESS_KEY, "eu-west-1").credentials.secret == SECRET
    emulator.lambda_stub.assert_no_pending_responses()


def test_an_aliass_key_is_found(emulator: StubbedEmulator) -> None:
    answer_functions(emulator, alias=True)
    key = function_caller(f"{FUNCTION}:live", ROLE_ARN).credentials.access_key
    caller = Identities(emulator).find(key, "eu-west-1")
    assert caller.arn.endswith(":assumed-role/inspect-image-role/inspect-image")


def test_an_unknown_key_is_refused(emulator: StubbedEmulator) -> None:
    answer_functions(emulator)
    with pytest.raises(ApiError) as refused:
        Identities(emulator).find("ASIAUNKNOWN", "eu-west-1")
    assert refused.value.code == "UnrecognizedClientException"


@pytest.mark.parametrize(
    ("key", "arn"),
    [
        ("test", "arn:aws:iam::000000000000:root"),
        ("123456789012", "arn:aws:iam::123456789012:root"),
    ],
)
def test_the_root_user_is_known_without_asking(key: str, arn: str) -> None:
    caller = Identities(StubbedEmulator()).find(key, "eu-west-1")
    assert (caller.arn, caller.name) == (arn, "root")
    assert caller.credentials.secret == "root-secret"


def test_another_version_of_the_emulator_fails_loudly(
    emulator: StubbedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "emulator_version", lambda _: "1.6.0")
    with pytest.raises(ApiError, match=r"MiniStack 1\.6\.0") as failed:
        Identities(emulator).find(ACCESS_KEY, "eu-west-1")
    assert failed.value.status == 500
