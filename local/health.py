"""Is a server of the local stack ready?"""

import functools
import ssl
import urllib.error
import urllib.request
from pathlib import Path

TIMEOUT_SECONDS = 2.0


def is_healthy(url: str, certificate: Path) -> bool:
    """Does this URL of the local stack answer 200?"""
    handler = urllib.request.HTTPSHandler(context=_context(certificate))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), handler)
    try:
        with opener.open(url, timeout=TIMEOUT_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


@functools.cache
def _context(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))
