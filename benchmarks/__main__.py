"""`python -m benchmarks [NAME ...]`: measure, and say whether what is claimed holds."""

import argparse
import importlib
import sys

from benchmarks.document import write_documents
from benchmarks.progress import say

NAMES = ("preprocessing", "memory", "cold_start", "throughput", "model")
LONG = ("soak",)
"""Only run when they are named: a quarter of an hour, and more."""


def main() -> int:
    """Run the benchmarks named; return 1 if a claim does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES + LONG)}")
    parser.add_argument(
        "--write-docs",
        action="store_true",
        help="put the results that there are into the documents, after those named have run",
    )
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES + LONG]
    if unknown:
        parser.error(
            f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES + LONG)}"
        )
    names = options.names or (() if options.write_docs else NAMES)
    failed = [name for name in names if not _run(name)]
    if options.write_docs:
        say(f"written: {', '.join(str(path) for path in write_documents())}")
    if failed:
        say(f"claims that do not hold here, in: {', '.join(failed)}")
    return 1 if failed else 0


def _run(name: str) -> bool:
    say(f"{name}: start")
    # Imported only when it runs: each brings the libraries that it measures.
    report = importlib.import_module(f"benchmarks.{name}").run()
    path = report.write()
    print(f"## {name}\n\n{report.markdown()}\n", flush=True)
    say(f"{name}: written to {path}")
    return all(claim.holds for claim in report.claims)


if __name__ == "__main__":
    sys.exit(main())
