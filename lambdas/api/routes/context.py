"""What every route gets from the resolver: who asks, and what there is to work with."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from lambdas.api.caller import Caller
from lambdas.api.finding import Finder
from lambdas.api.models.problems import Problem
from lambdas.api.pictures import Pictures
from lambdas.api.services import Services


class ApiRouter(Router):
    """A router whose routes know their caller; they run after the check of lambdas/api/app.py."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def caller(self) -> Caller:
        """Who asks."""
        caller: Caller = self.context["caller"]
        return caller

    @property
    def services(self) -> Services:
        """What there is to work with."""
        found: Services = self.context["services"]
        return found

    @property
    def finder(self) -> Finder:
        """Finds images for the caller."""
        return Finder(self.services, self.caller)

    @property
    def pictures(self) -> Pictures:
        """Shows images to the caller."""
        services, env = self.services, self.services.env
        return Pictures(
            self.caller, services.links, env.processed_bucket, services.now(), env.processed_days
        )


def _problems(texts: dict[int, str]) -> dict[int, Any]:
    return {
        status: {"description": text, "content": {"application/problem+json": {"model": Problem}}}
        for status, text in texts.items()
    }


_ANY = _problems(
    {
        400: "Not well-formed, or a part is missing.",
        401: "No valid ID token.",
        403: "Not for the caller's groups.",
        415: "The body is no JSON.",
        422: "A value is wrong; `errors` names each.",
        429: "Too many requests.",
        500: "A fault of ours.",
        503: "Busy: try again after the seconds in `Retry-After`.",
    }
)
"""What any route may answer beside its own; all are problem details (RFC 9457)."""
NOT_FOUND = _problems({404: "Not there, or not the caller's to see."})
CONFLICT = _problems({409: "It does not fit what is there now; look again."})


def answers(
    model: Any, *problems: dict[int, Any], status: int = 200, description: str = "Done."
) -> dict[int, Any]:
    """Return what a route answers, for its description: a model, or None for nothing."""
    success: dict[str, Any] = {"description": description}
    if model is not None:
        success["content"] = {"application/json": {"model": model}}
    found = {status: success, **_ANY}
    for problem in problems:
        found |= problem
    return dict(sorted(found.items()))
