"""`mockserver ca`, and what makes programs trust it."""

from __future__ import annotations

import json
import ssl
import sys
from pathlib import Path

import httpx
import pytest

from mockserver.cli.access import banner
from mockserver.cli.trust import ADDING, PHP, REPLACING, guide, write_trust
from mockserver.listening import Address
from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.tls.authority import new_authority

PEM = new_authority().pem
LANGUAGES = ("requests", "httpx", "aiohttp", "Node", "Go", "Ruby", "PHP", "Java", "curl", "Debian", "macOS", "Windows")


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0, tls=True, tls_port=0, control_token="hush")) as server:
        yield server


def _said(url):
    return ("ca", "--url", url, "--token", "hush")


def test_it_prints_the_authority_of_a_server(command, server):
    """PEM and nothing else, for a pipe."""
    ended = command(*_said(server.base_url))

    assert (0, server.address.authority.decode()) == (ended.returncode, ended.stdout)


def test_it_writes_the_authority_and_shows_how_to_trust_it(command, server, tmp_path):
    """For every language and system, with the file's name."""
    ended = command(*_said(server.base_url), "--out", "mine.pem")

    assert server.address.authority == (tmp_path / "mine.pem").read_bytes()
    assert [] == [word for word in LANGUAGES if word not in ended.stdout]
    assert "NODE_EXTRA_CA_CERTS=mine.pem" in ended.stdout
    assert "--bundle FILE" in ended.stdout


def test_a_bundle_holds_the_systems_authorities_too(command, server, tmp_path, monkeypatch):
    """For variables that replace what a program trusts; those who do not, are still given the authority alone."""
    (tmp_path / "system.pem").write_bytes(PEM)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))
    ended = command(*_said(server.base_url), "--out", "mine.pem", "--bundle", "all.pem")

    assert PEM + server.address.authority == (tmp_path / "all.pem").read_bytes()
    assert "SSL_CERT_FILE=all.pem" in ended.stdout
    assert "NODE_EXTRA_CA_CERTS=mine.pem" in ended.stdout
    assert "--bundle FILE" not in ended.stdout


@pytest.mark.parametrize("words", [("--data-dir", "data"), ()])
def test_a_folder_has_it_before_there_is_a_server(command, tmp_path, words):
    """Made, if there is none: what is baked into an image is trusted when the server starts."""
    environment = {} if words else {"MOCKSERVER_DATA_DIR": "data"}
    first, second = (command("ca", *words, **environment).stdout for _ in range(2))

    assert first == second == (tmp_path / "data" / "ca.pem").read_text()


def test_an_application_gets_a_certificate(command, tmp_path):
    """For its own HTTPS: the server that has the folder trusts it with its callbacks."""
    ended = command("ca", "issue", "app.test", "127.0.0.1", "--data-dir", "data")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    again = command("ca", "issue", "app.test", "--data-dir", "data")

    assert (0, ["cert.pem", "key.pem"]) == (ended.returncode, ended.stdout.splitlines())
    assert 0o600 == (tmp_path / "key.pem").stat().st_mode & 0o777
    assert (1, "mockserver: key.pem cannot be written: File exists. Name another place.\n") == (
        again.returncode,
        again.stderr,
    )


@pytest.mark.parametrize("words", [("--data-dir", "data"), ("app.test",)])
def test_a_certificate_needs_names_and_an_authority(command, words):
    """One line that says what is missing."""
    ended = command("ca", "issue", *words)

    assert (2, 1) == (ended.returncode, len(ended.stderr.splitlines()))


def test_without_tls_there_is_none(command):
    """One line with what to do, exit code 1."""
    with Server(Settings(port=0)) as server:
        ended = command("ca", "--url", server.base_url)

    [line] = ended.stderr.splitlines()
    assert 1 == ended.returncode
    assert "--tls" in line


def test_a_file_that_cannot_be_written_is_named(command, server):
    """One line, exit code 1."""
    ended = command(*_said(server.base_url), "--out", "no/such/folder/ca.pem")

    assert (1, 1) == (ended.returncode, len(ended.stderr.splitlines()))
    assert "no/such/folder/ca.pem" in ended.stderr


