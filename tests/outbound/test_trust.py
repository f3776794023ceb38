"""Whose certificates the sender takes."""

from __future__ import annotations

import socket

import pytest
from https_receiver import https_receiver

from mockserver.bootstrap import build_engine
from mockserver.domain.errors import BadInput
from mockserver.engine.delivery import OutboundRequest, SendFailed
from mockserver.outbound.http_sender import HttpSender
from mockserver.outbound.policy import CallbackPolicy
from mockserver.outbound.trust import Trust
from mockserver.settings import Settings
from mockserver.tls.authority import new_authority

pytestmark = pytest.mark.anyio

PATIENCE = 5.0


@pytest.fixture(scope="module")
def authority():
    return new_authority()


@pytest.fixture
def file(authority, tmp_path):
    """The authority's certificate as a file."""
    path = tmp_path / "ca.pem"
    path.write_bytes(authority.pem)
    return str(path)


async def _send(trust, url):
    sender = HttpSender(CallbackPolicy(), trust)
    try:
        return await sender.send(OutboundRequest("POST", url, (), b"{}"), PATIENCE)
    finally:
        await sender.aclose()


async def test_a_file_of_authorities_is_trusted(authority, file):
    """`--callback-ca`: the receiver's certificate is from there."""
    with https_receiver(authority) as (url, received):
        reply = await _send(Trust(files=(file,)), url)

    assert (200, [b"{}"]) == (reply.status, received)


async def test_our_own_authority_is_trusted(authority):
    """An application may have its certificate from the server."""
    with https_receiver(authority) as (url, received):
        await _send(Trust(authority=authority.pem), url)

    assert [b"{}"] == received


async def test_nobody_has_to_be_trusted(authority):
    """`--no-callback-verify` takes any certificate, for any name."""
    with https_receiver(authority, "other.example") as (url, received):
        await _send(Trust(verifies=False), url)

    assert [b"{}"] == received


@pytest.mark.parametrize("trust", [Trust(), Trust(authority=new_authority().pem)], ids=["system", "another"])
async def test_a_stranger_is_not_trusted(authority, trust):
    """Nothing is sent, and the words say whose certificate it was, what was wrong, and what to do."""
    with https_receiver(authority) as (url, received), pytest.raises(SendFailed) as failed:
        await _send(trust, url)

    host = url.removeprefix("https://").rstrip("/")
    words = str(failed.value)
    assert ("tls", []) == (failed.value.reason, received)
    assert words.startswith(f"the certificate of {host} is not trusted: unable to get local issuer certificate.")
    assert "--callback-ca" in words
    assert "--no-callback-verify" in words


async def test_a_certificate_for_another_name_is_not_trusted(authority, file):
    """Trusted or not, it has to be the receiver's own."""
    with https_receiver(authority, "other.example") as (url, _), pytest.raises(SendFailed, match="ostname mismatch"):
        await _send(Trust(files=(file,)), url)


async def test_where_nobody_listens_there_is_no_word_of_certificates(authority):
    """The connection was refused before."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SendFailed) as failed:
        await _send(Trust(authority=authority.pem), f"https://127.0.0.1:{port}/")

    assert "refused" == failed.value.reason


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file or directory"), ("no certificate", "it holds no certificates")]
)
def test_a_file_of_no_use_is_told_at_the_start(tmp_path, content, reason):
    """Not when the first callback is due."""
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)

    with pytest.raises(BadInput, match=reason) as refused:
        build_engine(Settings(callback_ca=(str(path),)))

    assert "callback_ca" == refused.value.where
