"""`sightline users`: add people, say what they may do, let them in, lock them out, remove them."""

import json
from itertools import islice

import click
from rich.console import Console
from rich.table import Column, Table

from cli.deployment import Deployment, Target
from cli.errors import EXIT_CODES, reports_failures
from cli.options import target_options
from cli.outcome import stdout_console
from cli.users.pool import UNCONFIRMED, User, UserPool, not_confirmed
from lambdas.common.errors import SightlineError
from lambdas.common.printable import printable
from lambdas.common.routes import Group
from local.demo_users import make_password
from stacks.limits import TOKEN_MINUTES

_INVITED = "FORCE_CHANGE_PASSWORD"
_STILL_WORKS = f"A token that they have works for {TOKEN_MINUTES} minutes more at most."
_GROUPS = click.Choice([str(group) for group in Group])
_email = click.argument("email")
_as_json = click.option("--json", "as_json", is_flag=True, help="The user as one JSON object.")


@click.group()
def users() -> None:
    """Who may sign in to the console and the API: add, list, change, lock, remove.

    \b
    Groups:
      uploaders  upload images; see and delete their own
      reviewers  see images in review, and decide about them
      admins     everything
    """


@users.command(epilog=EXIT_CODES)
@_email
@click.option(
    "--group", "groups", multiple=True, required=True, type=_GROUPS, help="May be repeated."
)
@click.option("--name", help="What they are called.")
@click.option(
    "--show-password",
    is_flag=True,
    help="Make the first password here and print it, instead of an invitation by email.",
)
@_as_json
@target_options
@reports_failures
def add(  # noqa: PLR0913 -- one argument for each option
    *,
    email: str,
    groups: tuple[str, ...],
    name: str | None,
    show_password: bool,
    as_json: bool,
    target: Target,
) -> None:
    """Add the user EMAIL. Cognito mails an invitation with a first password, good for days."""
    deployment, pool = _found(target)
    password = make_password() if show_password else None
    pool.add(email, name, password=password)
    try:
        pool.join(email, [Group(group) for group in groups])
    except SightlineError as error:
        raise SightlineError(
            f"{error}; {email} is made, but in no group: sightline users groups {email} --add ..."
        ) from error
    user = pool.get(email)
    if as_json:
        more = {"temporary_password": password} if password else {}
        click.echo(json.dumps({**user.to_json(), **more}, ensure_ascii=False))
        return
    click.echo(f"Added {_line(user)}.")
    if password:
        click.echo(f"First password, to be changed when they sign in: {password}")
    elif deployment.name.startswith("the local stack"):
        click.echo("The invitation is in: sightline local outbox")
    else:
        click.echo("They get an invitation by email.")


@users.command(name="list", epilog=EXIT_CODES)
@click.option("--group", type=_GROUPS, help="Only who is in this group.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per user, nothing else.")
@target_options
@reports_failures
def list_users(group: str | None, limit: int, as_json: bool, target: Target) -> None:
    """List users."""
    _deployment, pool = _found(target)
    wanted = (user for user in pool.list() if group is None or group in user.groups)
    found = list(islice(wanted, limit + 1))
    shown = found[:limit]
    if as_json:
        for user in shown:
            click.echo(json.dumps(user.to_json(), ensure_ascii=False))
    elif shown:
        stdout_console().print(_table(shown))
    else:
        click.echo("There are no users yet; add one: sightline users add EMAIL --group uploaders")
    if len(found) > limit:
        click.echo(f"There are more than {limit}; see --limit.", err=True)


@users.command(epilog=EXIT_CODES)
@_email
@click.option("--add", "joined", multiple=True, type=_GROUPS, help="May be repeated.")
@click.option("--remove", "left", multiple=True, type=_GROUPS, help="May be repeated.")
@_as_json
@target_options
@reports_failures
def groups(
    email: str, joined: tuple[str, ...], left: tuple[str, ...], as_json: bool, target: Target
) -> None:
    """Show the groups of the user EMAIL, or change them.

    Who leaves a group is signed out; a token that they have works for 15 minutes more at most.
    """
    if both := sorted(set(joined) & set(left)):
        raise click.UsageError(f"--add and --remove exclude each other: {', '.join(both)}.")
    _deployment, pool = _found(target)
    if joined and pool.get(email).status == UNCONFIRMED:
        # Else the group is given to whoever chose the password.
        raise SightlineError(not_confirmed(email))
    pool.join(email, [Group(group) for group in joined])
    pool.leave(email, [Group(group) for group in left])
    user = pool.get(email)
    click.echo(json.dumps(user.to_json(), ensure_ascii=False) if as_json else _line(user))
    if left:
        click.echo(f"They are signed out. {_STILL_WORKS}", err=True)


