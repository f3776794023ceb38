"""The whole server with one world, in this process and without an event loop, so that whoever draws can use it.

Whatever is done to the world is done by requests that are written down: sent to any server in the same order, they lead
to the same bytes.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote, unquote

import msgspec
from starlette.types import ASGIApp, Message

from mockserver.bootstrap import build_app, build_engine
from mockserver.control.story_views import story_view
from mockserver.domain.effects import Input
from mockserver.domain.story import Story
from mockserver.drawing.wire import SAMPLE, Access, Request, Response
from mockserver.engine.histories import Part
from mockserver.engine.world import World
from mockserver.settings import Settings

HOST = "127.0.0.1:8080"
_FIRST_USERS = ("u1001", "u1002", "u1003", "u1004")


class Stage:
    """A server with the one world `access`. `names` are those of the sample directory's users, in order."""

    def __init__(self, seed: int = 0, names: Sequence[tuple[str, str]] = (), access: Access = SAMPLE) -> None:
        settings = Settings(clock="manual")
        self._engine = build_engine(settings)
        self._app = build_app(settings, self._engine)
        self.access = access
        self.setup: list[Request] = []
        account = {"account_sid": access.account_sid, "api_key": access.api_key, "api_token": access.api_token}
        self._control("POST", access.control.rpartition("/")[0], {**account, "seed": seed})
        for user_id, (first, last) in zip(_FIRST_USERS, names, strict=False):
            self.control("PATCH", f"/users/{user_id}", {"first_name": first, "last_name": last})
        self.prelude = len(self.setup)

    @property
    def world(self) -> World:
        return self._engine.world(self.access.account_sid)

    def control(self, method: str, path: str = "", body: Any = None) -> Any:  # noqa: ANN401  any JSON value
        """What the control API answers about this world; what it refuses is a mistake of whoever draws."""
        return self._control(method, self.access.control + path, body)

    def provider(self, request: Request) -> Response:
        """A request that belongs to the setup of a later one."""
        self.setup.append(request)
        return self.ask(request)

    def tell_next(self, story: Story) -> None:
        self.control("POST", "/scenarios/next", story_body(story))

    def advance(self, seconds: float) -> None:
        """Move the clock: all that becomes due happens, and no callback leaves."""
        self._wrote_advance(seconds)
        world = self.world
        until = world.clock.now() + timedelta(seconds=seconds)
        while (timer := world.store.take_due(until)) is not None:
            world.clock.move_to(timer.due)
            if isinstance(timer.work, Input):
                self._engine.feed(world, timer.call_sid, timer.work)
        world.clock.move_to(until)

    def remember(self, calls: int, days: int, seed: int) -> None:
        """Let there have been calls."""
        self._wrote("POST", f"{self.access.control}/history", {"calls": calls, "days": days, "seed": seed})
        self._engine.histories(self.world).tell_at_once(Part(calls, days, seed))

    def tick(self) -> bool:
        """Move to the next moment at which something happens; False if nothing will."""
        due = self.world.store.next_due()
        if due is None:
            return False
        self.advance((due - self.world.clock.now()).total_seconds())
        return True

    def ask(self, request: Request) -> Response:
        """What the server answers."""
        headers = {"Host": HOST, **request.headers}
        content = request.content
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": unquote(request.path),
            "raw_path": request.path.encode(),
            "query_string": request.target.partition("?")[2].encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 8080),
            "state": {},
        }
        return _answered(self._app, scope, content)

    def _wrote_advance(self, seconds: float) -> None:
        """Two advances in a row are one."""
        path = f"{self.access.control}/clock/advance"
        if self.setup[-1].path == path:
            seconds = round(seconds + self.setup.pop().json["seconds"], 6)
        self._wrote("POST", path, {"seconds": seconds})

    def _control(self, method: str, path: str, body: Any) -> Any:  # noqa: ANN401  any JSON value
        answer = self.ask(self._wrote(method, path, body))
        if answer.status >= 400:  # noqa: PLR2004
            message = f"{method} {path} {body}: {answer.content.decode()}"
            raise ValueError(message)
        return answer.json()

    def _wrote(self, method: str, path: str, body: Any) -> Request:  # noqa: ANN401  any JSON value
        body = msgspec.UNSET if body is None else body
        self.setup.append(Request(method=method, path=quote(path, safe="/"), json=body))
        return self.setup[-1]


def story_body(story: Story) -> dict[str, Any]:
    """A story as the control API takes it, without what it takes for granted."""
    told = _told(msgspec.to_builtins(story_view(story)))
    return told if story.talk is not None else {**told, "talk": None}


def _told(value: Any) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        return {
            name: _told(inner)
            for name, inner in value.items()
            if inner not in ((), [], "", None) and inner is not False
        }
    return [_told(one) for one in value] if isinstance(value, list) else value


def _answered(app: ASGIApp, scope: dict[str, Any], content: bytes) -> Response:
    """Run an application that waits for nothing but its request until it has answered."""
    started: list[Message] = []
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        else:
            body.extend(message.get("body", b""))

    _run(cast("Coroutine[Any, Any, None]", app(scope, receive, send)))
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in started[0]["headers"]}
    return Response(started[0]["status"], headers, bytes(body))


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("the application waits for something, and nothing here can bring it about")
