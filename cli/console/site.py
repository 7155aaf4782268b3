"""The two files that differ from stage to stage: config.json, and the policy in index.html."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.deployment import Deployment, NoDeploymentError
from lambdas.common.errors import SightlineError
from lambdas.common.image import CONTENT_TYPES
from stacks.settings import Settings

_HEAD = "<head>"
_META = 'http-equiv="content-security-policy"'


@dataclass(frozen=True)
class Site:
    """What the console has to know of the stack that it is for.

    `origins` are of the API, of Cognito and of the buckets, as far as they are not its own.
    """

    config: Mapping[str, Any]
    connects_to: Sequence[str]
    shows_images_of: Sequence[str]

    def config_json(self) -> bytes:
        """Return config.json."""
        return (json.dumps(self.config, indent=1) + "\n").encode()

    def policy(self) -> str:
        """Return the content-security policy: nothing but the console's own files and these hosts.

        `frame-ancestors` is in the header that CloudFront adds; a page cannot say it itself.
        """
        return "; ".join([
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            " ".join(["img-src 'self'", *self.shows_images_of]),
            " ".join(["connect-src 'self'", *self.connects_to]),
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ])  # fmt: skip

    def index_html(self, built: str) -> bytes:
        """Return the page with the policy first in its head, before anything is loaded."""
        if built.count(_HEAD) != 1 or _META in built.lower():
            raise SightlineError(
                "web/dist/index.html has no plain <head>, or a content-security policy already; "
                "build it anew: sightline console publish --build"
            )
        meta = f'<meta http-equiv="Content-Security-Policy" content="{self.policy()}" />'
        return built.replace(_HEAD, f"{_HEAD}\n    {meta}").encode()


def site_of(deployment: Deployment, local_origin: str | None) -> Site:
    """Return what a deployment's outputs say; with the proxy's origin for a local stack."""
    for name in ("ApiUrl", "ConsoleUrl", "UserPoolId"):
        if name not in deployment.outputs:
            raise NoDeploymentError(
                f"{deployment.name} has no console: it was deployed without (settings api and "
                f"console), or by an older version (it has no output {name})"
            )
    pool = deployment.output("UserPoolId")
    region = pool.partition("_")[0]
    settings = json.loads(deployment.outputs.get("PublicSettings", "{}"))
    users = deployment.client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]
    config = {
        "stage": settings.get("stage", Settings().stage),
        "region": region,
        "api_url": f"{local_origin}/api" if local_origin else deployment.output("ApiUrl"),
        "user_pool_id": pool,
        "user_pool_client_id": deployment.output("UserPoolClientId"),
        "cognito_endpoint": f"{local_origin}/cognito" if local_origin else None,
        "max_bytes": settings.get("max_bytes", Settings().max_bytes),
        "content_types": CONTENT_TYPES,
        "self_sign_up": not users["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
    }
    if local_origin:
        return Site(config, (), ())
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    buckets = [deployment.output("InputBucketName"), deployment.output("ProcessedBucketName")]
    hosts = [f"https://{bucket}.s3.{region}.{suffix}" for bucket in buckets]
    # A link may name S3 without the region, where the bucket is in the first one.
    hosts += [f"https://{bucket}.s3.{suffix}" for bucket in buckets]
    api = "/".join(deployment.output("ApiUrl").split("/")[:3])
    connects = [api, f"https://cognito-idp.{region}.{suffix}", *hosts]
    return Site(config, connects, [*hosts, *_batch_hosts(settings, region, suffix)])


def _batch_hosts(settings: Mapping[str, Any], region: str, suffix: str) -> list[str]:
    """Where originals of batches are, which people may look at."""
    buckets = [name.strip() for name in str(settings.get("batch_buckets", "")).split(",")]
    if "*" in buckets:
        return [f"https://*.s3.{region}.{suffix}"]
    return [f"https://{bucket}.s3.{region}.{suffix}" for bucket in buckets if bucket]
