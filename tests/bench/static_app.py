"""What there is to compare with: a Starlette application that answers bytes that it was given, on the same uvicorn.

Usage: static_app.py PORT [ANSWER_FILE]
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main() -> None:
    answer = Path(sys.argv[2]).read_bytes() if len(sys.argv) > 2 else b"{}"

    async def say(request: Request) -> Response:
        await request.body()
        return Response(answer, media_type="application/json")

    app = Starlette(routes=[Route("/", say, methods=["GET", "POST"])])
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", server_header=False)
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=2048) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)  # noqa: T201  its output
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
