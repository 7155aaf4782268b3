"""Checks of settings that only make sense together."""

import re

_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_ADDRESS = re.compile(r"[^@\s,<>\"]+@([^@\s,<>\"]+\.[^@\s,<>\"]+)")
_IDENTITY = re.compile(r"arn:aws[a-z-]*:ses:[a-z0-9-]+:\d{12}:identity/(\S+)")
_CERTIFICATE = re.compile(r"arn:aws:acm:us-east-1:\d{12}:certificate/[0-9a-f-]{36}")


def console_checks(
    *, api: bool, console: bool, domain: str, certificate_arn: str
) -> list[tuple[bool, str]]:
    """Return what has to hold for the console's settings, each with what to write instead."""
    return [
        (
            api or not console,
            "console: it shows what the API answers; set console=false too, or api=true",
        ),
        (
            console or not domain,
            "console_domain: there is no console to reach by it; leave it out, or set console=true",
        ),
        (
            not domain or bool(_DOMAIN.fullmatch(domain)),
            "console_domain: use a host name such as images.example.com, without https://",
        ),
        (
            bool(domain) == bool(certificate_arn),
            "console_certificate_arn: console_domain and it go together; give both, or neither",
        ),
        (
            not certificate_arn or bool(_CERTIFICATE.fullmatch(certificate_arn)),
            (
                "console_certificate_arn: CloudFront takes certificates of ACM in us-east-1 only; "
                "use one, arn:aws:acm:us-east-1:ACCOUNT:certificate/ID"
            ),
        ),
    ]


def email_checks(sender: str, identity_arn: str) -> list[tuple[bool, str]]:
    """Return what has to hold for the sender of Cognito's emails, each with what to write."""
    address, identity = _ADDRESS.fullmatch(sender), _IDENTITY.fullmatch(identity_arn)
    # An identity stands for its address, or for every address of its domain and those below it.
    covers = not address or not identity or f".{address[1]}".endswith(f".{identity[1]}")
    return [
        (
            not sender or bool(address),
            "email_from: use an address such as sightline@example.com, without a name",
        ),
        (
            bool(sender) or not identity_arn,
            "email_identity_arn: it goes with email_from; give that too, or leave both out",
        ),
        (
            not identity_arn or bool(identity),
            (
                "email_identity_arn: use the ARN of a verified identity of SES, "
                "arn:aws:ses:REGION:ACCOUNT:identity/example.com"
            ),
        ),
        (
            covers or bool(identity and identity[1] == sender),
            f"email_identity_arn: {sender} is not an address of this identity",
        ),
    ]
