"""The authorities that a machine trusts already."""

from __future__ import annotations

import ssl

import pytest

from mockserver.tls import trusted
from mockserver.tls.memory_file import in_memory


def test_what_a_variable_names_is_trusted(tmp_path):
    """Who has replaced the system's keeps the replacement."""
    (tmp_path / "mine.pem").write_text("mine")

    assert b"mine\n" == trusted.trusted_pem({"SSL_CERT_FILE": str(tmp_path / "mine.pem")})
    assert b"mine\n" == trusted.trusted_pem({"CURL_CA_BUNDLE": str(tmp_path / "mine.pem")}, "CURL_CA_BUNDLE")


def test_else_it_is_the_systems():
    """Some hundred certificates, where a system has any."""
    found = trusted.trusted_pem({"SSL_CERT_FILE": "/no/such/file"})
    if not found:
        pytest.skip("this machine trusts nobody")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=found.decode())

    assert len(context.get_ca_certs()) > 10


def test_or_nobodys(monkeypatch, tmp_path):
    """A machine may trust nobody at all."""
    monkeypatch.setattr(trusted, "_USUAL", (str(tmp_path / "none"),))
    monkeypatch.setattr(trusted, "_certifi", lambda: None)
    paths = ssl.DefaultVerifyPaths(*[str(tmp_path / "none")] * 6)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)

    assert b"" == trusted.trusted_pem({})


@pytest.mark.parametrize("is_linux", [True, False])
def test_a_file_in_memory_can_be_read_by_its_path(monkeypatch, is_linux):
    """Where there is no such thing, it is a temporary file; afterwards it is gone."""
    if not is_linux:
        monkeypatch.delattr("os.memfd_create", raising=False)
    with in_memory(b"content") as path, open(path, "rb") as file:  # noqa: PTH123  a descriptor's path
        assert b"content" == file.read()

    with pytest.raises(OSError, match="No such file"):
        open(path, "rb")  # noqa: PTH123, SIM115  as above
