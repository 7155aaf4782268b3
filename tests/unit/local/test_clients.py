"""Clients of a local stack: its own credentials, and nothing of the user's AWS configuration."""

import os
import stat
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError
from click.testing import CliRunner

from cli.local import group as commands
from local import paths
from local.credentials import make_secret, read_secret
from local.endpoint import LocalStack
from local.environment import client_environment, emulator_environment
from local.errors import LocalError
from local.paths import StackFiles
from local.record import Record

FILES = StackFiles(5000)


@pytest.fixture(autouse=True)
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStack:
    monkeypatch.setattr(paths, "STACKS", tmp_path)
    FILES.root.mkdir()
    make_secret(FILES)
    return LocalStack(5000, Record(pid=1, started=0.0, options={}))


def test_secret_is_random_stays_and_is_for_its_owner_only(tmp_path: Path) -> None:
    first = read_secret(FILES)
    make_secret(FILES)
    other = StackFiles(5001)
    other.root.mkdir()
    make_secret(other)

    assert len(first) == 64
    assert read_secret(FILES) == first
    assert read_secret(other) != first
    assert stat.S_IMODE(FILES.secret.stat().st_mode) == 0o600


def test_stack_without_a_secret_is_said() -> None:
    FILES.secret.unlink()
    with pytest.raises(LocalError, match="sightline local down --port 5000"):
        read_secret(FILES)


def test_sessions_ignore_the_users_profile_and_files(
    stack: LocalStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nregion = eu-west-1\nendpoint_url = https://elsewhere.example\n")
    for name, value in {
        "AWS_PROFILE": "nope",
        "AWS_DEFAULT_PROFILE": "nope",
        "AWS_CONFIG_FILE": str(config),
        "AWS_REGION": "eu-west-1",
        "AWS_SESSION_TOKEN": "theirs",
        "AWS_ENDPOINT_URL_S3": "https://elsewhere.example",
        "AWS_USE_FIPS_ENDPOINT": "true",
    }.items():
        monkeypatch.setenv(name, value)

    credentials = stack.session().get_credentials()
    client = stack.client("s3")

    assert credentials is not None
    assert (credentials.secret_key, credentials.token) == (read_secret(FILES), None)
    assert client.meta.endpoint_url == "https://localhost:5000"
    assert client.meta.region_name == "us-east-1"
    assert not client.meta.config.use_fips_endpoint


def test_only_one_variable_carries_the_secret() -> None:
    secret = read_secret(FILES)
    for environment in (client_environment(5000), emulator_environment(5000, keep_state=False)):
        carriers = [name for name, value in environment.items() if secret in value]
        assert carriers == ["AWS_SECRET_ACCESS_KEY"], "functions get their own under this name"


def test_trouble_with_the_stack_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_port: int) -> None:
        raise EndpointConnectionError(endpoint_url="https://localhost:5000")

    monkeypatch.setattr(commands, "read_status", unreachable)
    result = CliRunner().invoke(commands.local, ["status", "--port", "5000"])

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: the local stack did not answer: Could not connect")
    assert isinstance(result.exception, SystemExit)


def test_env_prints_what_a_shell_can_evaluate(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalStack, "find", lambda _port: stack)
    result = CliRunner().invoke(commands.local, ["env", "--port", "5000"])

    assert result.exit_code == 0
    assert "unset AWS_PROFILE" in result.stdout
    assert "export AWS_ENDPOINT_URL=https://localhost:5000\n" in result.stdout
    assert f"export AWS_SECRET_ACCESS_KEY={read_secret(FILES)}\n" in result.stdout
    assert os.fspath(FILES.certificate("ca")) in result.stdout
