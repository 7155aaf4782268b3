"""`python -m benchmarks [NAME ...]`: measure, and say whether what is claimed holds."""

import argparse
import importlib
import sys
from collections.abc import Mapping

from benchmarks.document import write_documents
from benchmarks.progress import say

NAMES = ("preprocessing", "memory", "cold_start", "throughput", "model")
LONG = ("soak", "load")
"""Only run when they are named: several minutes, and more."""

_OF_LOAD = ("users", "seconds")


def main() -> int:
    """Run the benchmarks named; return 1 if a claim does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES + LONG)}")
    parser.add_argument(
        "--write-docs",
        action="store_true",
        help="put the results that there are into the documents, after those named have run",
    )
    for name in _OF_LOAD:
        parser.add_argument(
            f"--{name}", type=_at_least_one, help=f"of load, for a short form: {name}"
        )
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES + LONG]
    if unknown:
        parser.error(
            f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES + LONG)}"
        )
    names = options.names or (() if options.write_docs else NAMES)
    short = {name: value for name in _OF_LOAD if (value := getattr(options, name)) is not None}
    if short and names != ["load"]:
        parser.error(f"{' and '.join(f'--{name}' for name in short)}: only of load, by itself")
    failed = [name for name in names if not _run(name, short)]
    if options.write_docs:
        say(f"written: {', '.join(str(path) for path in write_documents())}")
    if failed:
        say(f"claims that do not hold here, in: {', '.join(failed)}")
    return 1 if failed else 0


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _run(name: str, options: Mapping[str, int]) -> bool:
    say(f"{name}: start")
    # Imported only when it runs: each brings the libraries that it measures.
    report = importlib.import_module(f"benchmarks.{name}").run(**options)
    path = report.write()
    print(f"## {name}\n\n{report.markdown()}\n", flush=True)
    say(f"{name}: written to {path}")
    return all(claim.holds for claim in report.claims)


if __name__ == "__main__":
    sys.exit(main())
