"""The connection that a request came over, for who has to end it at once."""

from __future__ import annotations

from starlette.types import Scope

# Where our server puts its ways to end a connection into a scope's extensions.
CONNECTION = "mockserver.connection"


def reset_connection(scope: Scope) -> None:
    """Reset the connection, and throw away what the peer has not read; nothing where no server of ours is.

    A connection that is closed in order stays until its peer has read everything, which a stalled one never does.
    """
    connection = scope.get("extensions", {}).get(CONNECTION)
    if connection is not None:
        connection.reset()
