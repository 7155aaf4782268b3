"""What can be set, called or rung is documented."""

import re
from collections.abc import Iterator
from dataclasses import fields

import click
import pytest

from cli.main import main
from lambdas.common.status import BEFORE, Status
from lambdas.imaging.operations import OPERATIONS
from local.options import LOCAL_CONTEXT
from stacks.settings import Settings
from tests.docs.pages import ROOT, page
from tests.infrastructure.test_notifications import ALARMS

TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
STOCK = {field.name: getattr(Settings(), field.name) for field in fields(Settings)}


def commands(
    command: click.Command = main, path: str = "sightline"
) -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, f"{path} {name}")


COMMANDS = dict(commands())


@pytest.mark.parametrize("target", TARGETS)
def test_make_target_is_documented(target: str) -> None:
    assert f"`make {target}`" in page("CONTRIBUTING.md").text


def test_documented_make_targets_exist() -> None:
    named = {
        found
        for name in ("README.md", "CONTRIBUTING.md", "docs/operations.md", "docs/cli.md")
        for found in re.findall(r"(?:^\$ |`)make ([a-z-]+)", page(name).text, re.MULTILINE)
    }

    assert named <= set(TARGETS)


@pytest.mark.parametrize("name", STOCK)
def test_setting_is_documented_with_its_stock_value(name: str) -> None:
    section = page("docs/settings.md").section("All settings")
    (row,) = [row for row in section.rows if row[0] == f"`{name}`"]

    assert row[1] == _written(STOCK[name])
    assert row[2]
    assert row[3].endswith((".", ")"))


def test_no_other_settings_are_documented() -> None:
    section = page("docs/settings.md").section("All settings")
    named = {row[0].strip("`") for row in section.rows if row[0].startswith("`")}

    assert named == set(STOCK)


def test_settings_in_the_readme_have_their_stock_values() -> None:
    for row in page("README.md").section("Settings").rows[2:]:
        for name, value in zip(row[0].split(", "), row[1].split(", "), strict=True):
            assert value == _written(STOCK[name.strip("`")]), name


def test_local_defaults_are_documented() -> None:
    rows = page("docs/settings.md").section("Local defaults").rows
    documented = {row[0].strip("`"): row[1].strip("`") for row in rows if row[0].startswith("`")}

    assert documented == LOCAL_CONTEXT


def test_operations_of_a_recipe_are_documented() -> None:
    rows = page("docs/settings.md").section("recipe").rows

    assert {row[0].strip("`") for row in rows if row[0].startswith("`")} == set(OPERATIONS)


@pytest.mark.parametrize("path", COMMANDS)
def test_command_and_its_options_are_documented(path: str) -> None:
    command = COMMANDS[path]
    if isinstance(command, click.Group) and path != "sightline":
        return  # its commands are
    section = page("docs/cli.md").section(path)

    documented = {word for code in section.code for word in code.split()}
    options = {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    }
    assert options <= documented


def test_no_other_commands_are_documented() -> None:
    headings = page("docs/cli.md").section("Commands").headings

    groups = {path for path, command in COMMANDS.items() if isinstance(command, click.Group)}
    assert set(headings) - {"sightline"} == set(COMMANDS) - groups


def test_environment_variables_of_options_are_documented() -> None:
    named = {
        parameter.envvar
        for command in COMMANDS.values()
        for parameter in command.params
        if isinstance(parameter.envvar, str)
    }

    assert named
    assert named <= page("docs/cli.md").section("Environment variables").code


@pytest.mark.parametrize("alarm", sorted(ALARMS))
def test_alarm_has_a_heading_that_says_what_to_do(alarm: str) -> None:
    section = page("docs/operations.md").section("Alarms")
    (heading,) = [found for found in section.headings if alarm in found.split(", ")]

    text = section.section(heading).prose
    assert all(f"**{part}**" in text for part in ("Means", "Look at", "Do"))


def test_no_other_alarms_are_documented() -> None:
    headings = page("docs/operations.md").section("Alarms").headings

    assert {name for heading in headings for name in heading.split(", ")} == ALARMS


@pytest.mark.parametrize("status", Status)
def test_state_is_documented_with_its_predecessors(status: Status) -> None:
    section = page("docs/architecture.md").section("States")
    (row,) = [row for row in section.rows if row[0] == f"`{status}`"]

    assert row[2] == ("yes" if status.is_terminal else "no")
    if status is not Status.RECEIVED:
        assert set(re.findall(r"`(\w+)`", row[3])) == set(BEFORE[status])


def _written(value: object) -> str:
    """How a stock value stands in a table."""
    if value == "":
        return "(empty)"
    if value == ():
        return "(none)"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
