"""Asks a running server whether it is ready: for containers, and for scripts that start one."""

from __future__ import annotations

import sys
import threading
import time
from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

_ONE_TRY_SECONDS = 2.0
_BETWEEN_TRIES_SECONDS = 0.05
# No proxy: what is asked is on this machine or beside it, whatever the environment says about the way out.
_opener = build_opener(ProxyHandler({}))


def check_health(url: str, wait: float) -> int:
    """Ask until the server is ready or `wait` real seconds have passed; the process's exit code."""
    ready_url = f"{url.rstrip('/')}/readyz"
    deadline = time.monotonic() + wait
    while (trouble := _trouble(ready_url, deadline - time.monotonic())) is not None:
        left = deadline - time.monotonic()
        if left <= 0:
            sys.stderr.write(f"mockserver: {ready_url} does not say that it is ready: {trouble}\n")
            return 1
        # A pause on the wall, not on a world's clock: what we wait for is another process. A port that nobody listens
        # on refuses at once, and asking again without a pause would take the processor from the server that starts.
        threading.Event().wait(min(_BETWEEN_TRIES_SECONDS, left))
    print(f"ready: {url}")
    return 0


def reachable(host: str) -> str:
    """How a client on this machine writes an address that a server listens on, in a URL."""
    host = host.strip("[]")
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def _trouble(ready_url: str, left: float) -> str | None:
    """Why the server is not ready, or None."""
    seconds = min(_ONE_TRY_SECONDS, left) if left > 0 else _ONE_TRY_SECONDS
    try:
        with _opener.open(ready_url, timeout=seconds):
            return None
    except (OSError, HTTPException, ValueError) as error:
        return str(getattr(error, "reason", "") or error or type(error).__name__)
