"""The control token: with one, only who has it commands."""

from __future__ import annotations

import httpx
import pytest

from mockserver.bootstrap import build_app
from mockserver.settings import Settings

TOKEN = "s3cret-t0ken"


@pytest.fixture
def ask(control):
    """Asks a server with a control token."""
    app = build_app(Settings(clock="manual", control_token=TOKEN))

    async def send(path, method, headers):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock.test") as client:
            return await client.request(method, path, headers=headers)

    return lambda path, method="GET", **headers: control.http.portal.call(send, path, method, headers)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        TOKEN,
        f"Basic {TOKEN}",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer caf\u00e9",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/worlds"), ("POST", "/worlds"), ("GET", "/nowhere"), ("PATCH", "/worlds/mock")]
)
def test_who_does_not_have_it_is_refused(ask, expect_refusal, method, path, authorization):
    """Before anything else, and without telling the token."""
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    response = ask(f"/_mock/v1{path}", method, **headers)

    expect_refusal(response, 401, "unauthorized")
    assert 'Bearer realm="mockserver control"' == response.headers["www-authenticate"]
    assert TOKEN not in response.text


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_who_has_it_commands(ask, scheme):
    """The scheme in any case, as HTTP has it."""
    assert 200 == ask("/_mock/v1/worlds", Authorization=f"{scheme} {TOKEN}").status_code


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi", "/openapi/control.json"])
def test_what_watches_needs_none(ask, path):
    """Probes, scrapes and documents are open."""
    assert 200 == ask(path).status_code


def test_the_emulated_apis_need_none(ask):
    """They have the credentials of their worlds."""
    assert 401 == ask("/v3/accounts/mock/calls/x").status_code
    assert "www-authenticate" in ask("/v3/accounts/mock/calls/x").headers


def test_it_is_never_shown(ask):
    """Neither in the configuration nor in the journal, wherever it was sent by mistake."""
    known = {"Authorization": f"Bearer {TOKEN}"}
    ask("/v3/accounts/mock/calls/x", **known)
    config, journal = ask("/_mock/v1/config", **known), ask("/_mock/v1/worlds/mock/requests", **known)

    assert "<redacted>" == config.json()["settings"]["control_token"]
    assert ["authorization", "Bearer <redacted>"] in journal.json()["requests"][0]["headers"]
    assert TOKEN not in config.text + journal.text


def test_the_document_tells_of_it(control):
    """Every operation may answer 401, and the scheme is a bearer token that not every server asks for."""
    document = control.document
    operations = [one for item in document["paths"].values() for one in item.values()]

    assert all("401" in one["responses"] for one in operations)
    assert {"type": "http", "scheme": "bearer"} == document["components"]["securitySchemes"]["token"]
    assert [{}, {"token": []}] == document["security"]


def test_the_settings_in_force_are_shown(control):
    """By the names of the options, with what was said and what was not."""
    config = control.ask("GET", "/config").json()

    assert ("manual", 1_000, None) == tuple(
        config["settings"][name] for name in ("clock", "journal_entries", "control_token")
    )
