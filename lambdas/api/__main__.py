"""Prints the OpenAPI document: `python -m lambdas.api > docs/openapi.json`."""

import sys

from lambdas.api.app import Api
from lambdas.api.document import document_of, written

sys.stdout.write(written(document_of(Api().app)))
