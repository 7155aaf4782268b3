"""How `make test` spreads the tests over its workers: what shares a stack stays together.

And that stack: the local and the web tier share one deployment of the template. With several
workers the tests of the people's side have another, since the rest of the local tier breaks the
first one on purpose: kills its functions, holds its queues, has its recognition fail.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader, create_loader
from xdist.scheduler import LoadScopeScheduling

from tests.local.deployed import Deployed
from tests.local.stack import deployed_stack

if TYPE_CHECKING:
    from xdist.remote import Producer

_STACKS_OF_THEIR_OWN = frozenset(
    f"test_{name}.py"
    for name in (
        *("detector", "fault_injection", "killed_stack", "killed_workers"),
        *("lifecycle", "local_security", "supplements"),
    )
)


class _ByStack(LoadScopeScheduling):  # type: ignore[misc]
    """Groups keep their order, and the larger ones begin first; other tests go where there is time.

    (The groups of `--dist loadgroup` are not seen by pytest 9.2: it has other ids than xdist 3.8
    sets.)
    """

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def group(nodeid: str) -> str:
    """Return the name of a test's group, its own id if it is in none."""
    path, _, _ = nodeid.partition("::")
    match path.split("/"):
        case "tests", "local", file if file in _STACKS_OF_THEIR_OWN:
            # One after the other, so that no more than three stacks run at a time.
            return "stacks of their own"
        case ("tests", "web", *_) | ("tests", "local", "api", *_):
            return "people"
        case "tests", "local", *_:
            return "faults"
        case "tests", "infrastructure", _:
            return "one synth"
    return nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> LoadScopeScheduling:
    return _ByStack(config, log)


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    with deployed_stack() as stack:
        yield stack


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    """Have all sessions of botocore know what one of them has read of AWS's services.

    Each simulated account has new sessions, and each of these looks for and parses the files anew.
    """
    known: dict[Any, Any] = {}

    def loader(search_path: str | None) -> Loader:
        made = create_loader(search_path)
        vars(made)["_cache"] = known
        return made

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("botocore.session.create_loader", loader)
        yield
