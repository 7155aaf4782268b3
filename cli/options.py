"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from cli.deployment import Target

F = TypeVar("F", bound=Callable[..., object])

DEFAULT_PORT = 4566


def port_option(command: F) -> F:
    """Add `--port`, which also reads SIGHTLINE_PORT, to a command of the local stack."""
    return click.option(
        "--port",
        type=click.IntRange(1024, 65534),
        default=DEFAULT_PORT,
        envvar="SIGHTLINE_PORT",
        show_default=True,
        show_envvar=True,
        help="The local stack's first port; it uses the next one as well.",
    )(command)


def parse_context(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Turn `-c key=value` into pairs."""
    pairs = [value.partition("=") for value in values]
    for key, sign, _value in pairs:
        if not key or not sign:
            raise click.BadParameter(f"{key!r} should be written key=value.")
    return tuple((key, value) for key, _sign, value in pairs)


def context_option(command: F) -> F:
    """Add `-c key=value`, the CDK's context, to a command."""
    return click.option(
        "-c",
        "--context",
        multiple=True,
        metavar="KEY=VALUE",
        callback=parse_context,
        help="A setting, as for `cdk deploy`; may be repeated.",
    )(command)


def target_options(command: F) -> F:
    """Add the options that say which Sightline to talk to; the command gets them as `target`."""

    @wraps(command)
    def with_target(
        *args: object,
        port: int,
        aws: bool,
        stage: str,
        region: str | None,
        profile: str | None,
        **kwargs: object,
    ) -> object:
        target = Target(port=port, aws=aws, stage=stage, region=region, profile=profile)
        return command(*args, target=target, **kwargs)

    options = (
        port_option,
        click.option(
            "--aws", is_flag=True, help="The stack deployed to AWS, even if a local runs."
        ),
        click.option("--stage", default="dev", show_default=True, help="Of the deployed stack."),
        click.option("--region", help="Of the deployed stack; your AWS default if not given."),
        click.option("--profile", help="AWS profile to find the deployed stack with."),
    )
    decorated: Any = with_target
    for option in reversed(options):
        decorated = option(decorated)
    return cast("F", decorated)
