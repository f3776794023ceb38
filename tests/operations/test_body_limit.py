from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mockserver.operations.body_limit import BodyLimit

pytestmark = pytest.mark.anyio

LIMIT = 10


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = Starlette(
        routes=[
            Route("/echo", _echo, methods=["POST"]),
            Route("/early", _early, methods=["POST"]),
            Route("/own", _own, methods=["POST"]),
        ],
        exception_handlers={HTTPException: _in_dialect},
    )
    limited = BodyLimit(app, LIMIT, lambda scope: PlainTextResponse(f"too large for {scope['path']}", 413))
    return httpx.AsyncClient(transport=httpx.ASGITransport(limited), base_url="http://mock")


async def test_a_body_up_to_the_limit_passes(client):
    """The limit itself is allowed."""
    answer = await client.post("/echo", content=b"x" * LIMIT)

    assert (200, "x" * LIMIT) == (answer.status_code, answer.text)


async def test_a_body_over_the_limit_is_refused_in_the_apis_own_words(client):
    """One byte more is answered with 413 and what the API makes of it."""
    answer = await client.post("/echo", content=b"x" * (LIMIT + 1))

    assert (413, "too large for /echo") == (answer.status_code, answer.text)


async def test_a_body_of_undeclared_length_is_counted(client):
    """A chunked body over the limit is refused alike, also where the API has its own words for HTTP errors."""
    answer = await client.post("/echo", content=_chunks(4, b"xxx"))

    assert (413, "too large for /echo") == (answer.status_code, answer.text)


async def test_a_refusal_of_the_applications_own_passes(client):
    """An application that answers 413 to a small body, as a fault rule may let it, is not spoken for."""
    answer = await client.post("/own", content=b"x")

    assert (413, "my own") == (answer.status_code, answer.text)


async def test_a_chunked_body_up_to_the_limit_passes(client):
    """Chunks are counted together."""
    answer = await client.post("/echo", content=_chunks(5, b"xx"))

    assert (200, "x" * LIMIT) == (answer.status_code, answer.text)


async def test_a_large_body_that_nobody_reads_is_refused_too(client):
    """A handler that answers without reading does not let a large body pass."""
    answer = await client.post("/early", content=b"x" * (LIMIT + 1))

    assert (413, "too large for /early") == (answer.status_code, answer.text)


async def _echo(request: Request) -> Response:
    return Response(await request.body())


async def _own(_request: Request) -> Response:
    return PlainTextResponse("my own", 413)


async def _early(_request: Request) -> Response:
    return PlainTextResponse("not looked at")


async def _in_dialect(_request: Request, error: Exception) -> Response:
    return PlainTextResponse(f"dialect: {error}", 404)


def _chunks(count: int, chunk: bytes) -> Iterator[bytes]:
    async def chunks():
        for _ in range(count):
            yield chunk

    return chunks()
