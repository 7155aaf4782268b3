"""Refuse a template of which something would be skipped in silence."""

import functools
import json
from collections.abc import Iterable, Mapping

from local.coverage.compare import difference
from local.coverage.known import NOT_ACTED_ON, SUPPLIED, is_not_acted_on
from local.coverage.observed import OBSERVE
from local.coverage.template import Resource, resources
from local.endpoint import LocalStack
from local.errors import LocalError
from local.paths import StackFiles


def missing_types(template: Iterable[Resource], provided: Iterable[str]) -> list[str]:
    """The resource types that the emulator does not have, each with a resource that needs it."""
    known = set(provided)
    missing = {r.type: r for r in template if r.type not in known}
    return [f"{type_} ({r.stack}/{r.logical_id})" for type_, r in sorted(missing.items())]


def dropped_properties(
    template: Iterable[Resource],
    unread: Mapping[tuple[str, str], Iterable[str]],
) -> list[str]:
    """The properties that nothing in the emulator read, and that are not known to be harmless.

    `unread` has, by type and logical id, what the emulator did not read when it provisioned it.
    """
    return [
        f"{resource.type}.{name} ({resource.stack}/{resource.logical_id})"
        for resource in template
        for name in sorted(unread.get((resource.type, resource.logical_id), ()))
        if name in resource.properties and not is_not_acted_on(resource.type, name)
    ]


def check_types(files: StackFiles) -> None:
    """Before a deployment: does the emulator have every resource type?"""
    provided = json.loads(files.types.read_text(encoding="utf-8"))
    if missing := missing_types(resources(files.assembly), provided):
        raise LocalError(
            "The emulator does not provide: " + "; ".join(missing) + ". Supply it in local/ or "
            "leave it out of the local settings."
        )


def check_properties(files: StackFiles) -> None:
    """After a deployment: was every property taken into account, and does the emulator say so?"""
    if dropped := dropped_properties(resources(files.assembly), read_unread(files)):
        raise LocalError(
            "The emulator ignored: " + "; ".join(dropped) + ". Supply it in local/emulator, or say "
            "in local/coverage/known.py why it does not matter on a laptop."
        )
    stack = LocalStack.find(files.port)
    if different := differences(resources(files.assembly), stack):
        raise LocalError("The emulator made something else: " + "; ".join(different) + ".")


def differences(template: Iterable[Resource], stack: LocalStack) -> list[str]:
    """The literal properties that the emulator's own APIs report otherwise than they were asked."""
    found: list[str] = []
    clients = functools.cache(stack.client)
    physical: dict[str, dict[str, str]] = {}
    for resource in template:
        if resource.type not in OBSERVE:
            continue
        ids = physical.get(resource.stack) or _physical_ids(stack, resource.stack)
        physical[resource.stack] = ids
        observed = OBSERVE[resource.type](clients, ids[resource.logical_id])
        for name, asked in resource.properties.items():
            if name not in observed or is_not_acted_on(resource.type, name):
                continue
            if (how := difference(asked, observed[name])) is not None:
                found.append(f"{resource.type}.{name} of {resource.logical_id} {how}")
    return found


def _physical_ids(stack: LocalStack, name: str) -> dict[str, str]:
    pages = stack.client("cloudformation").get_paginator("list_stack_resources")
    return {
        summary["LogicalResourceId"]: summary["PhysicalResourceId"]
        for page in pages.paginate(StackName=name)
        for summary in page["StackResourceSummaries"]
    }


def read_unread(files: StackFiles) -> dict[tuple[str, str], list[str]]:
    """What the emulator last left unread of each resource, by type and logical id."""
    if not files.observations.exists():
        return {}
    lines = files.observations.read_text(encoding="utf-8").splitlines()
    observed = [json.loads(line) for line in lines]
    return {(o["type"], o["id"]): o["unread"] for o in observed}


def explain(files: StackFiles) -> list[tuple[str, str, str]]:
    """What of the deployed template is not acted on, or is supplied: property, how, why."""
    used = {(r.type, name) for r in resources(files.assembly) for name in r.properties}
    used |= {("*", name) for _type, name in used}
    tables = (("not acted on", NOT_ACTED_ON), ("supplied", SUPPLIED))
    return sorted(
        (f"{type_}.{name}", how, why)
        for how, table in tables
        for (type_, name), why in table.items()
        if (type_, name) in used
    )
