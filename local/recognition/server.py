"""The HTTP side of the endpoint: one route for Rekognition's actions, one for its health."""

import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.faults.file import FaultFile
from local.faults.injector import FaultInjector
from local.faults.requests import Signed
from local.guard import Guard
from local.recognition.calls import CallCounts
from local.recognition.errors import ApiError
from local.recognition.protocol import MEDIA_TYPE, operation_of, write_error
from local.recognition.quota import THROTTLED, Quota
from local.recognition.service import Call, FindsCallers, Service, api_error
from vision.errors import RecognitionError

# Five megabytes in base64, and room for the other parameters.
MAX_BODY_BYTES = 8 * 1024 * 1024
# Identifying and reading wait for the emulator; they need threads, and hardly a processor.
_MAX_PREPARING = 16

_log = logging.getLogger(__name__)


class Endpoint:
    """Answers requests; at most `max_concurrent` images are recognised at a time, others wait."""

    def __init__(
        self,
        service: Service,
        max_concurrent: int | None = None,
        *,
        quota: Quota,
        counts: CallCounts,
    ) -> None:
        self._service = service
        self._quota, self._counts = quota, counts
        self._preparing = anyio.CapacityLimiter(_MAX_PREPARING)
        self._recognising = anyio.CapacityLimiter(max_concurrent or os.cpu_count() or 1)
        self._calls: Counter[tuple[str, str]] = Counter()

    async def answer(self, request: Request) -> Response:
        """Answer one action, count it and log it in one line."""
        call = Call()
        came_at, started = time.time(), time.perf_counter()
        outcome = "InternalServerError"  # what stays if something is raised that nobody foresaw
        try:
            try:
                response = _response(await self._recognise(request, call))
                outcome = "ok"
            except RecognitionError as error:
                response, outcome = _refusal(api_error(error))
            except ApiError as error:
                response, outcome = _refusal(error)
        finally:
            self._calls[call.action, outcome] += 1
            self._counts.add(
                call.action, came_at, throttled=outcome == THROTTLED, answered=outcome == "ok"
            )
            milliseconds = (time.perf_counter() - started) * 1000
            _log.info("%s by %s: %s in %.0f ms", call.action, call.caller, outcome, milliseconds)
        return response

    async def health(self, _: Request) -> Response:
        """Say which models answer, and how many calls came out how."""
        calls: dict[str, dict[str, int]] = {}
        for (action, outcome), count in sorted(self._calls.items()):
            calls.setdefault(action, {})[outcome] = count
        recognizer = self._service.recognizer
        models = {"labels": recognizer.label_model_version, "text": recognizer.text_model_version}
        return JSONResponse({"status": "ok", "models": models, "calls": calls})

    async def _recognise(self, request: Request, call: Call) -> bytes:
        body = await _body(request)
        call.action = operation_of(request.headers.get("x-amz-target", "")).name
        self._quota.admit(call.action)
        question = await anyio.to_thread.run_sync(
            self._service.prepare, dict(request.headers), body, call, limiter=self._preparing
        )
        return await anyio.to_thread.run_sync(
            self._service.answer, question, limiter=self._recognising
        )


@dataclass(frozen=True)
class Faults:
    """The faults to inject, and who knows whose a request is."""

    file: FaultFile
    identities: FindsCallers

    async def name_caller(self, signed: Signed, _: MutableMapping[str, str]) -> str | None:
        """The name of the function that signed a request; None for root and for a stranger."""

        def find() -> str | None:
            try:
                caller = self.identities.find(signed.access_key, signed.region)
            except ApiError:  # The endpoint itself says what is wrong with it.
                return None
            return caller.arn.rpartition("/")[2] if caller.role_name else None

        return await anyio.to_thread.run_sync(find)


def make_app(
    service: Service,
    max_concurrent: int | None = None,
    *,
    quota: Quota | None = None,
    counts: CallCounts | None = None,
    faults: Faults | None = None,
) -> Starlette:
    """Make the application; `max_concurrent` is one for each processor unless it is given.

    Without a quota no call is refused for its rate; without counts none is written to a file.
    """
    counts = counts or CallCounts(None)
    endpoint = Endpoint(service, max_concurrent, quota=quota or Quota({}), counts=counts)
    middleware = [Middleware(Guard)]
    if faults:
        injector = Middleware(FaultInjector, faults=faults.file, name_caller=faults.name_caller)
        middleware.append(injector)

    @asynccontextmanager
    async def counting(_: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(counts.keep_writing)
            yield
            tasks.cancel_scope.cancel()
        counts.write()

    return Starlette(
        lifespan=counting,
        middleware=middleware,
        routes=[
            Route("/", endpoint.answer, methods=["POST"]),
            Route("/health", endpoint.health, methods=["GET"]),
        ],
        exception_handlers={Exception: _unforeseen},
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ApiError("RequestEntityTooLargeException", "The request is too large.", 413)
    return bytes(body)


def _response(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type=MEDIA_TYPE, headers={"x-amzn-RequestId": str(uuid4())})


def _refusal(error: ApiError) -> tuple[Response, str]:
    if error.status >= 500:
        _log.error("%s: %s", error.code, error.message)
    return _response(write_error(error), error.status), error.code


async def _unforeseen(_: Request, __: Exception) -> Response:
    # Starlette raises it again after this answer, so the server logs it with its traceback.
    error = ApiError("InternalServerError", "An internal server error occurred.", 500)
    return _response(write_error(error), error.status)
