"""The check must fail on what the emulator does not do, or it is worth nothing."""

import pytest

from local.coverage.check import dropped_properties, missing_types
from local.coverage.compare import difference
from local.coverage.template import Resource


def a(type_: str, **properties: object) -> Resource:
    return Resource("Stack", "Thing", type_, dict(properties))


def test_unknown_resource_type_is_missing() -> None:
    template = [a("AWS::SQS::Queue"), a("AWS::Made::Up")]
    assert missing_types(template, {"AWS::SQS::Queue"}) == ["AWS::Made::Up (Stack/Thing)"]


def test_property_that_nothing_read_is_dropped() -> None:
    template = [a("AWS::SQS::Queue", VisibilityTimeout=30, MadeUp=1)]
    unread = {("AWS::SQS::Queue", "Thing"): ["MadeUp"]}
    assert dropped_properties(template, unread) == ["AWS::SQS::Queue.MadeUp (Stack/Thing)"]


def test_dropped_property_with_a_reason_is_accepted() -> None:
    template = [a("AWS::SNS::Topic", KmsMasterKeyId="key")]
    assert dropped_properties(template, {("AWS::SNS::Topic", "Thing"): ["KmsMasterKeyId"]}) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (30, "30"),
        (True, "true"),
        ("true", True),
        (1.0, 1),
        ({"Ref": "Queue"}, "arn:aws:sqs:..."),
        ({"a": 1}, {"a": 1, "added": 2}),
        ([{"Fn::GetAtt": ["A", "Arn"]}], ["arn"]),
    ],
)
def test_same_value_in_other_words_is_no_difference(asked: object, found: object) -> None:
    assert difference(asked, found) is None


@pytest.mark.parametrize(
    ("asked", "found", "says"),
    [
        (30, 40, "is 40, not 30"),
        ({"a": {"b": 1}}, {"a": {}}, "a: b: is None, not 1"),
        ([1, 2], [1], "is [1], not [1, 2]"),
        ({"Ref": "Queue"}, None, "is missing"),
        (False, None, "is None, not False"),
    ],
)
def test_changed_or_missing_value_is_told(asked: object, found: object, says: str) -> None:
    assert difference(asked, found) == says
