"""Serve the endpoint: `python -m local.recognition --help`."""

import argparse
import logging
import os
import signal
from pathlib import Path

import uvicorn

from local.faults.file import FaultFile
from local.recognition.aws import Credentials, Emulator
from local.recognition.calls import CallCounts
from local.recognition.identity import Identities
from local.recognition.objects import Objects
from local.recognition.permissions import Permissions
from local.recognition.quota import Quota
from local.recognition.server import Faults, make_app
from local.recognition.service import Service
from vision.errors import DetectorError
from vision.recognizer import Recognizer, RecognizerSettings


def main() -> None:
    """Serve until SIGTERM or SIGINT, finish the requests under way, and exit with 0."""
    parser = _parser()
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        root = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    except KeyError as missing:
        parser.error(f"set {missing.args[0]} to the emulator's root credentials")
    settings = RecognizerSettings(
        threads=options.threads, detector=options.detector, detector_names=options.detector_names
    )
    try:
        recognizer = Recognizer(settings)
    except (DetectorError, OSError) as error:
        parser.error(str(error))
    emulator = Emulator(options.aws_endpoint, str(options.cafile), root)
    identities, permissions = Identities(emulator), Permissions(emulator.policies())
    app = make_app(
        Service(recognizer, identities, permissions, Objects(emulator)),
        options.max_concurrent,
        quota=Quota(
            {"DetectLabels": options.labels_per_second, "DetectText": options.text_per_second}
        ),
        counts=CallCounts(options.calls),
        faults=Faults(FaultFile(options.faults), identities) if options.faults else None,
    )
    # uvicorn raises the signal again when it has stopped; without this the process would die of it.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=options.port,
        ssl_certfile=str(options.certfile),
        ssl_keyfile=str(options.keyfile),
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,  # functions keep idle connections open, which it waits for
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.recognition",
        description="Answer Rekognition's DetectLabels and DetectText on this machine.",
    )
    processors = os.cpu_count() or 1
    add = parser.add_argument
    add("--port", type=int, required=True, help="on 127.0.0.1")
    add("--certfile", type=Path, required=True, help="the TLS certificate of localhost")
    add("--keyfile", type=Path, required=True, help="its key")
    add("--cafile", type=Path, required=True, help="the authority of the emulator's certificate")
    add("--aws-endpoint", required=True, help="the emulator, as https://localhost:4566")
    add("--detector", type=Path, help="an ONNX object detector of your own")
    add("--detector-names", type=Path, help="its class names, one a line")
    # One thread reads an image with a third less processor time than two, which wait actively.
    add("--threads", type=int, default=1, help="for one image (default: %(default)s)")
    add("--labels-per-second", type=float, help="refuse DetectLabels above this rate")
    add("--text-per-second", type=float, help="refuse DetectText above this rate")
    add("--calls", type=Path, help="the file to count calls in")
    add("--faults", type=Path, help="the file with the faults to inject")
    add("--max-concurrent", type=int, default=processors, help="images (default: %(default)s)")
    return parser


if __name__ == "__main__":
    main()
