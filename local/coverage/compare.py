"""Is what was asked what is there? Only literal values can be compared, not references."""

from typing import Any


def difference(asked: Any, found: Any) -> str | None:
    """The first place where a property differs from what a service says, or nothing.

    What the service adds (defaults, names) is no difference; what it lacks or changes is.
    """
    if is_reference(asked):
        return None if found else "is missing"
    if isinstance(asked, dict) and isinstance(found, dict):
        # Inner tags are like outer ones: without effect here.
        told = {key: value for key, value in asked.items() if key != "Tags"}
        inner = ((key, difference(value, found.get(key))) for key, value in told.items())
        return next((f"{key}: {how}" for key, how in inner if how is not None), None)
    if isinstance(asked, list) and isinstance(found, list) and len(found) == len(asked):
        pairs = zip(asked, found, strict=True)
        return next((how for a, f in pairs if (how := difference(a, f)) is not None), None)
    if isinstance(asked, dict | list) or _plain(asked) != _plain(found):
        return f"is {found!r}, not {asked!r}"
    return None


def is_reference(value: Any) -> bool:
    """An intrinsic function, whose value only CloudFormation knows."""
    return (
        isinstance(value, dict)
        and len(value) == 1
        and (next(iter(value)) == "Ref" or next(iter(value)).startswith("Fn::"))
    )


def _plain(value: Any) -> str:
    """Templates and services write the same value as `true`, `True`, `1`, `1.0` and `"1"`."""
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower()
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value)
