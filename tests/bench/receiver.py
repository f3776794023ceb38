"""A fast receiver of callbacks: answers 200 and counts.

Usage: receiver.py EXPECTED
Prints its address; then, when EXPECTED requests have come, JSON: seconds from the first to the last, how many, and the
body of the last.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Tally:
    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.count = 0
        self.first = self.last = 0.0
        self.body = b""
        self.is_complete = asyncio.Event()

    def add(self, body: bytes) -> None:
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.count += 1
        self.body = body
        if self.count == self.expected:
            self.is_complete.set()


class Receiver(asyncio.Protocol):
    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._data = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # asyncio's own wide signature

    def data_received(self, data: bytes) -> None:
        self._data += data
        while self._data:
            head, separator, body = self._data.partition(b"\r\n\r\n")
            length = int(match[1]) if (match := _LENGTH.search(head)) else 0
            if not separator or len(body) < length:
                return
            self._data = body[length:]
            self._tally.add(body[:length])
            self._transport.write(_ANSWER)


async def run(expected: int) -> None:
    tally = Tally(expected)
    server = await asyncio.get_running_loop().create_server(lambda: Receiver(tally), "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)  # noqa: T201  its output
    await tally.is_complete.wait()
    report = {"seconds": tally.last - tally.first, "count": tally.count, "body": tally.body.decode()}
    print(json.dumps(report), flush=True)  # noqa: T201  its output
    await asyncio.Event().wait()  # what comes too much is answered, too


if __name__ == "__main__":
    uvloop.run(run(int(sys.argv[1])))
