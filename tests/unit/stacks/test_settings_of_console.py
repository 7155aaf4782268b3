"""Settings of the API and the console that only make sense together."""

import pytest

from tests.unit.stacks.test_settings import problems, settings

DOMAIN = "images.example.com"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
BOTH = {"console_domain": DOMAIN, "console_certificate_arn": CERTIFICATE}


def test_a_domain_goes_with_its_certificate() -> None:
    made = settings(**BOTH)

    assert (made.console_domain, made.console_certificate_arn) == (DOMAIN, CERTIFICATE)


@pytest.mark.parametrize("name", BOTH)
def test_one_without_the_other_is_refused(name: str) -> None:
    assert problems({name: BOTH[name]}) == [
        "console_certificate_arn: console_domain and it go together; give both, or neither"
    ]


@pytest.mark.parametrize(
    "domain",
    ["https://images.example.com", "localhost", "images.example.com.", "*.example.com", "a b.com"],
)
def test_what_is_no_host_name_is_refused(domain: str) -> None:
    (problem,) = problems(BOTH | {"console_domain": domain})
    assert problem.startswith("console_domain: use a host name such as images.example.com")


@pytest.mark.parametrize(
    "certificate",
    [
        CERTIFICATE.replace("us-east-1", "eu-west-1"),
        "arn:aws:iam::111122223333:server-certificate/console",
        "12345678-1234-1234-1234-123456789012",
    ],
)
def test_a_certificate_that_cloudfront_does_not_take_is_refused(certificate: str) -> None:
    (problem,) = problems(BOTH | {"console_certificate_arn": certificate})
    assert problem.startswith("console_certificate_arn: CloudFront takes certificates of ACM in us")


def test_a_console_without_an_api_is_refused() -> None:
    assert problems({"api": False}) == [
        "console: it shows what the API answers; set console=false too, or api=true"
    ]
    assert settings(api=False, console=False).api is False
    assert settings(console=False).api is True


def test_a_domain_without_a_console_is_refused() -> None:
    (problem,) = problems({**BOTH, "console": False})
    assert problem.startswith("console_domain: there is no console to reach by it")
