"""Permissions by the names that AWS checks, where the emulator takes an operation's own name.

A batch operation of SQS is allowed by the permission of the single one:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
"""

from typing import Any

from local.emulator.internals import iam_actions, require

ACTIONS = {
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}


def check_batches_as_single_actions() -> None:
    """Have the emulator ask policies for the action that AWS asks them for."""
    require(iam_actions, "extract_iam_action")
    extract = iam_actions.extract_iam_action

    def extract_as_aws(*arguments: Any, **named: Any) -> str | None:
        action: str | None = extract(*arguments, **named)
        return action and ACTIONS.get(action, action)

    iam_actions.extract_iam_action = extract_as_aws
