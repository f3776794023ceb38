# Made of ../awaiting by tests/support/blocking.py: change it there.
"""One world of a server, with everything that it can be told."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import Self, Unpack

from mockserver.control.bodies import HistoryBody, SettingsBody
from mockserver.control.coverage import CoverageView
from mockserver.control.snapshots import SnapshotBody, SnapshotList, SnapshotView
from mockserver.control.world_views import HistoryView, Removed, WorldView
from mockserver.testing.client.blocking.calls import Calls
from mockserver.testing.client.blocking.clock import Clock
from mockserver.testing.client.blocking.contact_center import ContactCenter
from mockserver.testing.client.blocking.directory import Directory
from mockserver.testing.client.blocking.faults import Faults
from mockserver.testing.client.blocking.records import Records
from mockserver.testing.client.blocking.scenarios import Scenarios
from mockserver.testing.client.blocking.streams import Streams
from mockserver.testing.client.blocking.transport import Transport
from mockserver.testing.client.errors import NotFound
from mockserver.testing.client.fields import SettingsFields
from mockserver.testing.client.placing import placed_sid, placing, placing_bot
from mockserver.testing.client.wire import segment

# Some things that are asked for take the server long.
_HISTORY_SECONDS = 90.0


class World(
    Clock,
    Calls,
    Streams,
    Scenarios,
    Faults,
    Records,
    Directory,
    ContactCenter,
):
    """An account and all that belongs to it. As a context manager it is thrown away at the end.

    `view` is the world as the server last showed it: credentials, settings, paths.
    """

    def __init__(self, transport: Transport, view: WorldView) -> None:
        super().__init__(transport, f"/worlds/{segment(view.account_sid)}")
        self.view = view

    def __repr__(self) -> str:
        return f"<World {self.sid} of {self._transport.base_url}>"

    @property
    def sid(self) -> str:
        """The account SID."""
        return self.view.account_sid

    @property
    def auth(self) -> tuple[str, str]:
        """API key and token, for Basic authentication."""
        return self.view.api_key, self.view.api_token

    @property
    def base_urls(self) -> dict[str, str]:
        """Where an application finds this account, by the name of the API: exotel-v3, ..."""
        return {name: self._transport.base_url + path for name, path in self.view.paths.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # It may have been thrown away before, or have been idle for too long.
        with suppress(NotFound):
            self.delete()

    def configure(self, **settings: Unpack[SettingsFields]) -> WorldView:
        """Change settings; what is left out stays as it is."""
        self.view = self._ask(WorldView, "PATCH", "", SettingsBody(**settings))
        return self.view

    def delete(self) -> WorldView:
        """Throw the world away with all that is in it."""
        return self._ask(WorldView, "DELETE", "")

    def reset(self, *scopes: str) -> dict[str, int]:
        """Forget calls, scenarios, faults, quotas, alarms, requests, directory changes, or all; how many went."""
        return (self._ask(Removed, "POST", "/reset", query={"scope": ",".join(scopes) or None})).removed

    def coverage(self) -> CoverageView:
        """What this world has exercised of all that the emulator knows."""
        return self._ask(CoverageView, "GET", "/coverage")

    def tell_history(
        self, calls: int = 1_000, *, days: int = 60, seed: int = 0, first: int = 0, count: int | None = None
    ) -> HistoryView:
        """Fill the world with calls that are over; `first` and `count` name a part of them."""
        body = HistoryBody(calls=calls, days=days, seed=seed, first=first, count=count)
        return self._ask(HistoryView, "POST", "/history", body, seconds=_HISTORY_SECONDS)

    def snapshots(self) -> list[SnapshotView]:
        return (self._ask(SnapshotList, "GET", "/snapshots")).snapshots

    def snapshot(self, name: str) -> SnapshotView:
        """Keep the world as it is, under a name."""
        return self._ask(SnapshotView, "POST", "/snapshots", SnapshotBody(name))

    def restore(self, name: str) -> SnapshotView:
        """Let the world be as it was, calls, directory, scenarios, clock and all."""
        return self._ask(SnapshotView, "POST", f"/snapshots/{segment(name)}/restore")

    def delete_snapshot(self, name: str) -> SnapshotView:
        return self._ask(SnapshotView, "DELETE", f"/snapshots/{segment(name)}")

    def call(
        self,
        *,
        from_: str,
        to: str,
        exophone: str | None = None,
        record: bool = False,
        callback: str | None = None,
        custom_field: str | None = None,
        stream: str | None = None,
    ) -> str:
        """Place a call as an application would, through Exotel v3; its sid.

        Without an ExoPhone it is the world's first; `callback` is the URL that each answer and the end go to, `stream`
        that of a bot's WebSocket, dialled at the first answer. Raises CallRefused.
        """
        exophone = exophone or (self.numbers())[0].number
        order = placing(
            self.view,
            from_=from_,
            to=to,
            exophone=exophone,
            record=record,
            callback=callback,
            custom_field=custom_field,
            stream=stream,
        )
        return placed_sid(self._transport.send(order), self._transport.base_url)

    def call_bot(self, stream: str, *, from_: str, exophone: str | None = None) -> str:
        """Let somebody talk to a bot alone, through Exotel v1; the sid of the call. Raises CallRefused."""
        exophone = exophone or (self.numbers())[0].number
        order = placing_bot(self.view, stream=stream, from_=from_, exophone=exophone)
        return placed_sid(self._transport.send(order), self._transport.base_url)
