from collections.abc import Iterator

import pytest

from tests.local.api.office import Office, office_of
from tests.local.deployed import Deployed


@pytest.fixture(scope="session")
def office(deployed: Deployed) -> Iterator[Office]:
    made = office_of(deployed)
    yield made
    made.door.close()
