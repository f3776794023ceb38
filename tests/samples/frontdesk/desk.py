"""The front desk: who is on duty, whom a caller's key asks for, and what became of each call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

# By the key that a caller presses.
DUTY = {"1": ["+919833330001", "+919833330002", "+919833330003"], "2": ["+919833330009"]}


@dataclass
class FrontDesk:
    """What the application knows; `heard` is every request in its order: where it went, and its parameters."""

    version: str
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def whom(self, asked: dict[str, str]) -> dict[str, Any]:
        """Whom to dial, in the version that the header names."""
        numbers = DUTY[asked["digits"].strip('"')]
        destination: Any = {"numbers": numbers}
        if self.version == "1.1":
            destination = [{"contact_uri": number, "state_management": True} for number in numbers]
        return {
            "fetch_after_attempt": False,
            "destination": destination,
            "record": True,
            "recording_channels": "dual",
            "max_ringing_duration": 20,
            "max_conversation_duration": 3600,
        }

    def words(self, path: str) -> list[dict[str, str]]:
        return [said for where, said in self.heard if where == path]


def web_app(desk: FrontDesk) -> Starlette:
    """The desk on the web."""

    async def welcome(request: Request) -> Response:
        desk.heard.append((request.url.path, dict(request.query_params)))
        return PlainTextResponse("Welcome to the clinic", media_type="text/plain")

    async def whom(request: Request) -> Response:
        asked = dict(request.query_params)
        desk.heard.append((request.url.path, asked))
        if request.headers.get("exotel-version") != desk.version:
            return PlainTextResponse("which version is this?", 400)
        return JSONResponse(desk.whom(asked))

    async def note(request: Request) -> Response:
        said = dict(request.query_params) if request.method == "GET" else await request.json()
        desk.heard.append((request.url.path, said))
        return Response()

    return Starlette(
        routes=[
            Route("/welcome", welcome),
            Route("/whom", whom),
            Route("/agents", note),
            Route("/passthru", note),
            Route("/ended", note, methods=["POST"]),
        ]
    )
