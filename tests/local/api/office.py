"""Everybody who works at the deployed stack: people of every role."""

from dataclasses import dataclass

from lambdas.common.routes import Group
from tests.local.api.people import Door, Person, Pool
from tests.local.deployed import Deployed
from tests.role_table import Role


@dataclass(frozen=True)
class Office:
    """Everybody who is there."""

    door: Door
    pool: Pool
    people: dict[Role, Person]

    def __getitem__(self, role: Role) -> Person:
        return self.people[role]


def office_of(deployed: Deployed) -> Office:
    """Make a user of each role."""
    door, pool = Door(deployed), Pool(deployed)
    groups: dict[Role, tuple[Group, ...]] = {
        Role.OWNER: (Group.UPLOADERS,),
        Role.UPLOADER: (Group.UPLOADERS,),
        Role.REVIEWER: (Group.REVIEWERS,),
        Role.BOTH: (Group.UPLOADERS, Group.REVIEWERS),
        Role.ADMIN: (Group.ADMINS,),
        Role.NO_GROUP: (),
    }
    people = {
        role: Person(door, pool, role.name.lower().replace("_", "-"), *groups[role])
        for role in Role
    }
    return Office(door, pool, people)
