"""A backlog against an endpoint that enforces a quota: what of the quota is used, what is lost.

The deployed template on a local stack, with the real functions and the real pacer; every image is
unlike the others, so that each takes one call of an API. At a few calls a second, with and without
the text stage, and at a stated share of what this machine feeds when nothing holds it back. What a
laptop cannot feed runs in virtual time: benchmarks/pacing.
"""

from benchmarks.soak.runs import run

__all__ = ["run"]
