"""Which of the emulator's services a request is for, and how it is asked there.

Only what the console needs leads anywhere. What goes on is written anew here from what was checked:
no cookie, no `Origin`, no header of AWS's own that a page could have set.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from local.console.incoming import Incoming
from local.console.refused import Refused

MIB = 1024 * 1024
# API Gateway takes 10 MB; ours are forms and decisions.
MAX_API_BODY = MIB
MAX_COGNITO_BODY = 64 * 1024
# The most that the setting max_bytes allows, and the form around it. S3 enforces the setting.
MAX_UPLOAD = 257 * MIB

COGNITO_ACTIONS = frozenset({
    "InitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken", "GetUser",
    "ForgotPassword", "ConfirmForgotPassword", "ChangePassword", "GlobalSignOut", "RevokeToken",
    "AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "SignUp",
    "ConfirmSignUp", "ResendConfirmationCode",
})  # fmt: skip
"""What a browser asks of Cognito: all of it needs a password, a token or a code."""

_TARGET = "AWSCognitoIdentityProviderService."
_API_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_S3 = re.compile(r"/s3/(?P<host>[^/]+)(?P<path>/.*)")
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_S3_HOST = re.compile(r"(?:([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.)?localhost")
_OBJECT = re.compile(rf"/{_BUCKET}/.+")
_S3_SIGNED_FOR = re.compile(r"[^/]+/[0-9]{8}/[a-z0-9-]+/s3/aws4_request")
_S3_SHOWN_AS = frozenset({"image", "empty", "document"})
# Each part by itself: one pattern for all of them would try every way to share out the dots.
_FILE_PART = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_CLOUDFRONT = re.compile(r"https://([a-z0-9]+)\.cloudfront\.net/?")


@dataclass(frozen=True)
class Upstream:
    """A request to the emulator. `kind` is one of api, cognito, s3, page."""

    kind: str
    host: str
    target: str  # path and query, as on the request line
    max_body: int = 0
    headers: dict[str, str] = field(default_factory=dict)


def route(request: Incoming, outputs: Mapping[str, str], emulator_port: int) -> Upstream:
    """Where a request that was admitted goes. Raises `Refused` if it goes nowhere."""
    if request.path.startswith("/api/"):
        return _api(request, outputs, emulator_port)
    if request.path in {"/cognito", "/cognito/"}:
        return _cognito(request, emulator_port)
    if request.path.startswith("/s3/"):
        return _s3(request, outputs, emulator_port)
    return _page(request, outputs)


def _api(request: Incoming, outputs: Mapping[str, str], port: int) -> Upstream:
    api, stage = _output(outputs, "ApiId"), _output(outputs, "ApiStage")
    if request.method not in _API_METHODS:
        raise Refused(405, f"The API has no {request.method}.")
    if any(name.lower().startswith("x-amz-") for name, _ in parse_qsl(request.query)):
        raise Refused(400, "Sign in with a token; signed addresses are not for the API.")
    headers = _kept(request, "accept", "content-type", "if-none-match", "user-agent")
    authorization = request.header("authorization")
    if authorization is not None and not authorization.lstrip().startswith("AWS4-"):
        headers["authorization"] = authorization
    # Links in its answers are rewritten, which takes the plain text.
    headers["accept-encoding"] = "identity"
    target = f"/{stage}{request.path.removeprefix('/api')}"
    return Upstream(
        "api",
        f"{api}.execute-api.localhost:{port}",
        target + (f"?{request.query}" if request.query else ""),
        MAX_API_BODY,
        headers,
    )


def _cognito(request: Incoming, port: int) -> Upstream:
    if request.method != "POST" or request.query:
        raise Refused(405, "Cognito is asked by POST.")
    target = request.header("x-amz-target") or ""
    action = target.removeprefix(_TARGET)
    if not target.startswith(_TARGET) or action not in COGNITO_ACTIONS:
        raise Refused(403, "The console does not use this action of Cognito.")
    headers = {"x-amz-target": _TARGET + action, "content-type": "application/x-amz-json-1.1"}
    return Upstream("cognito", f"localhost:{port}", "/", MAX_COGNITO_BODY, headers)


def _s3(request: Incoming, outputs: Mapping[str, str], port: int) -> Upstream:
    found = _S3.fullmatch(request.path)
    host = _S3_HOST.fullmatch(found["host"]) if found else None
    if not found or not host:
        raise Refused(403, "There are only S3's links of this local stack here.")
    # A picture is no script, whatever somebody called it.
    if request.header("sec-fetch-dest") not in {None, *_S3_SHOWN_AS}:
        raise Refused(403, "A file of a bucket is shown or saved, nothing else.")
    authority = f"{host[0]}:{port}"
    if request.method == "POST":
        form = request.header("content-type") or ""
        bucket = _output(outputs, "InputBucketName")
        asked = host[1] or found["path"].strip("/")
        at_bucket = (
            found["path"] == "/" if host[1] else found["path"] in {f"/{asked}", f"/{asked}/"}
        )
        if asked != bucket or not at_bucket or request.query:
            raise Refused(403, "Uploads go to the input bucket.")
        if not form.lower().startswith("multipart/form-data;"):
            raise Refused(415, "An upload is a form: multipart/form-data.")
        return Upstream("s3", authority, found["path"], MAX_UPLOAD, {"content-type": form})
    if request.method not in {"GET", "HEAD"}:
        raise Refused(405, "Files of a bucket are read here, and uploaded by POST.")
    if not host[1] and not _OBJECT.fullmatch(found["path"]):
        raise Refused(403, "There are only links to files here.")
    _check_signed(request.query)
    kept = ("accept", "range", "if-none-match", "if-modified-since", "if-match", "if-range")
    target = f"{found['path']}?{request.query}"
    return Upstream("s3", authority, target, headers=_kept(request, *kept))


def _check_signed(query: str) -> None:
    """Only what a link has: S3 checks its signature, and there is no way around it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    given = {name.lower(): value for name, value in pairs}
    for name in given:
        if not name.startswith(("x-amz-", "response-")) and name not in {"versionid", "x-id"}:
            raise Refused(403, "This is no link that the API made.")
    signed = bool(given.get("x-amz-signature")) and len(given) == len(pairs)
    if not signed or not _S3_SIGNED_FOR.fullmatch(given.get("x-amz-credential", "")):
        raise Refused(403, "This is no link that the API made.")


