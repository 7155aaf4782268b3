"""What the emulator provides of a template, observed instead of assumed.

Which resource types it has is its own registry. Which properties of a resource it takes into
account is what its code reads while it creates or updates that resource: a property that is in the
template and that nothing has read was dropped.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from local.emulator.internals import provisioners, require

T = TypeVar("T")


class ReadProperties(dict[str, Any]):
    """Properties that remember which of their keys were read. Copying reads them all."""

    def __init__(self, properties: dict[str, Any]) -> None:
        super().__init__(properties)
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Read one property, present or not."""
        self.read.add(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        # Also makes `{**properties}` and `dict(properties)` read item by item.
        return super().__iter__()

    def items(self) -> Any:
        """Read every property."""
        self.read.update(super().keys())
        return super().items()

    def values(self) -> Any:
        """Read every property."""
        self.read.update(super().keys())
        return super().values()

    def pop(self, key: str, *default: Any) -> Any:
        """Read one property and remove it."""
        self.read.add(key)
        return super().pop(key, *default)

    def copy(self) -> dict[str, Any]:
        """Read every property."""
        self.read.update(super().keys())
        return dict(super().items())


def observe(types_file: Path, observations_file: Path) -> None:
    """Write the resource types that are provided, and from now on what is read of each resource."""
    require(provisioners, "_RESOURCE_HANDLERS")
    handlers: dict[str, dict[str, Callable[..., Any]]] = provisioners._RESOURCE_HANDLERS
    types_file.write_text(json.dumps(sorted(handlers), indent=1), encoding="utf-8")
    lock = threading.Lock()

    def record(resource_type: str, logical_id: str, properties: ReadProperties) -> None:
        unread = sorted(set(properties) - properties.read)
        line = json.dumps({"type": resource_type, "id": logical_id, "unread": unread})
        with lock, observations_file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    for resource_type, actions in handlers.items():
        if "create" in actions:
            actions["create"] = _observed_create(resource_type, actions["create"], record)
        if "update" in actions:
            actions["update"] = _observed_update(resource_type, actions["update"], record)


Record = Callable[[str, str, ReadProperties], None]


def _observed_create(
    resource_type: str, create: Callable[..., T], record: Record
) -> Callable[..., T]:
    def observed(logical_id: str, properties: dict[str, Any], stack_name: str) -> T:
        watched = ReadProperties(properties)
        result = create(logical_id, watched, stack_name)
        record(resource_type, logical_id, watched)
        return result

    return observed


def _observed_update(
    resource_type: str, update: Callable[..., T], record: Record
) -> Callable[..., T]:
    def observed(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *logical_id: str
    ) -> T:
        watched = ReadProperties(new)
        result = update(physical_id, old, watched, stack, *logical_id)
        record(resource_type, logical_id[0] if logical_id else physical_id, watched)
        return result

    return observed
