"""Functions that do not look into their queues for as long as a `with` lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.local.deployed import Deployed
from tests.patience import eventually


@contextmanager
def paused(deployed: Deployed, *functions: str, batch_size: int | None = None) -> Iterator[None]:
    """Disable the event sources of functions such as InspectImage, and enable them in the end.

    With `batch_size` they hand over so many messages at once afterwards, until the next change.
    """
    client = deployed.client("lambda")
    sources = [
        source["UUID"]
        for function in functions
        for source in client.list_event_source_mappings(
            FunctionName=deployed.outputs[f"{function}FunctionName"]
        )["EventSourceMappings"]
    ]
    for source in sources:
        client.update_event_source_mapping(UUID=source, Enabled=False)
    eventually(lambda: all(_state(client, one) == "Disabled" for one in sources), "it is paused")
    try:
        yield
    finally:
        for source in sources:
            size = {} if batch_size is None else {"BatchSize": batch_size}
            client.update_event_source_mapping(UUID=source, Enabled=True, **size)


def _state(client: Any, source: str) -> str:
    return str(client.get_event_source_mapping(UUID=source)["State"])