@users.command(epilog=EXIT_CODES)
@_email
@click.option("--yes", is_flag=True, help="Do not ask.")
@target_options
@reports_failures
def remove(email: str, yes: bool, target: Target) -> None:
    """Delete the user EMAIL. Their images and decisions stay.

    A token that they have works for 15 minutes more at most.
    """
    deployment, pool = _found(target)
    user = pool.get(email)
    if not yes:
        click.confirm(f"Delete {_line(user)} from {deployment.name}?", abort=True)
    pool.remove(email)
    click.echo(f"Removed {printable(user.email)}. Their images and decisions stay. {_STILL_WORKS}")


@users.command(epilog=EXIT_CODES)
@_email
@target_options
@reports_failures
def disable(email: str, target: Target) -> None:
    """Lock the user EMAIL out, until `enable`. Everything of theirs stays.

    They are signed out; a token that they have works for 15 minutes more at most.
    """
    _deployment, pool = _found(target)
    pool.disable(email)
    click.echo(
        f"{printable(email)} is signed out, and can sign in no more until: sightline users enable "
        f"{printable(email)}. {_STILL_WORKS}"
    )


@users.command(epilog=EXIT_CODES)
@_email
@target_options
@reports_failures
def enable(email: str, target: Target) -> None:
    """Let the user EMAIL, who was locked out, sign in again."""
    _deployment, pool = _found(target)
    pool.enable(email)
    click.echo(f"{_line(pool.get(email))}; they can sign in again.")


@users.command(epilog=EXIT_CODES)
@_email
@click.option(
    "--second-factor",
    is_flag=True,
    help="Forget their authenticator app instead, for who has lost it. The password stays.",
)
@target_options
@reports_failures
def reset(email: str, second_factor: bool, target: Target) -> None:
    """Let the user EMAIL choose a new password, with a code that is mailed; or invite them again.

    The old password is good no longer, and they are signed out.
    """
    deployment, pool = _found(target)
    user = pool.get(email)
    if second_factor:
        if pool.forget_second_factor(email):
            click.echo(f"{printable(email)} is signed out, and signs in with the password alone.")
        else:
            click.echo(f"{printable(email)} has no second factor.")
        return
    if user.status == UNCONFIRMED:
        raise SightlineError(f"there is no password to reset: {not_confirmed(email)}")
    if not user.enabled:
        raise SightlineError(
            f"{email} is locked out, and would be sent nothing; first: sightline users enable "
            f"{email}"
        )
    if user.status == _INVITED:
        pool.invite_again(email)
        what = "a new invitation"
    else:
        pool.reset(email)
        what = "a code; they choose a new password with it under Forgotten password"
    is_local = deployment.name.startswith("the local stack")
    where = " (see: sightline local outbox)" if is_local else ""
    click.echo(f"{printable(email)} gets {what}{where}.")


def _found(target: Target) -> tuple[Deployment, UserPool]:
    deployment = target.find()
    Console(stderr=True).print(f"Using {deployment.name}.", highlight=False)
    return deployment, UserPool.of(deployment)


def _line(user: User) -> str:
    name = f" ({user.name})" if user.name else ""
    groups = ", ".join(user.groups) or "in no group"
    return printable(f"{user.email}{name}: {groups}{'' if user.enabled else ', locked out'}")


def _table(found: list[User]) -> Table:
    columns = ("email", "name", "groups", "status", "since")
    table = Table(*(Column(name, overflow="fold") for name in columns), box=None)
    for user in found:
        status = user.status if user.enabled else f"{user.status}, disabled"
        row = (user.email, user.name or "", ", ".join(user.groups), status, user.created_at[:10])
        table.add_row(*(printable(cell) for cell in row))
    return table
