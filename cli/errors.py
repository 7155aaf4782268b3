"""How a command ends when something is wrong: one sentence, and a telling exit code."""

import sys
from collections.abc import Callable
from functools import wraps

import click
from botocore.exceptions import BotoCoreError, ClientError

from cli.deployment import NoDeploymentError
from lambdas.common.errors import SightlineError

EXIT_ERROR, EXIT_NO_DEPLOYMENT, EXIT_NOT_ANALYSED, EXIT_TIMED_OUT = 1, 3, 4, 5
EXIT_DISAGREES = 6

EXIT_CODES = """\b
Exit codes:
  0  everything asked for was done
  1  an error, which is said on standard error
  2  the command line is wrong
  3  no Sightline was found: no local stack, no deployed one
  4  at least one image was rejected or failed
  5  time ran out before every image had ended
  6  the audit found something that does not agree
"""


def reports_failures(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what can go wrong outside this program into one sentence and an exit code."""

    @wraps(command)
    def reporting(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except NoDeploymentError as error:
            _end(str(error), EXIT_NO_DEPLOYMENT)
        except (SightlineError, OSError) as error:
            _end(str(error), EXIT_ERROR)
        except (BotoCoreError, ClientError) as error:
            _end(f"AWS refused or could not be reached: {error}", EXIT_ERROR)

    return reporting


def _end(sentence: str, code: int) -> None:
    click.secho(f"Error: {sentence}", fg="red", err=True)
    sys.exit(code)
