"""The TLS certificate of a local stack: made for it, trusted by its own clients only."""

import trustme

from local.paths import StackFiles

# Virtual-hosted buckets and API Gateway stages are subdomains of localhost.
NAMES = (
    "localhost",
    "*.localhost",
    "*.execute-api.localhost",
    "*.cloudfront.localhost",
    "127.0.0.1",
)


def make_certificates(files: StackFiles) -> None:
    """Make an authority and a server certificate, once for each stack."""
    if files.certificate("key").exists():
        return
    files.certificate("ca").parent.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA(organization_name="Sightline, on this machine only")
    server = authority.issue_cert(*NAMES, common_name="localhost")
    authority.cert_pem.write_to_path(files.certificate("ca"))
    for index, pem in enumerate(server.cert_chain_pems):
        pem.write_to_path(files.certificate("server"), append=index > 0)
    key = files.certificate("key")
    key.touch(mode=0o600)
    server.private_key_pem.write_to_path(key)
