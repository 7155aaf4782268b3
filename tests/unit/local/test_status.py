"""Where the console is, and what its proxy is given to know."""

import json
from pathlib import Path

import pytest

from local import paths
from local.endpoint import LocalStack
from local.environment import without_credentials
from local.record import Child, Record
from local.status import console_url


@pytest.mark.parametrize(
    ("children", "outputs", "url"),
    [
        (["emulator", "console"], {"ConsoleUrl": "https://d1.cloudfront.net"}, True),
        (["emulator"], {"ConsoleUrl": "https://d1.cloudfront.net"}, False),
        (["emulator", "console"], {"RecordTableName": "x"}, False),
    ],
)
def test_there_is_a_console_where_it_was_started_and_deployed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    children: list[str],
    outputs: dict[str, str],
    url: bool,
) -> None:
    monkeypatch.setattr(paths, "STACKS", tmp_path)
    record = Record(1, 1.0, {}, children={name: Child(2, 1.0) for name in children})
    stack = LocalStack(4666, record)
    stack.files.root.mkdir()
    stack.files.outputs.write_text(json.dumps({"Sightline-dev": outputs}))

    assert console_url(stack) == ("http://localhost:8180" if url else None)


def test_the_proxy_gets_no_credentials() -> None:
    given = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "secret", "PATH": "/bin"}
    assert without_credentials(given) == {"PATH": "/bin"}
