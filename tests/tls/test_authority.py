"""The authority of HTTPS: what it vouches for, and where it is kept."""

from __future__ import annotations

import errno
import os
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cryptography import x509

from mockserver.domain.errors import BadInput
from mockserver.tls.authority import CERTIFICATE, KEY, kept_authority, new_authority

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = ("api.exotel.com", "*.nectardesk.io", "localhost", "127.0.0.1", "::1")


@pytest.fixture(scope="module")
def authority():
    return new_authority()


def _leaf(issued):
    return x509.load_pem_x509_certificate(issued.chain)


def _shakes_hands(context, pem, name):
    """Whether a client that trusts nothing else, and is strict, takes a server for who it is asked to be."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client.load_verify_locations(cadata=pem.decode())
    near, far = socket.socketpair()

    def serve():
        try:
            context.wrap_socket(far, server_side=True).close()
        except OSError:
            far.close()  # the client has gone

    server = threading.Thread(target=serve)
    server.start()
    try:
        with client.wrap_socket(near, server_hostname=name) as secured:
            return secured.version()
    finally:
        server.join()


@pytest.mark.parametrize("name", ["api.exotel.com", "acme.nectardesk.io", "localhost", "127.0.0.1", "::1"])
def test_a_client_that_trusts_it_takes_the_servers_word(authority, name):
    """Hosts, tenants and addresses are verified, also by the strict rules that newer Pythons have."""
    context = authority.server_context(NAMES, datetime.now(UTC))

    assert "TLSv1.3" == _shakes_hands(context, authority.pem, name)


@pytest.mark.parametrize("name", ["example.com", "a.b.nectardesk.io", "127.0.0.2"])
def test_it_vouches_for_nothing_else(authority, name):
    """A name that was not said is not verified."""
    context = authority.server_context(NAMES, datetime.now(UTC))

    with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"):
        _shakes_hands(context, authority.pem, name)


def test_who_trusts_another_authority_does_not_trust_this_one(authority):
    """Two authorities have nothing in common."""
    context = authority.server_context(NAMES, datetime.now(UTC))

    with pytest.raises(ssl.SSLCertVerificationError):
        _shakes_hands(context, new_authority().pem, "localhost")


def test_a_certificate_is_good_for_a_year(authority):
    """From yesterday on, as clocks differ, and for less than what systems refuse as too long."""
    leaf = _leaf(authority.issue(["localhost"], NOW))

    assert NOW - timedelta(days=1) == leaf.not_valid_before_utc
    assert timedelta(days=365) < leaf.not_valid_after_utc - NOW < timedelta(days=398)


@pytest.mark.parametrize("name", ["two words", "", "*.*.example", "a" * 70 + ".example"])
def test_a_name_that_is_none_is_refused(authority, name):
    """What no certificate can say is a mistake in --tls-name."""
    with pytest.raises(BadInput) as refused:
        authority.issue([name], NOW)

    assert "tls_name" == refused.value.where


def test_a_folder_keeps_it(tmp_path):
    """Made once, the same ever after; nobody else may read its key."""
    folder = tmp_path / "deep" / "data"
    first, second = (kept_authority(folder, NOW) for _ in range(2))

    assert first.pem == second.pem == (folder / CERTIFICATE).read_bytes()
    assert 0o600 == stat.S_IMODE((folder / KEY).stat().st_mode)
    assert "TLSv1.3" == _shakes_hands(second.server_context(NAMES, datetime.now(UTC)), first.pem, "localhost")


def test_an_authority_of_somebody_else_is_used(tmp_path):
    """Who has one that is trusted already lays it there."""
    theirs = trustme.CA(key_type=trustme.KeyType.RSA)
    theirs.cert_pem.write_to_path(tmp_path / CERTIFICATE)
    theirs.private_key_pem.write_to_path(tmp_path / KEY)
    kept = kept_authority(tmp_path, NOW)

    assert theirs.cert_pem.bytes() == kept.pem
    assert "TLSv1.3" == _shakes_hands(kept.server_context(NAMES, datetime.now(UTC)), kept.pem, "localhost")


def _lay(folder, certificate, key):
    (folder / CERTIFICATE).write_bytes(certificate)
    (folder / KEY).write_bytes(key)


def _broken(folder):
    _lay(folder, b"no certificate", b"no key")


def _cut(folder):
    _lay(folder, new_authority().pem[:-100], trustme.CA().private_key_pem.bytes())


def _foreign_key(folder):
    _lay(folder, trustme.CA().cert_pem.bytes(), trustme.CA().private_key_pem.bytes())


def _of_a_server(folder):
    issued = new_authority().issue(["localhost"], NOW)
    _lay(folder, issued.chain, issued.key)


def _half(folder):
    (folder / CERTIFICATE).write_bytes(new_authority().pem)


def _other_half(folder):
    (folder / KEY).write_bytes(trustme.CA().private_key_pem.bytes())


@pytest.mark.parametrize(
    ("lay", "reason"),
    [
        (_broken, "are no authority and its key"),
        (_cut, "are no authority and its key"),
        (_foreign_key, "is not the key of"),
        (_of_a_server, "the certificate of a server"),
        (_half, f"{KEY} is missing"),
        (_other_half, f"{CERTIFICATE} is missing"),
    ],
)
def test_files_that_are_of_no_use_are_refused(tmp_path, lay, reason):
    """Nothing is overwritten: somebody trusts it, or has laid it there by mistake. What to do is said."""
    lay(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(BadInput, match=reason) as refused:
        kept_authority(tmp_path, NOW)

    assert ("data_dir", True) == (refused.value.where, "Remove both files" in refused.value.hint)
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_one_that_is_over_is_refused(tmp_path):
    """Its date is said."""
    kept_authority(tmp_path, NOW)

    with pytest.raises(BadInput, match="has expired on 3000-01-01"):
        kept_authority(tmp_path, datetime(3000, 1, 2, tzinfo=UTC))


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    """The operating system's word, and what to do."""

    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(BadInput, match="Permission denied"):
        kept_authority(tmp_path / "data", NOW)


def test_a_file_where_a_folder_should_be_is_named(tmp_path):
    """As with every mistake: what, where, and the mend."""
    (tmp_path / "data").write_text("a file")

    with pytest.raises(BadInput, match="cannot be used") as refused:
        kept_authority(tmp_path / "data", NOW)

    assert "name another" in refused.value.hint
