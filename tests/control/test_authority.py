"""The authority that clients have to trust for HTTPS."""

from __future__ import annotations

import ssl

import httpx
import pytest

from mockserver.bootstrap import build_app
from mockserver.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_it_is_read_as_it_is(control):
    """PEM, as files and variables take it."""
    answer = control.ask("GET", "/ca.pem")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=answer.text)

    assert "application/x-pem-file" == answer.headers["content-type"]
    assert 1 == len(context.get_ca_certs())


async def test_without_tls_there_is_none():
    """The refusal says how there would be one; the settings show no URL."""
    transport = httpx.ASGITransport(build_app(Settings()))
    async with httpx.AsyncClient(transport=transport, base_url="http://mock/_mock/v1") as client:
        answer, config = await client.get("/ca.pem"), await client.get("/config")

    assert (404, "no-authority") == (answer.status_code, answer.json()["code"])
    assert "--tls" in answer.json()["hint"]
    assert config.json()["tls_url"] is None
