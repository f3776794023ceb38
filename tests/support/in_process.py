"""The application in this process, asked like a server, and its answers held against the documents it publishes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from jsonschema import Draft202012Validator
from starlette.types import ASGIApp


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application whose lifespan lasts as long as the block."""
    inbox, outbox = asyncio.Queue(), asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    lifespan = asyncio.create_task(app(scope, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    assert {"type": "lifespan.startup.complete"} == await outbox.get()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock.test") as client:
        yield client
    await inbox.put({"type": "lifespan.shutdown"})
    await lifespan


@dataclass(frozen=True)
class InProcess:
    """What the application fails to handle is raised in the test."""

    app: ASGIApp
    portal: BlockingPortal
    client: httpx.AsyncClient

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.portal.call(partial(self.client.request, method, path, **options))


@contextmanager
def in_process(app: ASGIApp) -> Iterator[InProcess]:
    """The application, running on a thread of its own until the block is left."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(running(app)) as client:
        yield InProcess(app, portal, client)


class Documented:
    """Holds answers against an OpenAPI document. `spelling` is how the document writes a request's path."""

    def __init__(self, document: dict[str, Any], spelling: Callable[[str], str] = str) -> None:
        self.document = document
        self._spelling = spelling
        self._paths = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path)), operations)
            # A word in a path goes before a parameter in its place.
            for path, operations in sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
        ]

    def check(self, response: httpx.Response) -> dict[str, Any] | None:
        """What is documented of an answer; None where nothing is, as for unknown paths and free faults."""
        request, status = response.request, str(response.status_code)
        path = self._spelling(request.url.path)
        found = (operations for pattern, operations in self._paths if pattern.fullmatch(path))
        operation = next(found, {}).get(request.method.lower())
        if operation is None:
            return None
        answers = operation["responses"]
        if status not in answers and "x-mockserver-fault" in response.headers:
            return None
        assert status in answers, f"{request.method} {path}: {status} is not documented: {response.text}"
        kind = response.headers["content-type"]
        schema = answers[status]["content"][kind]["schema"]
        validator = Draft202012Validator({**schema, "components": self.document["components"]})
        said = response.json() if "json" in kind else response.text
        misfits = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(said)]
        assert [] == misfits, f"{request.method} {path}: {status} is not as documented"
        return answers[status]
