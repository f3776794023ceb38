"""A small application as readers may have one: it dials by the environment, and takes callbacks over ASGI."""

from __future__ import annotations

import os

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

CALLBACK = "http://app.test/callbacks"


def order(callee: str) -> dict[str, object]:
    return {
        "from": {"contact_uri": "+919812345678"},
        "to": {"contact_uri": callee},
        "virtual_number": "+912241499102",
        "status_callback": [{"event": event, "url": CALLBACK} for event in ("answered", "terminal")],
    }


def dial(callee: str) -> str:
    answer = httpx.post(
        f"{os.environ['MOCKSERVER_EXOTEL_V3_URL']}/calls",
        auth=(os.environ["MOCKSERVER_API_KEY"], os.environ["MOCKSERVER_API_TOKEN"]),
        json=order(callee),
    )
    answer.raise_for_status()
    return answer.json()["response"]["call_details"]["sid"]


async def adial(callee: str) -> str:
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{os.environ['MOCKSERVER_EXOTEL_V3_URL']}/calls",
            auth=(os.environ["MOCKSERVER_API_KEY"], os.environ["MOCKSERVER_API_TOKEN"]),
            json=order(callee),
        )
    answer.raise_for_status()
    return answer.json()["response"]["call_details"]["sid"]


def create_app() -> Starlette:
    """Keeps in its state what has become of each call; what comes after the end changes nothing."""
    app = Starlette()
    app.state.calls = {}

    async def callback(request: Request) -> Response:
        said = await request.json()
        event, details = said.get("event_details", {}), said.get("call_details", {})
        if event.get("event_type") == "terminal" and "status" in details:
            app.state.calls[details["sid"]] = details["status"]
        return PlainTextResponse("thank you")

    app.router.routes.append(Route("/callbacks", callback, methods=["POST"]))
    return app
