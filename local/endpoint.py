"""AWS clients of a local stack."""

import os
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local.credentials import ACCESS_KEY_ID, read_secret
from local.environment import REGION
from local.errors import NotRunning
from local.paths import StackFiles
from local.ports import Ports
from local.record import Record, read_json, read_record

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 2},
    # `bucket.localhost` does not resolve on every system.
    s3={"addressing_style": "path"},
    proxies={},
)

# Each of botocore's settings with its default, and without the names under which the environment
# and the user's files could change it: a profile there, even a missing one, is not about this.
_NOTHING_FROM_OUTSIDE: dict[str, Any] = {
    name: (None, None, default, conversion)
    for name, (_, _, default, conversion, *_) in botocore.session.Session.SESSION_VARIABLES.items()
}
_NOTHING_FROM_OUTSIDE |= dict.fromkeys(
    ("config_file", "credentials_file"), (None, None, os.devnull, None)
)


@dataclass(frozen=True)
class LocalStack:
    """A running local stack: its clients and its outputs."""

    port: int
    record: Record

    @classmethod
    def find(cls, port: int) -> "LocalStack":
        """The stack that runs on this port, or `NotRunning`."""
        record = read_record(StackFiles(port))
        if record is None or not record.runs or record.phase != "running":
            raise NotRunning(
                f"No local stack runs on port {port}; start it with: sightline local up"
                + (f" --port {port}" if port != 4566 else "")
            )
        return cls(port, record)

    @property
    def files(self) -> StackFiles:
        """Where it keeps its files."""
        return StackFiles(self.port)

    @property
    def endpoint(self) -> str:
        """The URL of every AWS API but Rekognition's."""
        return Ports(self.port).endpoint

    def session(self) -> boto3.Session:
        """A session with the emulator's credentials; use `client` for its endpoint too.

        The user's own AWS configuration is not read.
        """
        return boto3.Session(
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=read_secret(self.files),
            region_name=REGION,
            botocore_session=botocore.session.Session(session_vars=_NOTHING_FROM_OUTSIDE),
        )

    def client_settings(self, service: str) -> dict[str, Any]:
        """What to pass to `session.client(service, **settings)`."""
        ports = Ports(self.port)
        endpoint = ports.recognition_endpoint if service == "rekognition" else ports.endpoint
        certificate = str(self.files.certificate("ca"))
        return {"endpoint_url": endpoint, "verify": certificate, "config": _CONFIG}

    def client(self, service: str) -> Any:
        """A boto3 client of the local stack."""
        # The service is a value here, so that no stub can say what comes back.
        factory: Any = self.session().client
        return factory(service, **self.client_settings(service))

    def outputs(self) -> dict[str, str]:
        """The outputs of the deployed stacks by name; empty before the first deployment."""
        stacks: dict[str, dict[str, str]] = read_json(self.files.outputs) or {}
        return {name: value for outputs in stacks.values() for name, value in outputs.items()}

    def stack_names(self) -> list[str]:
        """The deployed CloudFormation stacks that have outputs."""
        return sorted(read_json(self.files.outputs) or {})
