"""The console in a real browser, on the stack that the local tier deploys too."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from cli.console.welcome import prepare_console
from lambdas.common.routes import Group
from local.ports import Ports
from local.progress import Progress
from tests.local.api.office import Office, office_of
from tests.local.api.people import Person
from tests.local.deployed import Deployed
from tests.role_table import Role
from tests.web.browser import TIMEOUT, started_browser
from tests.web.pictures import Shown, upload_all
from tests.web.visit import Kept, Visits, visits_of


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Not for the session: until it is closed, Playwright's event loop counts as running here.
    expect.set_options(timeout=TIMEOUT)
    with started_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def origin(deployed: Deployed) -> str:
    """Where the console is, built and published."""
    prepare_console(deployed.port, Progress())
    return Ports(deployed.port).console_origin


@pytest.fixture(scope="session")
def office(deployed: Deployed) -> Iterator[Office]:
    made = office_of(deployed)
    yield made
    made.door.close()


@pytest.fixture(scope="session")
def anna(office: Office) -> Person:
    """She uploads."""
    return office[Role.OWNER]


@pytest.fixture(scope="session")
def otto(office: Office) -> Person:
    """Another one, who must not see what Anna has."""
    return office[Role.UPLOADER]


@pytest.fixture(scope="session")
def rita(office: Office) -> Person:
    """She reviews."""
    return office[Role.REVIEWER]


@pytest.fixture(scope="session")
def ruth(office: Office) -> Person:
    """Another reviewer."""
    return Person(office.door, office.pool, "ruth", Group.REVIEWERS)


@pytest.fixture(scope="session")
def adam(office: Office) -> Person:
    """An admin."""
    return office[Role.ADMIN]


@pytest.fixture(scope="session")
def shown(anna: Person) -> Shown:
    """Anna's images, uploaded and analysed; no test changes them."""
    return upload_all(anna)


@pytest.fixture(scope="package")
def kept() -> Kept:
    return Kept()


@pytest.fixture
def visit(browser: Browser, origin: str, kept: Kept) -> Iterator[Visits]:
    with visits_of(browser, origin, kept) as visits:
        yield visits
