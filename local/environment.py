"""The environment variables with which a program talks to a local stack, and to nothing else."""

import os
import sys
from pathlib import Path

from local.paths import CHECKOUT, StackFiles
from local.ports import Ports

REGION = "us-east-1"
ACCOUNT = "000000000000"
# The emulator's root credentials; they open nothing else.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105

# Every process of a stack carries this with the stack's directory, so that it can be found again.
MARK = "SIGHTLINE_LOCAL_STACK"


def client_environment(port: int) -> dict[str, str]:
    """This process's environment, aimed at the local stack: endpoint, certificate, credentials.

    The user's own AWS configuration is neither read nor written.
    """
    files, ports = StackFiles(port), Ports(port)
    certificate = str(files.certificate("ca"))
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "CDK_", "PYTHON"))
    }
    no_proxy = [os.environ.get("NO_PROXY", ""), "localhost", ".localhost", "127.0.0.1"]
    node = str(Path(sys.executable).parent)
    return {
        **inherited,
        "PATH": os.pathsep.join([node, os.environ.get("PATH", os.defpath)]),
        "AWS_ENDPOINT_URL": ports.endpoint,
        "AWS_ENDPOINT_URL_REKOGNITION": ports.recognition_endpoint,
        "AWS_CA_BUNDLE": certificate,
        "SSL_CERT_FILE": certificate,
        "NODE_EXTRA_CA_CERTS": certificate,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DEFAULT_ACCOUNT": ACCOUNT,
        "CDK_DEFAULT_REGION": REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
        "CDK_HOME": str(files.root / "cdk-home"),
        "NO_COLOR": "1",
        "NO_PROXY": ",".join(filter(None, no_proxy)),
        "no_proxy": ",".join(filter(None, no_proxy)),
    }


def process_environment(port: int) -> dict[str, str]:
    """The environment of the supervisor and of what it starts."""
    files = StackFiles(port)
    return {
        **client_environment(port),
        MARK: str(files.root),
        "TMPDIR": str(files.temporary),
        "PYTHONUNBUFFERED": "1",
    }


def emulator_environment(port: int, *, keep_state: bool) -> dict[str, str]:
    """The emulator's settings; its Lambda functions inherit the rest."""
    files, ports = StackFiles(port), Ports(port)
    bin_directory = CHECKOUT / ".venv-emulator" / "bin"
    environment = process_environment(port)
    state = {
        "PERSIST_STATE": "1",
        "STATE_DIR": str(files.kept / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(files.kept / "objects"),
    }
    return {
        **environment,
        "PATH": os.pathsep.join([str(bin_directory), environment["PATH"]]),
        "AUTH": "true",
        "GATEWAY_PORT": str(ports.plain),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "S3_DATA_DIR": str(files.temporary / "objects"),
        "STATE_DIR": str(files.temporary / "state"),
        **(state if keep_state else {}),
    }
