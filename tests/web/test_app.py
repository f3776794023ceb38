from __future__ import annotations

import base64
import logging

import pytest

from mockserver.bootstrap import openapi_documents
from mockserver.web.app import CollapsedSlashes

pytestmark = pytest.mark.anyio

CREDENTIALS = b"Basic " + base64.b64encode(b"key:token")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
async def test_health_is_open_to_everybody(client, path):
    """A probe needs no credentials."""
    answer = await client.get(path, auth=None)

    assert (200, {"status": "ok"}) == (answer.status_code, answer.json())


async def test_an_unknown_path_says_what_is_served(client):
    """Below no API the answer is a problem that names the prefixes and the way to the documents."""
    answer = await client.get("/v9/accounts")

    problem = answer.json()

    assert 404 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    assert ("no-such-path", "nothing is served at /v9/accounts") == (problem["code"], problem["detail"])
    assert "/v3" in problem["hint"]
    assert "/_mock/v1" in problem["hint"]
    assert "/openapi" in problem["hint"]


@pytest.mark.parametrize("path", ["/v3/nowhere", "/v3/", "/v3/accounts/mock", "/v3/a%0Ab"])
async def test_an_unknown_path_below_an_api_answers_in_its_dialect(client, path):
    """Under a provider's prefix even a 404 is the provider's own."""
    answer = await client.get(path)

    assert 404 == answer.status_code
    assert 1000 == answer.json()["response"]["error_data"]["code"]


@pytest.mark.parametrize(
    "path",
    [
        "//v3/accounts/mock/calls/nobody",
        "/v3//accounts/mock/calls/nobody",
        "/v3/accounts/mock//calls///nobody",
        "/v3/accounts/mock/calls/nobody/",
    ],
)
async def test_empty_segments_count_for_nothing(app, world, path):
    """A client that joins its base URL and its path carelessly is served all the same."""
    status = await _status(app, path)

    assert 404 == status
    assert ["exotel-v3.get-call"] == [exchange.operation for exchange in world.journal.entries()]


@pytest.mark.parametrize("path", ["//livez", "/livez/", "/openapi/", "//openapi//control.json"])
async def test_empty_segments_count_for_nothing_beside_the_apis_either(app, path):
    """A probe with a careless path is answered, too."""
    assert 200 == await _status(app, path)


async def test_slashes_in_a_query_stay():
    """Only the path is collapsed."""
    seen = []

    async def looks(scope, _receive, _send):
        seen.append((scope["path"], scope["query_string"]))

    await CollapsedSlashes(looks, ["/v3"])(
        {"type": "http", "path": "/a//b", "query_string": b"url=http://x//y"}, None, None
    )

    assert [("/a/b", b"url=http://x//y")] == seen


async def test_a_client_that_goes_away_is_no_bug_of_ours(app, world, caplog):
    """A connection that closes in the middle of a body is in the journal with status 0, and not in the log."""
    messages = iter([{"type": "http.request", "body": b'{"fr', "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        return next(messages)

    async def send(_message):
        """Nobody is there to read it."""

    with caplog.at_level(logging.WARNING):
        await app(_scope("/v3/accounts/mock/calls", "POST"), receive, send)

    [exchange] = world.journal.entries()

    assert (0, b'{"fr') == (exchange.status, exchange.body)
    assert [] == caplog.records


async def test_the_documents_are_listed(client):
    """The index names every OpenAPI document, and every one of them is there."""
    paths = (await client.get("/openapi")).json()["documents"]
    documents = [(await client.get(path)).json() for path in paths]

    assert [f"/openapi/{name}.json" for name in openapi_documents()] == paths
    assert [make() for make in openapi_documents().values()] == documents


async def test_an_unknown_document_is_answered_with_those_there_are(client):
    """Who guesses a document's name wrongly is told the right ones."""
    answer = await client.get("/openapi/exotel-v9.json")

    assert 404 == answer.status_code
    assert "/openapi/exotel-v3.json" in answer.json()["documents"]


def _scope(path: str, method: str = "GET") -> dict:
    headers = [(b"authorization", CREDENTIALS), (b"content-type", b"application/json")]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
    }


async def _status(app, path: str) -> int:
    """What an answer to the very path is; clients tidy paths up before they send them."""
    statuses = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(_scope(path), receive, send)
    [status] = statuses
    return status
