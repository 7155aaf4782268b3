"""Proves for a period that no image was lost, doubled or left half done, and no batch either.

`audit(deployment, since)` compares the input bucket, the records, the results, the batches, the
queues and the dead letters with each other, and changes nothing but that it hides dead letters
while it looks.
"""

from cli.audit.auditor import audit, audit_until_rest
from cli.audit.findings import Finding, Kind
from cli.audit.period import Period, parse_moment
from cli.audit.report import Report

__all__ = [
    "Finding",
    "Kind",
    "Period",
    "Report",
    "audit",
    "audit_until_rest",
    "parse_moment",
]
