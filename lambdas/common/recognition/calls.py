"""Calls to Rekognition at the account's pace; what may pass is tried again, within a bound."""

import random
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from lambdas.common.clients import CONNECT_SECONDS, READ_SECONDS
from lambdas.common.errors import NotYetError
from lambdas.common.recognition.pacer import MAX_WAIT_SECONDS, Pacer
from lambdas.common.result import JsonObject
from lambdas.common.telemetry import logger

MAX_CALLS = 3
"""Calls that one attempt at an image makes at most, throttled ones aside."""
MAX_THROTTLED = 3
"""Throttled calls of one attempt after which the message waits in its queue instead."""
THROTTLED_SECONDS = 20.0, 40.0
"""How long it then waits, at least and at most."""

_THROTTLED = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException"})
_FIRST_PAUSE_SECONDS = 0.5
_CALL_SECONDS = MAX_WAIT_SECONDS + CONNECT_SECONDS + READ_SECONDS


class RekognitionCalls:
    """Makes the calls of one API.

    `seconds` bounds the time in which another try of a call is begun; `sleep` and `clock` are
    those of `time`, in seconds.
    """

    def __init__(
        self,
        rekognition: Any,
        pacer: Pacer,
        *,
        seconds: float,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._rekognition = rekognition
        self._pacer = pacer
        self._seconds = seconds
        self._sleep = sleep
        self._clock = clock

    def __call__(self, operation: str, **arguments: Any) -> JsonObject:
        """Return the answer of an operation such as `detect_labels`.

        Raises NotYetError when the account is throttled, otherwise the error of the last try.
        """
        call = getattr(self._rekognition, operation)
        started = self._clock()
        failed = throttled = 0
        while True:
            self._pacer.wait_for_turn()
            try:
                answer: JsonObject = call(**arguments)
            except (ClientError, NoConnectionError, HTTPClientError, ResponseParserError) as error:
                if _is_throttled(error):
                    throttled += 1
                    self._pacer.slow_down()
                    if throttled >= MAX_THROTTLED or not self._is_in_time(started):
                        raise NotYetError(
                            "Rekognition throttles this account",
                            seconds=random.uniform(*THROTTLED_SECONDS),  # noqa: S311
                        ) from error
                    continue
                failed += 1
                if not _may_pass(error) or failed >= MAX_CALLS or not self._is_in_time(started):
                    raise
                logger.warning("call failed and is tried again", error=str(error)[:200])
                self._sleep(random.uniform(0.5, 1) * _FIRST_PAUSE_SECONDS * 2**failed)  # noqa: S311
                continue
            answer.pop("ResponseMetadata", None)
            return answer

    def _is_in_time(self, started: float) -> bool:
        """Return whether another try, with its wait, ends within the time for this call."""
        return self._clock() - started + _CALL_SECONDS <= self._seconds


def _is_throttled(error: Exception) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in _THROTTLED


def _may_pass(error: Exception) -> bool:
    if isinstance(error, ClientError):
        return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
    return True
