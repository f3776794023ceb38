"""A load generator: sends one request again and again over keep-alive connections, one at a time on each.

Usage: load.py HOST PORT REQUEST_FILE CONNECTIONS REQUESTS
Prints JSON: seconds, and how many answers had which status.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Client(asyncio.Protocol):
    """Sends the next request as soon as an answer is complete."""

    def __init__(self, request: bytes, budget: list[int], statuses: Counter[str], done: asyncio.Future[None]) -> None:
        self._request = request
        self._budget = budget
        self._statuses = statuses
        self._done = done
        self._answer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # asyncio's own wide signature

    def start(self) -> None:
        if not self._budget[0]:
            if not self._done.done():
                self._done.set_result(None)
            return
        self._budget[0] -= 1
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, separator, body = self._answer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _LENGTH.search(head)
        if length is None:
            self._done.set_exception(ValueError(f"an answer without content-length: {head!r}"))
        elif len(body) >= int(length[1]):
            self._statuses[head[9:12].decode()] += 1
            self._answer = b""
            self.start()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))


async def run(host: str, port: int, request: bytes, connections: int, requests: int) -> None:
    budget, statuses = [requests], Counter[str]()
    loop = asyncio.get_running_loop()
    dones = [loop.create_future() for _ in range(connections)]
    clients = [
        (await loop.create_connection(lambda done=done: Client(request, budget, statuses, done), host, port))[1]
        for done in dones
    ]
    began = time.perf_counter()
    for client in clients:
        client.start()
    await asyncio.gather(*dones)
    print(json.dumps({"seconds": time.perf_counter() - began, "statuses": statuses}))  # noqa: T201  its output


if __name__ == "__main__":
    host, port, request_file, connections, requests = sys.argv[1:]
    uvloop.run(run(host, int(port), Path(request_file).read_bytes(), int(connections), int(requests)))
