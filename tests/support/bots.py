"""Voicebots for tests: on a loopback port, in a thread with an event loop of their own."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSMsgType, web

_START_SECONDS = 10


def tone(seconds: float, rate: int = 8_000) -> bytes:
    """Something to be heard."""
    return b"".join(
        struct.pack("<h", round(8_000 * math.sin(2 * math.pi * 300 * at / rate))) for at in range(int(seconds * rate))
    )


@dataclass
class Talk:
    """One stream as a bot sees it."""

    socket: web.WebSocketResponse
    request: web.Request
    received: list[dict[str, Any]] = field(default_factory=list)
    code: int | None = None
    frames: int = 0
    closed: threading.Event = field(default_factory=threading.Event)
    sid_name: str = "stream_sid"

    @property
    def sid(self) -> str | None:
        return next((one["stream_sid"] for one in self.received if one["event"] == "start"), None)

    def all(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.received if one["event"] == event]

    async def send(self, event: str, **facts: Any) -> None:
        await self.socket.send_json({"event": event, self.sid_name: self.sid, **facts})

    async def say(self, audio: bytes) -> None:
        await self.send("media", media={"payload": base64.b64encode(audio).decode()})

    async def mark(self, name: str) -> None:
        await self.send("mark", mark={"name": name})

    async def clear(self) -> None:
        await self.send("clear")


Behaviour = Callable[[Talk, dict[str, Any]], Awaitable[None]]


class Bots:
    """Serves bots by name: `bots.add("echo", behaviour)` is at `bots.url("echo")`. A context manager."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.talks: list[Talk] = []
        self._behaviours: dict[str, Behaviour | None] = {}
        self._answers: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    def add(self, name: str, behaviour: Behaviour | None = None) -> str:
        """A bot that does this with each message; by default it only listens."""
        self._behaviours[name] = behaviour
        return self.url(name)

    def refuse(self, name: str, *statuses: int, **options: Any) -> None:
        """Answer the next handshakes of a bot with these instead."""
        self._answers[name] = [(status, options) for status in statuses]

    def url(self, name: str, scheme: str = "ws", userinfo: str = "", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{userinfo}{host}:{self.port}/{name}"

    @property
    def last(self) -> Talk:
        return self.talks[-1]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(_START_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_START_SECONDS)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.run_until_complete(_leave())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        app = web.Application()
        app.router.add_get("/{name}", self._handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if self._answers.get(name):
            status, options = self._answers[name].pop(0)
            return web.Response(status=status, **options)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        talk = Talk(socket, request)
        self.talks.append(talk)
        behaviour = self._behaviours[name]
        with suppress(ConnectionError):
            while not socket.closed:
                message = await socket.receive()
                if message.type is WSMsgType.CLOSE:
                    talk.code = message.data
                elif message.type is WSMsgType.TEXT:
                    talk.received.append(json.loads(message.data))
                    talk.frames += talk.received[-1]["event"] == "media"
                    if behaviour is not None:
                        await behaviour(talk, talk.received[-1])
        talk.closed.set()
        return socket


async def _leave() -> None:
    """End what is still running in this loop."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


async def echo(talk: Talk, message: dict[str, Any]) -> None:
    """Says what it hears, and sends marks and keys back as the official example does."""
    if message["event"] == "media":
        await talk.say(base64.b64decode(message["media"]["payload"]))
    elif message["event"] == "mark":
        await talk.mark(message["mark"]["name"])
    elif message["event"] == "dtmf":
        await talk.send("dtmf", dtmf=message["dtmf"])


async def camel_echo(talk: Talk, message: dict[str, Any]) -> None:
    """The same, in the other spelling."""
    talk.sid_name = "streamSid"
    await echo(talk, message)
