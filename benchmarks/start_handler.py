"""Starts a function, or a bare one, in a fresh process; prints how long it took as JSON.

`python start_handler.py PACKAGE|bare SERVICE ...`; times are from the first line of this file, when
the interpreter is up, to the last client made.
"""

import time

_WALL, _CPU = time.perf_counter(), time.process_time()

import importlib  # noqa: E402
import sys  # noqa: E402


def main() -> None:
    """Import, wire, make every client."""
    package, services = sys.argv[1], sys.argv[2:]
    if package == "bare":
        import boto3  # noqa: PLC0415

        # What a function that uses these services cannot do without.
        for service in services:
            boto3.client(service)  # type: ignore[call-overload]
    else:
        handler = importlib.import_module(f"lambdas.{package}.handler")
        getattr(handler, "sender" if package == "send_digest" else "worker")()
        from lambdas.common.clients import client  # noqa: PLC0415

        for service in services:  # those that are made at their first use
            client(service)
    cpu, wall = time.process_time() - _CPU, time.perf_counter() - _WALL
    sys.stdout.write(f'{{"cpu_ms": {cpu * 1000}, "wall_ms": {wall * 1000}}}\n')


if __name__ == "__main__":
    main()