def _page(request: Incoming, outputs: Mapping[str, str]) -> Upstream:
    if request.method not in {"GET", "HEAD"}:
        raise Refused(405, "The console's files are read by GET.")
    found = _CLOUDFRONT.fullmatch(_output(outputs, "ConsoleUrl"))
    if not found:
        raise Refused(503, "The console has a domain of its own, which is not served here.")
    path = request.path
    if "." not in path.rpartition("/")[2]:
        # A view of the console, which is its one page, as the distribution's function has it. The
        # emulator answers some of these paths itself, whatever the host.
        path = "/"
    elif not _is_file(path):
        raise Refused(404, "The console has no such file.")
    # The emulator takes for HTTPS what says so; between here and there it is.
    headers = _kept(request, "accept", "accept-encoding", "if-none-match", "if-modified-since")
    headers["x-forwarded-proto"] = "https"
    return Upstream("page", f"{found[1]}.cloudfront.localhost", path, headers=headers)


def _is_file(path: str) -> bool:
    """Is it the path of a file that a build can have: plain names, and an ending?"""
    parts = path[1:].split("/")
    return (
        all(_FILE_PART.fullmatch(part) for part in parts)
        and not path.startswith("/_")
        and parts[-1].rpartition(".")[2].isalnum()
    )


def _kept(request: Incoming, *names: str) -> dict[str, str]:
    values = {name: request.header(name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _output(outputs: Mapping[str, str], name: str) -> str:
    if not outputs:
        raise Refused(503, "The stack is being deployed; try again in a moment.")
    if name not in outputs:
        raise Refused(503, f"This stack was deployed without it (it has no output {name}).")
    return outputs[name]
