"""Make clients of the emulator."""

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Credentials:
    """An access key; `token` is empty for a key that lasts."""

    access_key: str
    secret: str
    token: str = ""


class Emulator:
    """Where the emulator is, how its certificate is trusted, and its root credentials."""

    def __init__(self, endpoint: str, cafile: str | None, root: Credentials) -> None:
        self.endpoint = endpoint
        self.cafile = cafile
        self.root = root
        self._session = boto3.session.Session()
        self._lock = Lock()  # A boto3 session may not make clients in two threads at once.

    def functions(self, region: str) -> "LambdaClient":
        """Make a Lambda client of the root user."""
        with self._lock:
            return self._session.client(
                "lambda",
                region_name=region,
                endpoint_url=self.endpoint,
                verify=self.cafile,
                aws_access_key_id=self.root.access_key,
                aws_secret_access_key=self.root.secret,
                config=_CONFIG,
            )

    def policies(self) -> "IAMClient":
        """Make an IAM client of the root user."""
        with self._lock:
            return self._session.client(
                "iam",
                region_name="us-east-1",  # IAM has one region for all; any name signs the request
                endpoint_url=self.endpoint,
                verify=self.cafile,
                aws_access_key_id=self.root.access_key,
                aws_secret_access_key=self.root.secret,
                config=_CONFIG,
            )

    def objects(self, credentials: Credentials, region: str) -> "S3Client":
        """Make an S3 client that reads with a caller's own credentials."""
        with self._lock:
            return self._session.client(
                "s3",
                region_name=region,
                endpoint_url=self.endpoint,
                verify=self.cafile,
                aws_access_key_id=credentials.access_key,
                aws_secret_access_key=credentials.secret,
                aws_session_token=credentials.token or None,
                config=_READS,
            )


_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=32,
    s3={"addressing_style": "path"},  # bucket.localhost does not resolve everywhere
)
# How S3's own log names Rekognition where it reads with a caller's permissions.
_READS = _CONFIG.merge(Config(user_agent_extra="rekognition.amazonaws.com"))
