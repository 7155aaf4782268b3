"""What local/emulator supplies inside the emulator: emails, alarms, redrives, metrics."""

import json
import re
import time
from typing import Any

from local.mail import read_outbox
from local.ports import Ports
from tests.local.emulator_alone import start
from tests.patience import eventually


def test_emails_are_kept_with_their_filters(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    sns = stack.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    for address, kind in (("a@example.com", "a"), ("b@example.com", "b")):
        filters = {"FilterPolicy": json.dumps({"kind": [kind]})}
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address, Attributes=filters)
    attributes = {"kind": {"DataType": "String", "StringValue": "a"}}
    sns.publish(TopicArn=topic, Subject="Hi", Message="A car.", MessageAttributes=attributes)
    mails = read_outbox(stack.files.outbox)
    assert [(mail.to, mail.subject, mail.body) for mail in mails] == [
        ("a@example.com", "Hi", "A car.")
    ]


def test_alarm_looks_at_its_own_queue_and_mails(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    sqs, sns, cloudwatch = (stack.client(name) for name in ("sqs", "sns", "cloudwatch"))
    topic = sns.create_topic(Name="operations")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    for name in ("busy", "dead-letters"):
        sqs.create_queue(QueueName=name)
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": name}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[topic],
        )
    url = sqs.get_queue_url(QueueName="busy")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    mail = eventually(lambda: read_outbox(stack.files.outbox), "there is an email")
    assert [m.subject for m in mail] == ['ALARM: "busy" in us-east-1']
    states = {a["AlarmName"]: a["StateValue"] for a in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert states == {"busy": "ALARM", "dead-letters": "OK"}


def test_dead_letters_go_back_and_are_counted(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    sqs, cloudwatch = stack.client("sqs"), stack.client("cloudwatch")
    dead = make_queue(sqs, "dead")
    redrive = {"deadLetterTargetArn": arn_of(sqs, dead), "maxReceiveCount": "1"}
    work = make_queue(sqs, "work", RedrivePolicy=json.dumps(redrive), VisibilityTimeout="0")
    sqs.send_message(QueueUrl=work, MessageBody="x")
    received = [sqs.receive_message(QueueUrl=work).get("Messages", []) for _ in range(2)]
    assert [len(messages) for messages in received] == [1, 0], "the second receive moves it"

    sqs.start_message_move_task(SourceArn=arn_of(sqs, dead))

    moves = sqs.list_message_move_tasks(SourceArn=arn_of(sqs, dead))["Results"]
    assert moves[0]["ApproximateNumberOfMessagesMoved"] == 1
    again = sqs.receive_message(QueueUrl=work, AttributeNames=["ApproximateReceiveCount"])
    assert again["Messages"][0]["Attributes"]["ApproximateReceiveCount"] == "1"

    def total(queue: str, metric: str) -> float:
        points = cloudwatch.get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName=metric,
            Dimensions=[{"Name": "QueueName", "Value": queue}],
            StartTime=time.time() - 600,
            EndTime=time.time() + 60,
            Period=60,
            Statistics=["Sum"],
        )["Datapoints"]
        return float(sum(point["Sum"] for point in points))

    eventually(lambda: total("work", "NumberOfMessagesReceived") == 2, "both are counted")
    assert total("work", "NumberOfMessagesSent") == 2, "one by its sender, one by the move"
    assert total("dead", "NumberOfMessagesSent") == 0, "redriven messages do not count"


def test_undeliverable_notifications_are_counted(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    sns, cloudwatch = stack.client("sns"), stack.client("cloudwatch")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=topic.replace("sns", "sqs") + "-none")
    queue = arn_of(stack.client("sqs"), make_queue(stack.client("sqs"), "reader"))
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    sns.publish(TopicArn=topic, Message="x")
    found = cloudwatch.list_metrics(Namespace="AWS/SNS")["Metrics"]
    assert {metric["MetricName"] for metric in found} == {
        "NumberOfMessagesPublished",
        "NumberOfNotificationsFailed",
    }, "the one queue does not exist, and the other's policy does not let the topic in"

    allow_everyone(stack.client("sqs"), "reader")
    sns.publish(TopicArn=topic, Message="x")
    found = cloudwatch.list_metrics(Namespace="AWS/SNS")["Metrics"]
    assert "NumberOfNotificationsDelivered" in {metric["MetricName"] for metric in found}


def test_invitations_and_codes_are_kept_as_the_pool_words_them(ports: tuple[int, int]) -> None:
    stack = start(ports[0])
    # As the CDK writes them after a deployment.
    stack.files.outputs.write_text('{"Sightline-dev": {"ConsoleUrl": "https://d1.cloudfront.net"}}')
    cognito = stack.client("cognito-idp")
    pool = cognito.create_user_pool(
        PoolName="people",
        UsernameAttributes=["email"],
        AdminCreateUserConfig={
            "InviteMessageTemplate": {
                "EmailSubject": "Your account",
                "EmailMessage": "At https://d1.cloudfront.net as {username} with {####}",
            }
        },
        VerificationMessageTemplate={"EmailSubject": "Your code", "EmailMessage": "It is {####}"},
    )["UserPool"]["Id"]
    user = {"UserPoolId": pool, "Username": "ada@example.com"}
    cognito.admin_create_user(**user, UserAttributes=[{"Name": "email", "Value": user["Username"]}])
    cognito.admin_reset_user_password(**user)

    invitation, code = read_outbox(stack.files.outbox)
    console = Ports(ports[0]).console_origin
    assert invitation.subject == "Your account"
    assert invitation.body.startswith(f"At {console} as ada@example.com with ")
    assert (code.to, code.subject) == ("ada@example.com", "Your code")
    assert re.fullmatch(r"It is \d{6}", code.body)


def make_queue(sqs: Any, name: str, **attributes: str) -> str:
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def allow_everyone(sqs: Any, name: str) -> None:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def arn_of(sqs: Any, url: str) -> str:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return str(found["QueueArn"])
