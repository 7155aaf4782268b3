"""Settings of a global table that the emulator's CloudFormation forgets, though DynamoDB has them.

Time to live (it does delete expired items), point-in-time recovery and deletion protection of the
replica in this region.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

from collections.abc import Callable
from typing import Any

from local.emulator.internals import REGION, dynamodb, provisioners, require

Properties = dict[str, Any]


def apply_table_settings() -> None:
    """Apply them after a table is made or changed."""
    require(provisioners, "_RESOURCE_HANDLERS")
    require(dynamodb, "_tables", "_update_ttl", "_update_continuous_backups")
    handlers: dict[str, Callable[..., Any]] = provisioners._RESOURCE_HANDLERS[
        "AWS::DynamoDB::GlobalTable"
    ]
    create, update = handlers["create"], handlers["update"]

    def created(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        name, attributes = create(logical_id, properties, stack)
        _apply(name, properties)
        return name, attributes

    def updated(
        physical_id: str, old: Properties, new: Properties, stack: str
    ) -> tuple[str, Properties]:
        name, attributes = update(physical_id, old, new, stack)
        _apply(name, new)
        return name, attributes

    handlers["create"], handlers["update"] = created, updated


def _apply(name: str, properties: Properties) -> None:
    replicas = properties.get("Replicas") or []
    replica: Properties = next((r for r in replicas if r.get("Region") == REGION), {})
    if ttl := properties.get("TimeToLiveSpecification"):
        enabled = str(ttl.get("Enabled")).lower() == "true"
        specification = {"Enabled": enabled, "AttributeName": ttl["AttributeName"]}
        _call(dynamodb._update_ttl, name, TimeToLiveSpecification=specification)
    recovery = replica.get("PointInTimeRecoverySpecification") or {}
    enabled = str(recovery.get("PointInTimeRecoveryEnabled")).lower() == "true"
    specification = {"PointInTimeRecoveryEnabled": enabled}
    _call(dynamodb._update_continuous_backups, name, PointInTimeRecoverySpecification=specification)
    protected = str(replica.get("DeletionProtectionEnabled")).lower() == "true"
    dynamodb._tables[name]["DeletionProtectionEnabled"] = protected


def _call(operation: Callable[..., tuple[int, Any, Any]], table: str, **request: Any) -> None:
    status, _headers, body = operation({"TableName": table, **request})
    if status >= 400:
        raise ValueError(f"{table}: {body!r}")
