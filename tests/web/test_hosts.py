"""The real hosts of the vendors: each serves what it serves there."""

from __future__ import annotations

import pytest

from mockserver.bootstrap import SERVED, build_app, build_engine
from mockserver.providers.hosts import HOSTS
from mockserver.settings import Settings
from mockserver.web.hosts import Hosts, Site

pytestmark = pytest.mark.anyio

# A path of each API that is served where the API is, for who has the credentials.
PATHS = {
    "exotel-v1": "/v1/Accounts/mock.json",
    "exotel-v2-beta": "/v2_beta/Accounts/mock/IncomingPhoneNumbers",
    "exotel-v2": "/v2/accounts/mock/users",
    "exotel-v3": "/v3/accounts/mock/calls/nobody",
    "nectardesk": "/calls/1",
}
XML, ENVELOPE, ERROR = "<RestException>", '"code":1000', '{"error":"Not found"}'
WORDS = {"exotel-v1": XML, "exotel-v3": ENVELOPE, "nectardesk": ERROR}
OPERATIONS = {
    "exotel-v1": "exotel-v1.get-account",
    "exotel-v2-beta": "exotel-v2-beta.list-numbers",
    "exotel-v2": "exotel-v2.list-users",
    "exotel-v3": "exotel-v3.get-call",
    "nectardesk": "nectardesk.get-call",
}
TENANT = "acme.nectardesk.io"


@pytest.fixture
def engine():
    return build_engine(SETTINGS)


@pytest.fixture
def app(engine):
    return build_app(SETTINGS, engine)


@pytest.fixture
def ask(client, world):
    """GET a path on a host: the answer, and what the journals have of it."""

    async def ask(host, path, **headers):
        answer = await client.get(path, headers={"Host": host, "Access-Token": "mock-token", **headers})
        [*_, exchange] = world.journal.entries()
        return answer, exchange

    return ask


SETTINGS = Settings(clock="manual")


def _named(host):
    return host.name.replace("*", "acme")


@pytest.mark.parametrize("host", HOSTS, ids=_named)
async def test_a_real_host_serves_its_apis_and_no_others(ask, host):
    """Every API is served where it is at the vendor's; elsewhere its paths are unknown, as the host words it."""
    for api, path in PATHS.items():
        answer, exchange = await ask(_named(host), path)
        if api in host.apis:
            assert OPERATIONS[api] == exchange.operation
        else:
            assert (404, None) == (answer.status_code, exchange.operation)
            assert WORDS[host.apis[0]] in answer.text


@pytest.mark.parametrize("host", ["mock", "127.0.0.1:8080", "[::1]:80", "api.exotel.com.example", "exotel.com", ""])
async def test_any_other_host_serves_everything(ask, host):
    """Nothing has to be configured."""
    operations = [(await ask(host, path))[1].operation for path in PATHS.values()]

    assert list(OPERATIONS.values()) == operations


@pytest.mark.parametrize("host", ["API.Exotel.COM", "api.exotel.com.", "api.exotel.com:443", "API.exotel.com.:8443"])
async def test_case_port_and_a_last_dot_count_for_nothing(ask, host):
    """One name has many spellings."""
    answer, _ = await ask(host, PATHS["exotel-v3"])

    assert XML in answer.text


async def test_the_journal_names_the_right_hosts(ask):
    """Who asks the wrong host is told which serve the path, but for retired ones."""
    _, exchange = await ask("api.exotel.com", PATHS["exotel-v3"])
    _, other = await ask("ccm-api.exotel.com", PATHS["exotel-v1"])
    _, tenants = await ask("ccm-api.exotel.com", PATHS["nectardesk"])

    assert exchange.hint.startswith(
        "api.exotel.com does not serve /v3/accounts/mock/calls/nobody. "
        "It is at ccm-api.exotel.com, ccm-api.in.exotel.com, ccm-api.exotel.sg."
    )
    assert other.hint.endswith("It is at api.exotel.com, api.in.exotel.com.")
    assert tenants.hint.endswith("It is at *.nectardesk.io.")


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("api.exotel.com", "/"),
        ("api.exotel.com", "/v9/accounts"),
        ("api.exotel.com", "/Accounts/mock"),
        ("ccm-api.exotel.com", "/accounts/mock/calls/nobody"),
        ("ccm-api.exotel.com", "/v33/accounts/mock/calls/nobody"),
        (TENANT, "/1"),
    ],
)
async def test_a_path_of_nobody_is_the_hosts_to_refuse(ask, host, path):
    """Not even what would be a route of the API, were it not for its prefix, is served."""
    answer, exchange = await ask(host, path)

    assert (404, None) == (answer.status_code, exchange.operation)
    assert any(words in answer.text for words in WORDS.values())
    assert "The nearest route is" in exchange.hint


@pytest.mark.parametrize("host", ["api.exotel.com", "ccm-api.exotel.sg", TENANT])
@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi", "/_mock/v1/worlds"])
async def test_what_is_ours_is_on_every_host(client, host, path):
    """A container that is known by a real name alone can be probed and commanded."""
    answer = await client.get(path, headers={"Host": host})

    assert 200 == answer.status_code


async def test_a_retired_host_is_served_and_noted(ask):
    """An application that still uses it works, and the journal says what to use."""
    answer, exchange = await ask("twilix.exotel.in", PATHS["exotel-v1"])

    assert 200 == answer.status_code
    assert "twilix.exotel.in is retired at the vendor's. Use api.exotel.com or api.in.exotel.com." == exchange.hint


async def test_a_prefix_of_nectardesk_is_the_hosts_too():
    """With --nectardesk-prefix the tenant's host serves what is below it."""
    settings = Settings(clock="manual", nectardesk_prefix="/api")
    [site] = [site for site in _sites(build_app(settings)) if site.host == "*.nectardesk.io"]

    assert ("/api/calls", "/api/call/recording") == site.prefixes


async def test_who_says_no_host_is_served():
    """HTTP/1.0 knows no hosts."""
    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope["path"])

    hosts = Hosts(app, [Site("api.exotel.com", ("/v1",))], {"/v1": app})
    await hosts({"type": "http", "path": "/v3", "headers": []}, None, None)
    await hosts({"type": "lifespan", "path": "/v3"}, None, None)

    assert ["/v3", "/v3"] == seen


def test_every_host_names_apis_that_there_are():
    """The table speaks of what is mounted, and says of each row where it is known from."""
    assert {name for host in HOSTS for name in (*host.apis, host.recordings)} <= {one.name for one in SERVED}
    assert all(host.provenance.source for host in HOSTS)


def _sites(app):
    return app._app._sites
