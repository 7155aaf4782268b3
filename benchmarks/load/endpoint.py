"""An endpoint that answers for Rekognition after its usual time, and recognises nothing.

It takes any request for DetectLabels and DetectText: no signature is checked, no permission, no
quota, and no image is read. `python -m benchmarks.load.endpoint --help`
"""

import argparse
import asyncio
import json
import math
import random
import signal
import ssl
import time
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.load.calls import CallMade, write_call
from benchmarks.load.settings import LABELS_SECONDS, SPREAD, TEXT_SECONDS

LABELS, TEXT = "DetectLabels", "DetectText"
MEANS = {LABELS: LABELS_SECONDS, TEXT: TEXT_SECONDS}
_TARGET = "RekognitionService."
_WORDS = (
    *("north", "south", "market", "station", "bridge", "harbour", "garden", "museum"),
    *("library", "theatre", "bakery", "castle", "river", "square", "chapel", "mill"),
)
_BOX = {"Left": 0.2, "Top": 0.3, "Width": 0.4, "Height": 0.1}


def latency(operation: str, chance: random.Random) -> float:
    """Return the seconds of a call: log-normal, with the assumed mean of the operation."""
    return chance.lognormvariate(math.log(MEANS[operation]) - SPREAD**2 / 2, SPREAD)


def answer(operation: str, key: str) -> dict[str, Any]:
    """Return an answer of Rekognition's form; of the same object always the same."""
    chance = random.Random(f"{operation} {key}")
    if operation == LABELS:
        return {
            "Labels": [
                {
                    "Name": name,
                    "Confidence": chance.uniform(80, 100),
                    "Instances": [],
                    "Parents": [],
                    "Aliases": [],
                    "Categories": [],
                }
                for name in ("Sign", "Symbol", "Street", "City", "Person")
            ],
            "LabelModelVersion": "3.0",
        }
    words = chance.sample(_WORDS, 2)
    line = _detection(0, "LINE", " ".join(words))
    found = [_detection(n, "WORD", word, parent=0) for n, word in enumerate(words, start=1)]
    return {"TextDetections": [line, *found], "TextModelVersion": "3.0"}


def _detection(number: int, kind: str, text: str, parent: int | None = None) -> dict[str, Any]:
    left, top, width, height = _BOX.values()
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    geometry = {"BoundingBox": _BOX, "Polygon": [{"X": x, "Y": y} for x, y in corners]}
    found = {
        "Id": number,
        "Type": kind,
        "DetectedText": text,
        "Confidence": 99.0,
        "Geometry": geometry,
    }
    return found if parent is None else {**found, "ParentId": parent}


def make_app(calls: TextIO) -> Starlette:
    """Make the application; `calls` is where it notes each call."""
    chance = random.Random()

    async def answered(request: Request) -> Response:
        came_at, clock = time.time(), time.perf_counter()
        operation = request.headers.get("x-amz-target", "").removeprefix(_TARGET)
        if operation not in MEANS:
            refusal = {"__type": "UnknownOperationException", "message": operation}
            return JSONResponse(refusal, 400)
        image = (await request.json())["Image"]
        key = image.get("S3Object", {}).get("Name", "")
        await asyncio.sleep(latency(operation, chance))
        body = json.dumps(answer(operation, key))
        write_call(calls, CallMade(operation, key, came_at, time.perf_counter() - clock))
        headers = {"x-amzn-RequestId": str(uuid4())}
        return Response(body, media_type="application/x-amz-json-1.1", headers=headers)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/", answered, methods=["POST"]),
            Route("/health", health, methods=["GET"]),
        ]
    )


def main() -> None:
    """Serve on loopback until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.endpoint", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certfile", type=Path, required=True)
    parser.add_argument("--keyfile", type=Path, required=True)
    parser.add_argument("--calls", type=Path, required=True, help="where each call is noted")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # uvicorn's own handler, and exit with 0
    with options.calls.open("w", encoding="utf-8", buffering=1) as calls:
        uvicorn.run(
            make_app(calls),
            host="127.0.0.1",
            port=options.port,
            ssl_certfile=str(options.certfile),
            ssl_keyfile=str(options.keyfile),
            ssl_version=ssl.PROTOCOL_TLS_SERVER,
            access_log=False,
            log_level="warning",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=3,
        )


if __name__ == "__main__":
    main()
