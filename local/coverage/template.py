"""The synthesised templates, as the check sees them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Resource:
    """One resource of a template."""

    stack: str
    logical_id: str
    type: str
    properties: dict[str, Any]


def resources(assembly: Path) -> Iterator[Resource]:
    """Every resource of every template in a cloud assembly."""
    for path in sorted(assembly.glob("*.template.json")):
        template = json.loads(path.read_text(encoding="utf-8"))
        stack = path.name.removesuffix(".template.json")
        for logical_id, resource in template.get("Resources", {}).items():
            yield Resource(stack, logical_id, resource["Type"], resource.get("Properties", {}))
