"""The command line, as a process of its own."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import trustme

from tests.patience import PATIENCE_SECONDS, eventually

CHECKOUT = Path(__file__).parents[3]
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def command(folder: Path, *more: str) -> list[str]:
    files = {"--certfile": "server.pem", "--keyfile": "server.pem", "--cafile": "ca.pem"}
    options = [part for name, file in files.items() for part in (name, str(folder / file))]
    endpoint = ["--aws-endpoint", "https://localhost:1"]
    return [sys.executable, "-m", "local.recognition", *options, *endpoint, *more]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, **more}


def fails(folder: Path, *more: str, **variables: str) -> str:
    done = subprocess.run(
        command(folder, "--port", "1", *more),
        env=environment(**variables),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 2
    return done.stderr


def test_it_serves_until_sigterm_and_exits_with_0(tmp_path: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = ca.issue_cert("localhost").private_key_and_cert_chain_pem
    server.write_to_path(tmp_path / "server.pem")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        command(tmp_path, "--port", str(port), "--threads", "1"),
        env=environment(**CREDENTIALS),
        cwd=CHECKOUT,
    ) as process:
        try:
            health = wait_for_health(f"https://localhost:{port}/health", tmp_path / "ca.pem")
            assert health["status"] == "ok"
            assert health["calls"] == {}
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0


def wait_for_health(url: str, authority: Path) -> dict[str, Any]:
    context = ssl.create_default_context(cafile=str(authority))

    def answered() -> dict[str, Any] | None:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS, context=context) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.URLError:
            return None

    health: dict[str, Any] = eventually(answered, "the endpoint answers")
    return health


def test_without_credentials_it_says_which(tmp_path: Path) -> None:
    assert "set AWS_ACCESS_KEY_ID" in fails(tmp_path)


def test_a_detector_that_cannot_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"nothing")
    detector = str(tmp_path / "broken.onnx")
    assert "broken.onnx is not an ONNX model" in fails(
        tmp_path, "--detector", detector, **CREDENTIALS
    )
