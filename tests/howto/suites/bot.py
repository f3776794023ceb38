"""A voicebot: it greets, listens, answers when the caller falls silent, and stops when it is interrupted."""

import asyncio
import base64
import json
import math
import threading
from struct import pack

from aiohttp import web

TONE = b"".join(pack("<h", round(8000 * math.sin(at / 4))) for at in range(8000))


async def talk(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    spoke, silent = False, 0
    async for message in socket:
        event = json.loads(message.data)
        if event["event"] == "start":
            await say(socket, event, seconds=1)
        elif event["event"] == "media":
            is_loud = any(base64.b64decode(event["media"]["payload"]))
            silent = 0 if is_loud else silent + 1
            if is_loud and not spoke:
                await socket.send_json({"event": "clear", "stream_sid": event["stream_sid"]})
            if spoke and silent == 3:
                await say(socket, event, seconds=4)
            spoke = is_loud or (spoke and silent < 3)
    return socket


async def say(socket, event, seconds):
    payload = base64.b64encode(TONE * seconds).decode()
    await socket.send_json({"event": "media", "stream_sid": event["stream_sid"], "media": {"payload": payload}})


def serve():
    """Serve the bot on a thread; its URL."""
    ready = threading.Event()
    ports = []

    async def run():
        app = web.Application()
        app.router.add_get("/", talk)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ports.append(runner.addresses[0][1])
        ready.set()
        await asyncio.Event().wait()

    threading.Thread(target=asyncio.run, args=(run(),), daemon=True).start()
    ready.wait(10)
    return f"ws://127.0.0.1:{ports[0]}/"
