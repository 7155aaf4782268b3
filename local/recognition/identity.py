"""Find out whose access key signed a request. All that depends on the emulator's internals is here.

On AWS, Rekognition asks an internal service who owns an access key. The emulator has no such API,
and it keeps the sessions' secrets in memory. But it derives the credentials of a function from
the ARNs of the function and its role (`execution_credentials` in ministack/core/lambda_runtime.py),
and it lists both. So the credentials of every function can be made here too, secret included, which
is what lets `signature` check them. What the root user is follows `is_root_access_key` in
ministack/core/iam_evaluator.py.

Not known here are sessions of AssumeRole and keys of IAM users: their secrets are random and are
told to nobody but their owner. They are refused.
"""

import hashlib
import json
import logging
import re
import ssl
import urllib.request
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from local.recognition.aws import Credentials, Emulator
from local.recognition.errors import ApiError, internal_error

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import FunctionConfigurationTypeDef

# The version whose derivation this is. Another one is refused until somebody has compared them.
EMULATOR_VERSION = "1.5.33"

_ACCOUNT = "000000000000"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Caller:
    """Who signed a request; `role_name` is empty for the account's root user."""

    arn: str
    role_name: str
    credentials: Credentials

    @property
    def name(self) -> str:
        """The role's name, or `root`: how the log names the caller."""
        return self.role_name or "root"


def function_caller(function_arn: str, role_arn: str) -> Caller:
    """Derive the credentials that the emulator gives to a function."""
    digest = hashlib.sha256(f"{function_arn}:{role_arn}".encode()).hexdigest()
    account, name = function_arn.split(":")[4], function_arn.split(":")[6]
    role_name = role_arn.rsplit("/", 1)[-1]
    return Caller(
        arn=f"arn:aws:sts::{account}:assumed-role/{role_name}/{name[:64]}",
        role_name=role_name,
        credentials=Credentials(
            f"ASIA{digest[:16].upper()}",
            hashlib.sha256(f"secret:{digest}".encode()).hexdigest(),
            hashlib.sha256(f"token:{digest}".encode()).hexdigest(),
        ),
    )


class Identities:
    """Knows the emulator's root user and the roles of its functions; may be shared by threads."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        # Never forgotten: a warm function keeps its credentials after its role was changed.
        self._callers: dict[str, Caller] = {}
        self._lock = Lock()
        self._version_checked = False

    def find(self, access_key: str, region: str) -> Caller:
        """Answer who owns an access key; `region` is that of the signature, so of the function.

        Raises UnrecognizedClientException for an unknown key.
        """
        if self._is_root(access_key):
            account = access_key if re.fullmatch(r"\d{12}", access_key) else _ACCOUNT
            credentials = Credentials(access_key, self._emulator.root.secret)
            return Caller(f"arn:aws:iam::{account}:root", "", credentials)
        caller = self._callers.get(access_key)
        if caller is None:
            with self._lock:
                if access_key not in self._callers:
                    self._check_version()
                    self._learn_functions(region)
                caller = self._callers.get(access_key)
        if caller is None:
            _log.error(
                "access key %s belongs to no function in %s that the emulator lists, nor to its "
                "root user; sessions of AssumeRole and IAM users cannot be known here",
                access_key,
                region,
            )
            raise ApiError(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            )
        return caller

    def _is_root(self, access_key: str) -> bool:
        known = access_key in ("test", self._emulator.root.access_key)
        return known or re.fullmatch(r"\d{12}", access_key) is not None

    def _learn_functions(self, region: str) -> None:
        client = self._emulator.functions(region)
        for page in client.get_paginator("list_functions").paginate():
            for function in page["Functions"]:
                self._learn(function)
                # A version's or alias's function has an ARN of its own, so other credentials.
                name = function["FunctionName"]
                for version in client.list_versions_by_function(FunctionName=name)["Versions"]:
                    self._learn(version)
                for alias in client.list_aliases(FunctionName=name)["Aliases"]:
                    self._learn({**function, "FunctionArn": alias["AliasArn"]})

    def _learn(self, function: "FunctionConfigurationTypeDef") -> None:
        caller = function_caller(function["FunctionArn"], function["Role"])
        self._callers[caller.credentials.access_key] = caller

    def _check_version(self) -> None:
        if self._version_checked:
            return
        version = emulator_version(self._emulator)
        if version != EMULATOR_VERSION:
            raise internal_error(
                f"The emulator is MiniStack {version}, and callers are identified as in "
                f"{EMULATOR_VERSION}: compare execution_credentials, then change EMULATOR_VERSION."
            )
        self._version_checked = True


def emulator_version(emulator: Emulator) -> str:
    """Ask the emulator for its version."""
    context = ssl.create_default_context(cafile=emulator.cafile)
    url = f"{emulator.endpoint}/_ministack/health"
    with urllib.request.urlopen(url, timeout=10, context=context) as answer:  # noqa: S310
        return str(json.load(answer)["version"])
