"""Where callbacks may go."""

from __future__ import annotations

import pytest

from mockserver.engine.delivery import SendBlocked
from mockserver.outbound.policy import CallbackPolicy

LOCAL = [
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "::1",
    "fd12:3456:789a::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
]
ELSEWHERE = [
    "8.8.8.8",
    "172.32.0.1",
    "100.100.100.200",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
    "::ffff:808:808",
    "64:ff9b::808:808",
    "169.254.169.254",
    "169.254.0.1",
    "::ffff:169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "0.0.0.0",  # noqa: S104  nobody listens here
    "::",
    "::ffff:0.0.0.0",
    "224.0.0.1",
    "ff02::1",
]


def url_of(host):
    return f"http://[{host.replace('%', '%25')}]/x" if ":" in host else f"http://{host}:8080/x"


@pytest.fixture
def policy():
    """What is allowed without any option."""
    return CallbackPolicy()


@pytest.mark.parametrize("address", LOCAL)
def test_this_machine_and_private_networks_are_allowed(address, policy):
    """IPv4, IPv6 and IPv4 in IPv6."""
    policy.check_url(url_of(address))

    assert policy.allows_address(address)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_public_addresses_and_cloud_metadata_are_blocked(address, policy):
    """Link-local ones too: cloud machines keep their credentials there. Neither nobody's nor everybody's address."""
    with pytest.raises(SendBlocked, match="blocked by policy"):
        policy.check_url(url_of(address))

    assert not policy.allows_address(address)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "host.docker.internal", "Host.Docker.Internal", "app.localhost", "a.b.localhost"]
)
def test_names_of_this_machine_are_allowed(host, policy):
    """Whatever they resolve to, in any case."""
    policy.check_url(f"https://{host}/x")

    assert policy.allows_name(host)


@pytest.mark.parametrize(
    "host", ["example.com", "notlocalhost", "localhost.example.com", "host.docker.internal.example.com"]
)
def test_other_names_are_for_their_addresses_to_allow(host, policy):
    """At sight nothing is said against them, nothing for them."""
    policy.check_url(f"http://{host}/x")

    assert not policy.allows_name(host)


def test_hosts_can_be_allowed_by_name():
    """That very host, not its neighbours; case does not matter."""
    policy = CallbackPolicy(["Hooks.Example.com", "8.8.8.8"])
    for url in ("https://hooks.example.com/x", "http://HOOKS.EXAMPLE.COM:81/x", "http://8.8.8.8/x"):
        policy.check_url(url)

    assert [True, False, False] == [
        policy.allows_name(host) for host in ("hooks.example.com", "example.com", "evil.hooks.example.com")
    ]
    with pytest.raises(SendBlocked):
        policy.check_url("http://8.8.4.4/x")


def test_a_star_allows_every_host():
    """But not every scheme."""
    policy = CallbackPolicy(["*"])
    for host in [*ELSEWHERE, "example.com"]:
        policy.check_url(url_of(host))
    with pytest.raises(SendBlocked):
        policy.check_url("ftp://example.com/x")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
        "javascript:alert(1)",
        "127.0.0.1/x",
        "//127.0.0.1/x",
        "http://",
        "http:///x",
        "http:127.0.0.1",
        "",
        "not a url",
        "http://[::1",
        "http://[not-an-address]/x",
    ],
)
def test_what_is_no_http_url_is_blocked(url, policy):
    """The message says so and repeats it."""
    with pytest.raises(SendBlocked, match="is not an http or https URL"):
        policy.check_url(url)


@pytest.mark.parametrize("url", ["HTTP://127.0.0.1/x", "https://127.0.0.1", "http://user:word@127.0.0.1:80/x?a#b"])
def test_any_http_url_on_this_machine_is_allowed(url, policy):
    """With port, user, query and fragment."""
    policy.check_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1@8.8.8.8/x", "http://localhost:80@8.8.8.8/x", "http://8.8.8.8#@localhost/"]
)
def test_a_user_part_does_not_disguise_the_host(url, policy):
    """It is the host that is connected to."""
    with pytest.raises(SendBlocked, match=r"8\.8\.8\.8"):
        policy.check_url(url)


def test_a_refusal_says_how_to_allow_the_host(policy):
    """With the option to give."""
    with pytest.raises(SendBlocked, match=r"--allow-callbacks 8\.8\.8\.8"):
        policy.check_url("http://8.8.8.8/x")
