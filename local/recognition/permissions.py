"""Ask the emulator's IAM whether a caller may call Rekognition."""

import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from local.recognition.errors import ApiError
from local.recognition.identity import Caller

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

# Short enough that a permission taken away is missed at once, long enough for a batch of images.
DECISION_SECONDS = 2.0


class Permissions:
    """Decides by SimulatePrincipalPolicy, and remembers a decision for two seconds."""

    def __init__(self, iam: "IAMClient", clock: Callable[[], float] = time.monotonic) -> None:
        self._iam = iam
        self._clock = clock
        self._decisions: dict[tuple[str, str], tuple[float, str]] = {}
        self._lock = Lock()

    def check(self, caller: Caller, action: str) -> None:
        """Raise AccessDeniedException unless the caller's role grants `action` (`rekognition:…`).

        The root user may do everything. Rekognition's analyses have no resource, so it is `*`.
        """
        if not caller.role_name:
            return
        decision = self._decision(caller, action)
        if decision == "allowed":
            return
        reason = (
            "with an explicit deny in an identity-based policy"
            if decision == "explicitDeny"
            else f"because no identity-based policy allows the {action} action"
        )
        raise ApiError(
            "AccessDeniedException",
            f"User: {caller.arn} is not authorized to perform: {action} on resource: * {reason}",
        )

    def _decision(self, caller: Caller, action: str) -> str:
        key = (caller.arn, action)
        with self._lock:
            made_at, decision = self._decisions.get(key, (0.0, ""))
        if decision and self._clock() - made_at < DECISION_SECONDS:
            return decision
        account = caller.arn.split(":")[4]
        now = self._clock()
        answer = self._iam.simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::{account}:role/{caller.role_name}", ActionNames=[action]
        )
        decision = answer["EvaluationResults"][0]["EvalDecision"]
        with self._lock:
            self._decisions[key] = (now, decision)
        return decision
