"""The environment variables with which a program talks to a local stack, and to nothing else."""

import os
import sys
from pathlib import Path

from local.credentials import ACCESS_KEY_ID, read_secret
from local.paths import CHECKOUT, StackFiles
from local.ports import Ports

REGION = "us-east-1"
ACCOUNT = "000000000000"

# Every process of a stack carries this with the stack's directory, so that it can be found again.
MARK = "SIGHTLINE_LOCAL_STACK"


def aws_environment(port: int) -> dict[str, str]:
    """What any AWS client reads: the local stack's endpoints, certificate and credentials."""
    files, ports = StackFiles(port), Ports(port)
    return {
        "AWS_ENDPOINT_URL": ports.endpoint,
        "AWS_ENDPOINT_URL_REKOGNITION": ports.recognition_endpoint,
        "AWS_CA_BUNDLE": str(files.certificate("ca")),
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": read_secret(files),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }


def client_environment(port: int) -> dict[str, str]:
    """This process's environment, aimed at the local stack.

    The user's own AWS configuration is neither read nor written.
    """
    files = StackFiles(port)
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
        **aws_environment(port),
        "SSL_CERT_FILE": certificate,
        "NODE_EXTRA_CA_CERTS": certificate,
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


def without_credentials(environment: dict[str, str]) -> dict[str, str]:
    """The same for a process that is to call nothing in anybody's name."""
    secret = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    return {name: value for name, value in environment.items() if name not in secret}


def emulator_environment(port: int, *, keep_state: bool) -> dict[str, str]:
    """The emulator's settings; its Lambda functions inherit them, with their role's credentials."""
    files = StackFiles(port)
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
        # For the URLs that it gives out, such as those of queues.
        "GATEWAY_PORT": str(port),
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(files.certificate("server")),
        "MINISTACK_SSL_KEY": str(files.certificate("key")),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "S3_DATA_DIR": str(files.temporary / "objects"),
        "STATE_DIR": str(files.temporary / "state"),
        **(state if keep_state else {}),
    }
