"""Structured logs: one JSON object a line, with the image's id, never with its content."""

from aws_lambda_powertools import Logger

# Service name and level come from the variables that the stack sets on every function.
logger = Logger()
