"""What can be wrong with a request, apart from what the rest of the code raises."""

from lambdas.common.errors import SightlineError


class NotSignedInError(SightlineError):
    """The request came without an identity: the authorizer did not let it in."""


class ForbiddenError(SightlineError):
    """The caller is none of those who may do this."""


class NotFoundError(SightlineError):
    """There is no such thing, or the caller may not know that there is."""


class UnsupportedTypeError(SightlineError):
    """The body is of a type that no route takes."""


class InvalidRequestError(SightlineError):
    """A value is wrong in a way that its type does not say; `where` names it."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


class NotInThisStateError(SightlineError):
    """What was asked for does not fit what the thing is now; look again."""


class UsedUpError(SightlineError):
    """The caller has had all that there is for them; there is more in `seconds`."""

    def __init__(self, reason: str, *, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds
