"""`exec --hosts` in its parts; programs of many languages under it are in tests/live."""

from __future__ import annotations

import errno
import ipaddress
import re
import subprocess
import sys

import pytest

from mockserver.cli import real_hosts
from mockserver.cli.real_hosts import CannotLead, names_of, own_doors, privately, without_proxy, write_hosts
from mockserver.listening import CannotListen
from mockserver.settings import ExecSettings, Settings

ADDRESS = "127.64.0.9"
MACHINE = """\
127.0.0.1 localhost
::1 localhost ip6-localhost  # a word
10.0.0.5 API.exotel.com db.internal
10.0.0.6 api.exotel.com
# nothing
"""


@pytest.fixture
def refusing(monkeypatch):
    """Lets every address refuse to be listened on."""

    def refuse(number):
        def listen(host, port):
            raise CannotListen(OSError(number, "no"), f"{host}:{port}", "--port")

        monkeypatch.setattr(real_hosts, "listen", listen)

    return refuse


@pytest.fixture
def asked(monkeypatch):
    """What the probes of the namespaces answer, and what was asked."""
    words, answers = [], []

    def run(command, **_):
        words.append(command)
        code, out, err = answers.pop(0)
        return subprocess.CompletedProcess(command, code, out, err)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(real_hosts.shutil, "which", lambda name: f"/bin/{name}")
    return words, answers


def test_the_names_are_the_real_hosts_tenants_and_what_was_said():
    """A tenant for each world; what is no name of one host cannot stand in a hosts file."""
    settings = ExecSettings(
        hosts=True,
        world=("acme:k:t", "no_label:k2:t2"),
        access_token=("no_label:x",),
        tls_name=("calls.example.test", "*.example.test", "192.0.2.1"),
    )
    names = names_of(settings)

    assert {"api.exotel.com", "ccm-api.exotel.com", "ccm-api.exotel.sg", "twilix.exotel.in"} <= set(names)
    assert ["mock.nectardesk.io", "acme.nectardesk.io", "calls.example.test"] == names[-3:]


def test_a_hosts_file_leads_the_names_here_and_leaves_the_rest(tmp_path):
    """What the machine says of the names counts no more; what it says of others does."""
    write_hosts(tmp_path / "hosts", ADDRESS, ["api.exotel.com", "api.in.exotel.com"], MACHINE)

    assert [
        f"{ADDRESS} api.exotel.com",
        f"{ADDRESS} api.in.exotel.com",
        "127.0.0.1 localhost",
        "::1 localhost ip6-localhost",
        "10.0.0.5 db.internal",
    ] == (tmp_path / "hosts").read_text().splitlines()


def test_no_proxy_is_asked_for_the_names():
    """Neither spelling sends them out of the machine; what was said before stays."""
    expected = {"NO_PROXY": "intern,api.exotel.com", "no_proxy": "intern,api.exotel.com"}

    assert expected == without_proxy({"no_proxy": "intern"}, ["api.exotel.com"])
    assert "api.exotel.com" == without_proxy({}, ["api.exotel.com"])["NO_PROXY"]


def test_hosts_need_no_word_of_tls():
    """`--hosts` serves HTTPS, as the hosts do."""
    assert [True, True, False] == [
        one.serves_tls for one in (ExecSettings(hosts=True), Settings(tls=True), ExecSettings())
    ]


def test_the_ports_are_those_of_http_and_https(monkeypatch):
    """On a loopback address of our own; one that is taken is passed over, and nothing is left open."""
    opened = []

    def listen(host, port):
        if len(opened) == 1:
            opened.append(None)
            raise CannotListen(OSError(errno.EADDRINUSE, "in use"), f"{host}:{port}", "--port")
        opened.append(original("127.0.0.1", 0))
        tried.append((host, port))
        return opened[-1]

    original, tried = real_hosts.listen, []
    monkeypatch.setattr(real_hosts, "listen", listen)
    with own_doors() as doors:
        assert [opened[2:3], opened[3:]] == [doors.plain, doors.secure]
    (first, _), (second, http), (_, https) = tried

    assert (80, 443) == (http, https)
    assert first != second
    assert all(ipaddress.ip_address(host).is_loopback for host, _ in tried)
    assert [-1, -1, -1] == [one.fileno() for one in opened if one is not None]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "only root may listen on ports 80 and 443. sysctl net.ipv4.ip_unprivileged_port_start=80"),
        (errno.EADDRINUSE, "something listens on port 80 or 443 of all addresses. Stop it"),
        # Which address it is follows from the number of the process.
        (errno.EADDRNOTAVAIL, r"127\.(6[4-9]|7[0-2])\.\d+\.\d+:80: no"),
    ],
)
def test_ports_that_cannot_be_had_are_told_with_what_to_do(refusing, number, reason):
    """No rights, no room, no address."""
    refusing(number)

    with pytest.raises(CannotLead, match="--hosts does not work here") as refused, own_doors():
        """Not reached."""

    assert re.search(reason, str(refused.value))


def test_elsewhere_than_on_linux_it_says_so(monkeypatch):
    """And what to do instead."""
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(CannotLead, match=r"it needs Linux.*base URLs"), own_doors():
        """Not reached."""


def test_root_mounts_a_file_and_nobody_sees_it(asked, tmp_path):
    """The first way that leads a name to the address is taken."""
    words, answers = asked
    answers.append((0, f"{ADDRESS}  api.exotel.com\n", ""))
    command = privately(["pytest", "-q"], tmp_path, ADDRESS)

    assert ["unshare", "--mount", "sh"] == command[:3]
    assert [str(tmp_path), "pytest", "-q"] == command[-3:]
    assert ["getent", "hosts", "api.exotel.com"] == words[0][-3:]


def test_users_do_it_where_they_may(asked, tmp_path):
    """A namespace of the user's own, in which the user stays who it is."""
    _, answers = asked
    answers += [(1, "", "unshare: unshare failed: Operation not permitted\n"), (0, ADDRESS, "")]

    assert "--map-current-user" in privately(["true"], tmp_path, ADDRESS)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((1, "", "unshare: unshare failed: Operation not permitted\n"), "unshare failed: Operation not permitted"),
        ((32, "", ""), "unshare ends with 32"),
        ((0, "10.0.0.1 api.exotel.com", ""), "names are resolved by a service that does not read the hosts file"),
    ],
)
def test_without_the_rights_it_says_what_to_do_instead(asked, tmp_path, answer, reason):
    """The first way's reason, and the other ways there are."""
    _, answers = asked
    answers += [answer, answer]

    with pytest.raises(CannotLead) as refused:
        privately(["true"], tmp_path, ADDRESS)

    assert reason in str(refused.value)
    assert "Run it as root" in str(refused.value)


def test_without_util_linux_it_says_so(monkeypatch, tmp_path):
    """The command that is missing is named."""
    monkeypatch.setattr(real_hosts.shutil, "which", lambda _name: None)

    with pytest.raises(CannotLead, match="there is no command unshare"):
        privately(["true"], tmp_path, ADDRESS)


def test_a_command_is_told_in_one_line(command, refusing):
    """Exit code 1, and nothing is run."""
    refusing(errno.EACCES)
    ended = command("exec", "--hosts", "--", "true")

    [line] = ended.stderr.splitlines()
    assert (1, "") == (ended.returncode, ended.stdout)
    assert line.startswith("mockserver: --hosts does not work here: only root may listen")
