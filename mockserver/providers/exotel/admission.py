"""Who may come in: HTTP Basic, with the API key (or, as some clients do, the account SID) as user."""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache

from mockserver.engine.engine import Engine
from mockserver.engine.world import World

CHALLENGE = 'Basic realm="Exotel"'


def admitted_world(engine: Engine, authorization: str | None) -> World | None:
    """The world that the credentials open, or None."""
    user, password = _credentials(authorization or "")
    world = engine.world_of_user(user)
    if world is None or not secrets.compare_digest(password.encode(), world.account.token.encode()):
        return None
    return world


@lru_cache(maxsize=1024)
def _credentials(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        return "", ""
    user, _, password = decoded.partition(":")
    return user, password
