"""Topics, emails and alarms."""

from typing import Any

from tests.infrastructure.conftest import Template

QUEUE_ALARMS = ("Deep", "Old", "Stuck", "Failing", "DeadLetters")
FUNCTION_ALARMS = ("Errors", "Throttles", "Slow")
ALARMS = {
    *(f"{queue}{kind}" for queue in ("Images", "Text", "Digest") for kind in QUEUE_ALARMS),
    # A batch of a million images waits for long, and that is as it should be.
    *(f"{queue}{kind}" for queue in ("BatchImages", "Batches") for kind in QUEUE_ALARMS[2:]),
    *(
        f"{function}{kind}"
        for function in ("InspectImage", "ReadText", "SendDigest", "RunBatch", "Api")
        for kind in FUNCTION_ALARMS
    ),
    *("ResultsUndelivered", "EmailUndelivered", "ReviewUndelivered"),
    "ApiFaults",
}


def test_every_topic_is_encrypted_and_refuses_plain_http(template: Template) -> None:
    topics = template.of_type("AWS::SNS::Topic")
    policies = template.of_type("AWS::SNS::TopicPolicy")

    assert len(topics) == len(policies) == 4
    assert all(topic["Properties"]["KmsMasterKeyId"] for topic in topics.values())
    for name, policy in policies.items():
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        denied = [found["Condition"] for found in statements if found["Effect"] == "Deny"]
        assert denied == [{"Bool": {"aws:SecureTransport": "false"}}], name


def test_key_rotates_and_lets_alarms_publish(template: Template) -> None:
    (key,) = template.of_type("AWS::KMS::Key").values()
    allowed = [
        statement
        for statement in key["Properties"]["KeyPolicy"]["Statement"]
        if statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ]

    assert key["Properties"]["EnableKeyRotation"] is True
    assert set(allowed[0]["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}


def test_addresses_of_the_settings_are_subscribed_to_their_topics(template: Template) -> None:
    subscribed = {
        (_topic(found["Properties"]["TopicArn"]), found["Properties"]["Endpoint"])
        for found in template.of_type("AWS::SNS::Subscription").values()
        if found["Properties"]["Protocol"] == "email"
    }

    assert subscribed == {
        ("Email", "reader@example.com"),
        ("Email", "other@example.com"),
        ("Review", "review@example.com"),
        ("Operations", "operations@example.com"),
    }


def test_nobody_reads_every_image_by_email(template: Template) -> None:
    protocols = [
        found["Properties"]["Protocol"]
        for found in template.of_type("AWS::SNS::Subscription").values()
        if _topic(found["Properties"]["TopicArn"]) == "Results"
    ]

    assert protocols == ["sqs"]


def test_the_alarms_are_these_and_all_tell_operations(template: Template) -> None:
    alarms = _alarms(template)

    assert set(alarms) == ALARMS
    for name, alarm in alarms.items():
        (action,) = alarm["AlarmActions"]
        assert _topic(action) == "Operations", name
        assert name in alarm["AlarmDescription"], name
        assert alarm["TreatMissingData"] == "notBreaching", name


def test_only_dead_letters_tell_when_they_are_gone(template: Template) -> None:
    telling = {name for name, alarm in _alarms(template).items() if alarm.get("OKActions")}

    queues = ("Images", "Text", "Digest", "BatchImages", "Batches")
    assert telling == {f"{queue}DeadLetters" for queue in queues}


def test_thresholds_come_from_settings_and_timeouts(template: Template) -> None:
    alarms = _alarms(template)

    assert alarms["ImagesDeep"]["Threshold"] == 100
    assert alarms["ImagesOld"]["Threshold"] == 15 * 60
    assert alarms["ImagesDeadLetters"]["Threshold"] == 0
    assert alarms["ImagesDeadLetters"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarms["InspectImageSlow"]["Threshold"] == 0.8 * 60_000
    assert alarms["EmailUndelivered"]["MetricName"] == "NumberOfNotificationsFailed"
    assert alarms["ApiSlow"]["Threshold"] == 0.8 * 20_000
    assert alarms["ApiFaults"]["MetricName"] == "5XXError"
    assert alarms["ApiFaults"]["Threshold"] == 0
    # A single 503 while AWS is busy rings nobody up.
    faults = alarms["ApiFaults"]
    assert (faults["DatapointsToAlarm"], faults["EvaluationPeriods"], faults["Period"]) == (
        *(2, 3),
        300,
    )


def test_stuck_means_old_and_nothing_deleted(template: Template) -> None:
    assert _metrics(_alarms(template)["ImagesStuck"]) == {
        "age": "ApproximateAgeOfOldestMessage",
        "deleted": "NumberOfMessagesDeleted",
    }


def test_failing_means_received_and_nothing_deleted_twice_in_a_row(template: Template) -> None:
    failing = _alarms(template)["ImagesFailing"]

    assert _metrics(failing) == {
        "received": "NumberOfMessagesReceived",
        "deleted": "NumberOfMessagesDeleted",
    }
    assert failing["EvaluationPeriods"] == 2


def _metrics(alarm: dict[str, Any]) -> dict[str, str]:
    return {
        found["Id"]: found["MetricStat"]["Metric"]["MetricName"]
        for found in alarm["Metrics"]
        if "MetricStat" in found
    }


def _alarms(template: Template) -> dict[str, dict[str, Any]]:
    return {
        alarm["Metadata"]["aws:cdk:path"].split("/")[-2]: alarm["Properties"]
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
    }


def _topic(reference: dict[str, str]) -> str:
    name = reference["Ref"].removeprefix("Topics")
    return next(
        known for known in ("Results", "Email", "Review", "Operations") if name.startswith(known)
    )
