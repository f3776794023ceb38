"""The worlds of a server, by everything that says which one a request belongs to."""

from __future__ import annotations

from mockserver.domain.errors import AlreadyExists, Exhausted, UnknownWorld
from mockserver.engine.world import Account, World


class Worlds:
    def __init__(self, most: int) -> None:
        self._most = most
        self._by_sid: dict[str, World] = {}
        self._by_user: dict[str, World] = {}
        self._by_token: dict[str, World] = {}

    @property
    def all(self) -> tuple[World, ...]:
        return tuple(self._by_sid.values())

    def check(self, account: Account) -> None:
        """Raises AlreadyExists if one of the account's names is taken, Exhausted if there are too many worlds."""
        if len(self._by_sid) >= self._most:
            message = f"the server holds {len(self._by_sid)} worlds, which is its bound"
            raise Exhausted(message, hint="Delete worlds that are done with.")
        for name in (account.sid, account.key):
            if name in self._by_user:
                message = f"a world with account SID or key {name!r} exists already"
                raise AlreadyExists(message, hint="Choose another, or delete that world first.")
        if account.access_token in self._by_token:
            message = "a world with this access token exists already"
            raise AlreadyExists(message, hint="Choose another, or delete that world first.")

    def add(self, world: World) -> None:
        account = world.account
        self._by_sid[account.sid] = self._by_user[account.sid] = self._by_user[account.key] = world
        self._by_token[account.access_token] = world

    def remove(self, world: World) -> None:
        account = world.account
        del self._by_sid[account.sid], self._by_token[account.access_token]
        for name in (account.sid, account.key):
            self._by_user.pop(name, None)

    def get(self, sid: str) -> World:
        """Raises UnknownWorld."""
        try:
            return self._by_sid[sid]
        except KeyError:
            message = f"no world {sid!r} on this server"
            raise UnknownWorld(message) from None

    def find(self, sid: str) -> World | None:
        """The world of an account SID that came from outside, if it is one."""
        return self._by_sid.get(sid)

    def of_user(self, user: str) -> World | None:
        """The world that a Basic user name belongs to: its API key, or its account SID as some clients send."""
        return self._by_user.get(user)

    def of_token(self, token: str) -> World | None:
        """The world that an access token opens."""
        return self._by_token.get(token)
