"""What the template asks for and the laptop does not do, each with the reason why that is right.

Anything that is neither provided nor listed here fails `sightline local up`. Keys are a resource
type and one of its properties; `*` stands for every type.
"""

from collections.abc import Mapping

Key = tuple[str, str]

# The emulator drops these, or stores them without acting on them.
NOT_ACTED_ON: Mapping[Key, str] = {
    ("AWS::ApiGateway::RestApi", "EndpointAccessMode"): "Goes with the security policy.",
    ("AWS::ApiGateway::RestApi", "SecurityPolicy"): (
        "The emulator's own server decides which TLS it takes: 1.2 or newer."
    ),
    ("AWS::ApiGateway::Stage", "AccessLogSetting"): (
        "API Gateway writes no access log here; the console's proxy does: local logs console."
    ),
    ("*", "Tags"): "Tags sort a bill, and there is none here; some types keep them, some do not.",
    ("AWS::CDK::Metadata", "Analytics"): "Tells AWS which constructs are in use; nothing runs.",
    (
        "AWS::S3::Bucket",
        "AccessControl",
    ): "Only the bucket policy and IAM decide here, as they should.",
    ("AWS::S3::Bucket", "BucketEncryption"): "Objects are on this machine's disk, as they are.",
    ("AWS::S3::Bucket", "LifecycleConfiguration"): "Objects do not live long enough here to age.",
    ("AWS::S3::Bucket", "LoggingConfiguration"): "Server access is not logged here.",
    ("AWS::S3::Bucket", "OwnershipControls"): "Access control lists are not used.",
    ("AWS::SNS::Topic", "KmsMasterKeyId"): (
        "Messages are in this machine's memory, not encrypted; the key and its policy exist."
    ),
    ("AWS::SNS::Topic", "TracingConfig"): "There is no X-Ray here.",
    ("AWS::SQS::Queue", "KmsMasterKeyId"): "Messages are in memory and are not encrypted there.",
    ("AWS::SQS::Queue", "SqsManagedSseEnabled"): "Messages are in memory, not encrypted there.",
    ("AWS::Lambda::Function", "TracingConfig"): "There is no X-Ray here: no traces are recorded.",
    ("AWS::Lambda::Function", "Architectures"): "Functions run on this machine's processor.",
    ("AWS::Lambda::Function", "MemorySize"): "Functions are not limited in memory here.",
    ("AWS::Lambda::Function", "EphemeralStorage"): "Functions use this machine's disk.",
    ("AWS::Lambda::Function", "Runtime"): "Functions run with this machine's Python.",
}

# The emulator lacks these; local/emulator or local/recognition supplies them beside it.
SUPPLIED: Mapping[Key, str] = {
    ("AWS::ApiGateway::Authorizer", "ProviderARNs"): (
        "The pool's keys are read by local/emulator/token_keys.py."
    ),
    ("AWS::ApiGateway::Method", "RequestValidatorId"): "local/emulator/request_validators.py.",
    ("AWS::ApiGateway::RequestValidator", "RestApiId"): "local/emulator/request_validators.py.",
    ("AWS::CloudFront::Distribution", "DistributionConfig"): (
        "Browsers reach it through local/console, on this machine only."
    ),
    ("AWS::Cognito::UserPool", "AccountRecoverySetting"): (
        "Codes: local/emulator/sign_in.py; emails into the outbox: sign_in_emails.py."
    ),
    ("AWS::Cognito::UserPool", "AdminCreateUserConfig"): (
        "Self sign-up is refused: local/emulator/sign_in.py; invitations: sign_in_emails.py."
    ),
    ("AWS::Cognito::UserPool", "MfaConfiguration"): (
        "A required second factor is asked for by local/emulator/sign_in.py."
    ),
    ("AWS::CloudWatch::Alarm", "Metrics"): "Metric math: local/emulator/alarms.py.",
    ("AWS::CloudWatch::Alarm", "Dimensions"): "local/emulator/alarms.py evaluates it.",
    ("AWS::CloudWatch::Alarm", "TreatMissingData"): "local/emulator/alarms.py evaluates it.",
    ("AWS::CloudWatch::Alarm", "DatapointsToAlarm"): "local/emulator/alarms.py evaluates it.",
    ("AWS::DynamoDB::GlobalTable", "Replicas"): (
        "The settings of this region's replica: local/emulator/tables.py."
    ),
    ("AWS::DynamoDB::GlobalTable", "TimeToLiveSpecification"): "Set by local/emulator/tables.py.",
    ("AWS::Lambda::EventSourceMapping", "MaximumBatchingWindowInSeconds"): (
        "Waited for by local/emulator/batching.py."
    ),
    ("AWS::SNS::Subscription", "Endpoint"): "Emails are kept by local/emulator/outbox.py.",
}


def is_not_acted_on(resource_type: str, name: str) -> bool:
    """Is there a reason why this property may be without effect here?"""
    return (resource_type, name) in NOT_ACTED_ON or ("*", name) in NOT_ACTED_ON
