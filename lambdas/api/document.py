"""The OpenAPI document, made from the routes: `python -m lambdas.api > docs/openapi.json`.

Powertools makes it; here it gets what the resolver does not know: the authorizer, and that every
error is a problem.
"""

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

TITLE = "Sightline"
VERSION = "1"
_DESCRIPTION = """Images that were uploaded, what was found in them, and what people decided.

Send the ID token of the user pool in the header `Authorization`. What a user may do depends on
their groups: `uploaders` see and delete their own images, `reviewers` decide on those in review,
`admins` may do everything. Errors are problem details (RFC 9457).
"""
_TOKEN = {
    "cognito": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The ID token of the user pool.",
    }
}


_OF_THE_GATEWAY = {
    "413": "The request is too large.",
    "504": "The answer took too long: ask for less at once.",
}
"""What API Gateway answers by itself, and the function never does."""


def document_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the document of a resolver's routes, OpenAPI 3.1."""
    found: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(title=TITLE, version=VERSION, description=_DESCRIPTION)
    )
    found.pop("servers", None)  # every deployment has its own
    found["security"] = [{"cognito": []}]
    schemas = found["components"]["schemas"]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in found["paths"].values():
        for operation in path.values():
            operation.pop("deprecated", None)
            answers = operation["responses"]
            for status, text in _OF_THE_GATEWAY.items():
                answers[status] = {"description": text, "content": problem}
            # The resolver's own shapes of errors, which this API never answers with.
            answers["500"] = {"description": "A fault of ours.", "content": problem}
            operation["responses"] = dict(sorted(answers.items()))
    for name in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        schemas.pop(name, None)
    # API Gateway has one text for several statuses, and leaves these out of it, as RFC 9457 allows.
    schemas["Problem"]["required"] = ["type", "detail", "instance"]
    found["components"]["securitySchemes"] = _TOKEN
    found["paths"] = dict(sorted(found["paths"].items()))
    return found


def written(document: dict[str, Any]) -> str:
    """Return the document as docs/openapi.json has it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
