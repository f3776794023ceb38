"""Behind a proxy: a path before ours, and what a proxy says of its clients."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network

import pytest
from in_process import in_process

from mockserver.bootstrap import build_app
from mockserver.settings import Settings
from mockserver.web.proxies import Forwarded, RootPath

AUTH = ("key", "token")


def asked(wrap, client="10.0.0.7", path="/livez", **headers):
    """The scope that an application sees behind some middleware."""
    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope)

    scope = {
        "type": "http",
        "path": path,
        "raw_path": path.encode(),
        "scheme": "http",
        "client": (client, 1234) if client else None,
        "headers": [
            (b"host", b"mock:8080"),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ],
    }
    asyncio.run(wrap(app)(scope, None, None))
    return seen[0]


def trusting(*texts):
    return lambda app: Forwarded(app, [ip_network(text) for text in texts])


@pytest.mark.parametrize("client", ["10.0.0.7", "10.255.255.255", "::ffff:10.0.0.7"])
def test_a_trusted_proxy_is_believed(client):
    """Client, scheme and host; of several the last, which the nearest proxy wrote."""
    said = {"x_forwarded_for": "6.6.6.6, 1.2.3.4", "x_forwarded_proto": "https", "x_forwarded_host": "api.exotel.com"}
    scope = asked(trusting("10.0.0.0/8"), client, **said)

    assert (("1.2.3.4", 0), "https") == (scope["client"], scope["scheme"])
    assert [b"api.exotel.com"] == [value for name, value in scope["headers"] if name == b"host"]


@pytest.mark.parametrize("client", ["11.0.0.1", "127.0.0.1", "fe80::1%eth0", "::ffff:11.0.0.7", None])
def test_anybody_else_is_not(client):
    """Not this machine either, unless it is named; a socket without an address is nobody."""
    scope = asked(trusting("10.0.0.0/8"), client, x_forwarded_proto="https", x_forwarded_host="api.exotel.com")

    assert ("http", b"mock:8080") == (scope["scheme"], dict(scope["headers"])[b"host"])
    assert (client and (client, 1234)) == scope["client"]


def test_a_scheme_that_is_none_is_not_taken():
    """A proxy may be confused."""
    assert "http" == asked(trusting("10.0.0.7/32"), x_forwarded_proto="gopher")["scheme"]


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/telephony/livez", "/livez"),
        ("/livez", "/livez"),
        ("/telephony", "/"),
        ("/telephony/", "/"),
        ("/telephonyx/livez", "/telephonyx/livez"),
    ],
)
def test_the_path_before_ours_may_be_there_or_not(path, seen):
    """Some proxies take it away."""
    scope = asked(lambda app: RootPath(app, "/telephony"), path=path)

    assert (seen, seen.encode()) == (scope["path"], scope["raw_path"])


def test_every_api_is_below_the_root_path():
    """Providers, control and health answer there as without it; what v1 hands out stays as the vendor writes it."""
    with in_process(build_app(Settings(clock="manual", root_path="/telephony"))) as http:
        answers = {
            path: http.request("GET", f"/telephony{path}", auth=AUTH)
            for path in ("/livez", "/_mock/v1/worlds/mock", "/v1/Accounts/mock/Calls.json", "/v3/accounts/mock/calls/x")
        }
        statuses = [answer.status_code for answer in answers.values()]

    assert [200, 200, 200, 404] == statuses
    assert answers["/v1/Accounts/mock/Calls.json"].json()["Metadata"]["FirstPageUri"].startswith("/v1/Accounts/mock/")


def test_recordings_are_handed_out_by_the_public_url():
    """`--public-url` is what clients see: host of the proxy, and the path before ours."""
    settings = Settings(clock="manual", root_path="/telephony", public_url="https://mock.example/telephony")
    order = {
        "from": {"contact_uri": "+919900000200"},
        "to": {"contact_uri": "+919900000310"},
        "virtual_number": "+912241499102",
        "recording": {"record": True},
    }
    with in_process(build_app(settings)) as http:
        placed = http.request("POST", "/telephony/v3/accounts/mock/calls", json=order, auth=AUTH)
        sid = placed.json()["response"]["call_details"]["sid"]
        http.request("POST", "/_mock/v1/worlds/mock/clock/advance", json={"seconds": 600})
        call = http.request("GET", f"/v3/accounts/mock/calls/{sid}", auth=AUTH).json()["response"]["call_details"]
        url = call["recordings"][0]["url"]
        heard = http.request("GET", url.removeprefix("https://mock.example"), auth=AUTH)

    assert url.startswith("https://mock.example/telephony/recordings/")
    assert 200 == heard.status_code
