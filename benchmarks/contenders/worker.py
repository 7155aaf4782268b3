"""Runs one contender: `python worker.py MODULE [ARGUMENT]`; a JSON request a line, so an answer.

A request has the `path` of a JPEG, and either `repeat`, answered with the CPU milliseconds of one
thumbnail, or `png`, the path to write its pixels to. It imports nothing of the project, as the
Python that it runs on may not have it.
"""

import importlib
import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Answer requests until standard input ends."""
    sys.path.insert(0, str(Path(__file__).parent))
    contender = importlib.import_module(sys.argv[1])
    contender.set_up(*sys.argv[2:])
    print(json.dumps({"version": contender.version()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        data = Path(request["path"]).read_bytes()
        answer = {}
        if "png" in request:
            Path(request["png"]).write_bytes(contender.thumbnail(data, "png"))
        else:
            # CPU time of the whole process, all of its threads included.
            started = time.process_time()
            for _ in range(request["repeat"]):
                contender.thumbnail(data, "jpeg")
            answer["ms"] = (time.process_time() - started) * 1000 / request["repeat"]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
