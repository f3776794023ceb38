"""URLs that applications hand over: callbacks, audio, streams."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

WEB_SCHEMES = frozenset({"http", "https"})
SOCKET_SCHEMES = frozenset({"ws", "wss"})
STREAM_SCHEMES = WEB_SCHEMES | SOCKET_SCHEMES


@lru_cache(maxsize=4096)
def is_sound_url(url: str, schemes: frozenset[str]) -> bool:
    """Whether a URL has one of the schemes, a host, a possible port, and no blanks or control characters."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in schemes
            and bool(parts.hostname)
            and parts.port != 0
            and url.isprintable()
            and " " not in url
        )
    except ValueError:
        return False
