"""The console: a private bucket with its files, and the distribution that shows them.

The files are put there by `sightline console publish`, not by the template.
"""

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.storage import Storage
from stacks.settings import Settings

HSTS = Duration.days(730)
CORS_SECONDS = 3600
"""How long a browser remembers that a request to a bucket is allowed."""

_PAGES = """\
function handler(event) {
  // A path whose last part has no dot is a page of the console, which is one document.
  var request = event.request;
  if (request.uri.slice(request.uri.lastIndexOf('/')).indexOf('.') === -1) {
    request.uri = '/index.html';
  }
  return request;
}
"""

PRIVATE = "builds.json"
"""What is in the bucket for `sightline console publish` alone, and served to nobody."""
ERROR_SECONDS = 10
"""How long CloudFront remembers that there is no such file."""

_UNUSED_FEATURES = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer"),
    *("microphone", "midi", "payment", "usb"),
)


class Console(Construct):
    """A single-page console behind CloudFront, which talks to the API, Cognito and S3 only.

    `api` is the API's origin.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        storage: Storage,
        api: str,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        # Names of these are the account's, of all regions.
        self._name = f"sightline-{settings.stage}-{Stack.of(self).region}"
        self.bucket = storage.private_bucket(
            self, "Files", rules=[], log_prefix="console/", removal_policy=removal_policy
        )
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                actions=["s3:GetObject"],
                resources=[self.bucket.arn_for_objects(PRIVATE)],
            )
        )
        self.distribution = self._distribution(settings, self._headers(api))
        domain = settings.console_domain or self.distribution.distribution_domain_name
        self.origin = f"https://{domain}"
        # The browser sends images to S3 itself, and reads results there.
        storage.input.add_cors_rule(
            allowed_methods=[s3.HttpMethods.POST],
            allowed_origins=[self.origin],
            allowed_headers=["Content-Type"],
            max_age=CORS_SECONDS,
        )
        storage.processed.add_cors_rule(
            allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD],
            allowed_origins=[self.origin],
            max_age=CORS_SECONDS,
        )

    def _distribution(
        self, settings: Settings, headers: cloudfront.ResponseHeadersPolicy
    ) -> cloudfront.Distribution:
        domain, certificate = settings.console_domain, settings.console_certificate_arn
        access = cloudfront.S3OriginAccessControl(
            self, "Access", origin_access_control_name=self._name
        )
        pages = cloudfront.Function(
            self,
            "Pages",
            code=cloudfront.FunctionCode.from_inline(_PAGES),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            comment="Every page of the console is index.html",
        )
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Sightline's console, {settings.stage}",
            default_root_object="index.html",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(
                    self.bucket, origin_access_control=access
                ),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                # How long a file is kept says its own Cache-Control; what is to be asked for each
                # time, the page and its configuration, is a second old at most.
                cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                compress=True,
                response_headers_policy=headers,
                function_associations=[
                    cloudfront.FunctionAssociation(
                        event_type=cloudfront.FunctionEventType.VIEWER_REQUEST, function=pages
                    )
                ],
            ),
            # A file that is not there, as S3 says it to who may not list; the page then says that
            # there is no such page. It stays an error, so that nobody takes it for a script.
            error_responses=[
                cloudfront.ErrorResponse(
                    http_status=status,
                    response_http_status=404,
                    response_page_path="/index.html",
                    ttl=Duration.seconds(ERROR_SECONDS),
                )
                for status in (403, 404)
            ],
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            domain_names=[domain] if domain else None,
            certificate=(
                acm.Certificate.from_certificate_arn(self, "Certificate", certificate)
                if certificate
                else None
            ),
            # CloudFront's own certificate has a policy that cannot be chosen.
            minimum_protocol_version=(
                cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None
            ),
        )
        _acknowledge(distribution)
        return distribution

    def _headers(self, api: str) -> cloudfront.ResponseHeadersPolicy:
        unused = ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES)
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=self._name,
            comment="What the console's pages may do",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=self._content_security_policy(api), override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=HSTS, include_subdomains=True, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    _header("Permissions-Policy", unused),
                    _header("Cross-Origin-Opener-Policy", "same-origin"),
                    _header("Cross-Origin-Resource-Policy", "same-origin"),
                ]
            ),
        )

    def _content_security_policy(self, api: str) -> str:
        stack = Stack.of(self)
        # By region: the input bucket names this distribution, and cannot be named by it as well.
        # `sightline console publish` names the buckets themselves in index.html.
        buckets = f"https://*.s3.{stack.region}.{stack.url_suffix}"
        sign_in = f"https://cognito-idp.{stack.region}.{stack.url_suffix}"
        parts = {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "font-src": "'self'",
            "img-src": f"'self' {buckets}",
            "connect-src": f"'self' {api} {sign_in} {buckets}",
            "manifest-src": "'self'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }
        return "; ".join(f"{name} {sources}" for name, sources in parts.items())


def _header(name: str, value: str) -> cloudfront.ResponseCustomHeader:
    return cloudfront.ResponseCustomHeader(header=name, value=value, override=True)


def _acknowledge(distribution: cloudfront.Distribution) -> None:
    Validations.of(distribution).acknowledge(
        Acknowledgment(
            id="AwsSolutions-CFR1",
            reason="Who may use the console, signing in decides; where they are does not matter.",
        ),
        Acknowledgment(
            id="AwsSolutions-CFR2",
            reason="Here are only the console's own files, the same for everybody, from a bucket "
            "that takes no input. What can be attacked is the API, which has its own web ACL.",
        ),
        Acknowledgment(
            id="AwsSolutions-CFR3",
            reason="CloudFront's logs need a bucket with access control lists, which no bucket "
            "here has, or log deliveries that exist in us-east-1 only. Reading these public files "
            "says nothing; what people do, the API's access logs say.",
        ),
        Acknowledgment(
            id="AwsSolutions-CFR4",
            reason="With CloudFront's own certificate its TLS policy cannot be chosen. With "
            "console_domain and a certificate it is TLSv1.2_2021.",
        ),
    )
