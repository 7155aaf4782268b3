"""Errors as the endpoint sends them."""


class ApiError(Exception):
    """A request that is refused, with the exception name and status that AWS would send."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def internal_error(reason: str) -> ApiError:
    """Make the error of a fault that is not the caller's; `reason` is also in the log."""
    return ApiError("InternalServerError", reason, status=500)
