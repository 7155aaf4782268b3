"""Serve the console on this machine: `python -m local.console --help`."""

import argparse
import asyncio
import logging
import signal
import ssl
from pathlib import Path

import httpx
import uvicorn

from local.console.outputs import Outputs
from local.console.proxy import Proxy
from local.ports import bind_localhost

# A browser opens six; a hundred people at once are tried against one stack.
MAX_CONNECTIONS = 512
TO_THE_EMULATOR = httpx.Limits(max_connections=128, max_keepalive_connections=32)
SECONDS = httpx.Timeout(connect=5, read=60, write=60, pool=60)


def main() -> None:
    """Serve until SIGTERM or SIGINT, finish the requests under way, and exit with 0."""
    parser = argparse.ArgumentParser(
        prog="python -m local.console",
        description="One origin for the console, its API, its sign-in and its images.",
    )
    parser.add_argument("--port", type=int, required=True, help="on the loopback interface")
    parser.add_argument("--emulator-port", type=int, required=True)
    parser.add_argument("--cafile", type=Path, required=True, help="the emulator's authority")
    parser.add_argument("--outputs", type=Path, required=True, help="of the CDK, as JSON")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # It logs whole URLs, with signatures.
    # uvicorn raises the signal again when it has stopped; without this the process would die of it.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    context = ssl.create_default_context(cafile=str(options.cafile))
    async with httpx.AsyncClient(
        base_url=f"https://127.0.0.1:{options.emulator_port}",
        verify=context,
        trust_env=False,
        follow_redirects=False,
        limits=TO_THE_EMULATOR,
        timeout=SECONDS,
    ) as client:
        outputs = Outputs(options.outputs)
        proxy = Proxy(options.port, options.emulator_port, outputs.read, client)
        config = uvicorn.Config(
            proxy,
            lifespan="off",
            ws="none",
            access_log=False,
            log_config=None,
            log_level="warning",
            limit_concurrency=MAX_CONNECTIONS,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=3,
            proxy_headers=False,
            server_header=False,
        )
        await uvicorn.Server(config).serve(sockets=bind_localhost(options.port))


if __name__ == "__main__":
    main()
