"""The emulator's modules that the supplements reach into.

The emulator's version is pinned. `require` makes a supplement fail at start, with the name of
what has gone, instead of being skipped in silence after an upgrade.
"""

import os
from importlib import import_module
from typing import Any

ACCOUNT = os.environ.get("MINISTACK_ACCOUNT_ID", "000000000000")
REGION = os.environ.get("MINISTACK_REGION", "us-east-1")


class _Module:
    """One of the emulator's modules, imported on first use.

    So these files can be imported, and what is pure in them tested, without the emulator.
    """

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)

    def __setattr__(self, attribute: str, value: object) -> None:
        setattr(import_module(self._name), attribute, value)


apigateway_http: Any = _Module("ministack.services.apigateway")
apigateway_rest: Any = _Module("ministack.services.apigateway_v1")
cloudformation: Any = _Module("ministack.services.cloudformation")
cloudwatch: Any = _Module("ministack.services.cloudwatch")
cloudwatch_logs: Any = _Module("ministack.services.cloudwatch_logs")
cognito: Any = _Module("ministack.services.cognito")
dynamodb: Any = _Module("ministack.services.dynamodb")
emulator: Any = _Module("ministack.app")
iam_actions: Any = _Module("ministack.core.iam_actions")
iam_evaluator: Any = _Module("ministack.core.iam_evaluator")
lambda_runtime: Any = _Module("ministack.core.lambda_runtime")
lambda_service: Any = _Module("ministack.services.lambda_svc")
persistence: Any = _Module("ministack.core.persistence")
provisioners: Any = _Module("ministack.services.cloudformation.provisioners")
responses: Any = _Module("ministack.core.responses")
s3: Any = _Module("ministack.services.s3")
sns: Any = _Module("ministack.services.sns")
sqs: Any = _Module("ministack.services.sqs")
sts: Any = _Module("ministack.services.sts")


def require(module: Any, *names: str) -> None:
    """Fail with one sentence when the emulator no longer has something that is replaced here."""
    missing = [name for name in names if not hasattr(module, name)]
    if missing:
        raise RuntimeError(
            f"This version of the emulator has no {', '.join(missing)} in {module.__name__}; "
            "the supplement that replaces it must be adapted (local/emulator)."
        )
