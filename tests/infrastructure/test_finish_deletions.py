"""What stopped half-way is finished: by a rule that calls the function of the API."""

import json

from lambdas.common.unfinished import REQUEST
from tests.infrastructure.conftest import Template


def test_the_function_is_called_every_few_minutes(template: Template) -> None:
    ((name, rule),) = template.of_type("AWS::Events::Rule").items()
    (function,) = [one for one in template.of_type("AWS::Lambda::Function") if "ApiFunc" in one]
    arn = {"Fn::GetAtt": [function, "Arn"]}

    (target,) = rule["Properties"]["Targets"]
    assert rule["Properties"]["ScheduleExpression"] == "rate(5 minutes)"
    assert rule["Properties"]["State"] == "ENABLED"
    assert (target["Arn"], json.loads(target["Input"])) == (arn, REQUEST)
    (permission,) = [
        one["Properties"]
        for one in template.of_type("AWS::Lambda::Permission").values()
        if one["Properties"]["Principal"] == "events.amazonaws.com"
    ]
    assert permission["FunctionName"] == arn
    assert permission["SourceArn"] == {"Fn::GetAtt": [name, "Arn"]}


def test_what_fails_or_is_throttled_is_left_for_the_next_call(template: Template) -> None:
    ((_, rule),) = template.of_type("AWS::Events::Rule").items()
    ((_, config),) = template.of_type("AWS::Lambda::EventInvokeConfig").items()
    (function,) = [one for one in template.of_type("AWS::Lambda::Function") if "ApiFunc" in one]

    # EventBridge's are about the delivery only; Lambda's are about what the function raises.
    assert rule["Properties"]["Targets"][0]["RetryPolicy"] == {"MaximumRetryAttempts": 0}
    assert config["Properties"] == {
        "FunctionName": {"Ref": function},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 300,
    }
