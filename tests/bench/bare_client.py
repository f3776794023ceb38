"""A bare aiohttp client loop: posts one body again and again, so many at a time.

Usage: bare_client.py URL BODY_FILE IN_FLIGHT REQUESTS
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
import uvloop


async def run(url: str, body: bytes, in_flight: int, requests: int) -> None:
    waiting = iter(range(requests))
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def post() -> None:
            for _ in waiting:
                async with session.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
                    await answer.read()

        await asyncio.gather(*(post() for _ in range(in_flight)))


if __name__ == "__main__":
    url, body_file, in_flight, requests = sys.argv[1:]
    uvloop.run(run(url, Path(body_file).read_bytes(), int(in_flight), int(requests)))
