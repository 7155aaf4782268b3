"""What each of the emulator's services holds, and which of them a request can have changed."""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from local.emulator.captured import patiently
from local.emulator.internals import (
    cloudformation,
    cloudwatch,
    cloudwatch_logs,
    dynamodb,
    emulator,
    require,
    sqs,
)

GetState = Callable[[], Any]

# Copying these for every response would take longer the more there is; the emulator's `get_state`
# does. The others copy little.
LIVE: dict[str, tuple[Any, tuple[str, ...]]] = {
    "cloudformation": (cloudformation, ("stacks", "stack_events", "exports", "change_sets")),
    "cloudwatch": (
        cloudwatch,
        (
            "metrics", "alarms", "composite_alarms", "composite_triggers", "alarm_history",
            "dashboards", "resource_tags",
        ),
    ),
    "cloudwatch_logs": (
        cloudwatch_logs,
        (
            "log_groups", "destinations", "resource_policies", "log_group_policies",
            "metric_filters", "queries", "log_records", "delivery_sources",
            "delivery_destinations", "deliveries",
        ),
    ),
    "dynamodb": (
        dynamodb,
        (
            "tables", "tags", "ttl_settings", "pitr_settings", "kinesis_destinations",
            "contributor_insights", "backups", "resource_policies", "exports", "imports",
        ),
    ),
    "sqs": (sqs, ("queues", "queue_name_to_url")),
}  # fmt: skip

# A service that holds nothing.
NO_OTHER = "sts"
# What a request to one of these changes is in the service itself; a request to another, such as
# CloudFormation, may have changed any. By the name that requests are signed for.
ALONE = {
    "dynamodb": ("dynamodb",), "iam": ("iam",), "sqs": ("sqs",), "s3": ("s3",), "sns": ("sns",),
    "logs": ("cloudwatch_logs",), "monitoring": ("cloudwatch",), NO_OTHER: (),
}  # fmt: skip
_SIGNED_FOR = re.compile(rb"/[0-9]{8}/[a-z0-9-]+/([a-z0-9-]+)/aws4_request")


def check_holdings() -> None:
    """Fail when a service holds something that is not known here."""
    for service, (module, stores) in LIVE.items():
        require(module, *(f"_{store}" for store in stores))
        if set(module.get_state()) != set(stores):
            raise RuntimeError(
                f"This version of the emulator keeps other things of {service}; "
                "adapt LIVE in local/emulator/holdings.py."
            )


def changed_by(service: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The stores of every service that a request to this one can have changed; "" for all."""
    holders: dict[str, GetState] = emulator._build_persistence_save_dict()
    # CloudFormation's first: it must not know of a resource that is not written down.
    everything = sorted(holders, key=lambda name: name != "cloudformation")
    for name in ALONE.get(service, everything):
        if name in holders:
            yield name, _stores(name, holders[name])


def _stores(name: str, get_state: GetState) -> Mapping[str, object]:
    if name in LIVE:
        module, stores = LIVE[name]
        return {store: getattr(module, f"_{store}") for store in stores}
    return patiently(get_state) or {}


def signed_for(scope: MutableMapping[str, Any]) -> str:
    """The service that a request was signed for; "" if that is not seen."""
    found = None
    for name, value in scope["headers"]:
        if name.lower() == b"authorization":
            found = _SIGNED_FOR.search(value)
    found = found or _SIGNED_FOR.search(scope.get("query_string", b"").replace(b"%2F", b"/"))
    return found[1].decode() if found else ""