def test_every_variable_names_a_file_that_holds_the_authority(tmp_path):
    """Those that replace hold others besides; those that add hold nothing else."""
    (tmp_path / "system.pem").write_bytes(new_authority().pem)
    found = write_trust(tmp_path, PEM, {"SSL_CERT_FILE": str(tmp_path / "system.pem")}).variables
    counted = {name: _count(found[name]) for name in (*REPLACING, *ADDING)}

    assert {**dict.fromkeys(REPLACING, 2), **dict.fromkeys(ADDING, 1)} == counted
    assert {*REPLACING, *ADDING, PHP} == set(found)


def test_what_an_environment_names_already_is_kept(tmp_path):
    """Whoever trusts an authority of the company's goes on trusting it."""
    (tmp_path / "company.pem").write_bytes(new_authority().pem + new_authority().pem)
    said = dict.fromkeys(("REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), str(tmp_path / "company.pem"))
    (tmp_path / "trust").mkdir()
    found = write_trust(tmp_path / "trust", PEM, {**said, "PHP_INI_SCAN_DIR": "/etc/theirs"}).variables

    assert [3, 3] == [_count(found[name]) for name in said]
    assert f"/etc/theirs:{tmp_path / 'trust' / 'php'}" == found[PHP]


def test_the_guide_is_for_people():
    """No line is longer than a terminal's, but for paths; it says what trusting means."""
    text = guide(Path("ca.pem"), None)

    assert max(map(len, text.splitlines())) < 130
    assert "prefer a variable" in text


def test_exec_sets_them_for_its_command(command, tmp_path):
    """With --tls; the file is there while the command runs, and gone afterwards."""
    program = (
        "import json, os, ssl, urllib.request as request\n"
        "names = ('MOCKSERVER_TLS_URL', 'MOCKSERVER_CA_FILE', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS')\n"
        "answer = request.urlopen(os.environ['MOCKSERVER_TLS_URL'] + '/livez')\n"
        "json.dump([answer.status, *(os.environ[name] for name in names)], open('seen', 'w'))"
    )
    ended = command("exec", "--tls", "--", sys.executable, "-c", program, NODE_EXTRA_CA_CERTS="")
    status, url, alone, bundle, node = json.loads((tmp_path / "seen").read_text())

    assert (0, 200, True, alone) == (ended.returncode, status, url.startswith("https://127.0.0.1:"), node)
    assert bundle != alone
    assert not Path(alone).exists()


def test_a_server_tells_where_https_is(serve, tmp_path):
    """Banner, line of JSON and ready file show it, and how to trust it; the folder keeps the authority."""
    served = serve("--tls", "--tls-port", "0", "--data-dir", "data", "--ready-file", "ready.json")
    trust = ssl.create_default_context(cafile=tmp_path / "data" / "ca.pem")

    assert served.ready == json.loads((tmp_path / "ready.json").read_text())
    assert 200 == httpx.get(f"{served.ready['tls_url']}/livez", verify=trust).status_code
    assert (tmp_path / "data" / "ca.pem").read_text() == httpx.get(served.ready["ca"]).text


def test_the_banner_tells_where_https_is():
    """For a person, with the command that has the authority; nothing of it without TLS."""
    address = Address("http://127.0.0.1:8080", "https://127.0.0.1:8443", PEM)
    [line] = [line for line in banner(Settings(tls=True), address).splitlines() if "HTTPS" in line]

    assert "https://127.0.0.1:8443 " in line
    assert "mockserver ca --url http://127.0.0.1:8080 --out ca.pem" in line
    assert "HTTPS" not in banner(Settings(), Address("http://127.0.0.1:8080"))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--tls-name", "x.test"), "--tls-name is a name of the certificate of --tls. Say --tls as well."),
        (("--tls", "--tls-port", "70000"), "--tls-port must be between 0 and 65535"),
        (("--tls", "--port", "0", "--tls-port", "0", "--tls-name", "two words"), "no certificate can be made"),
        (("--tls", "--port", "0", "--tls-port", "0", "--data-dir", "file"), "file cannot be used"),
        (("--port", "0", "--callback-ca", "file"), "--callback-ca file cannot be used: it holds no certificates"),
    ],
)
def test_a_mistake_is_one_line(command, tmp_path, words, reason):
    """What, where and the mend; exit code 2."""
    (tmp_path / "file").write_text("no folder, no certificate")
    ended = command(*words)

    [line] = ended.stderr.splitlines()
    assert 2 == ended.returncode
    assert reason in line


def _count(path):
    return Path(path).read_bytes().count(b"BEGIN CERTIFICATE")
