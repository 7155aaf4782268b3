"""The root credentials of a local stack: a well-known id, and a secret made for the stack."""

import secrets

from local.errors import LocalError
from local.paths import StackFiles

ACCESS_KEY_ID = "test"
_SECRET_BYTES = 32


def make_secret(files: StackFiles) -> None:
    """Make the secret, once for each stack, in a file that only its owner may read."""
    if files.secret.exists():
        return
    partial = files.secret.with_suffix(".part")
    partial.touch(mode=0o600)
    partial.write_text(secrets.token_hex(_SECRET_BYTES), encoding="ascii")
    partial.replace(files.secret)


def read_secret(files: StackFiles) -> str:
    """Return the secret access key of the stack's root user."""
    try:
        return files.secret.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise LocalError(
            f"The local stack on port {files.port} has no secret; stop and start it: "
            f"sightline local down --port {files.port}"
        ) from error
