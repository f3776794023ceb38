"""Paths and verbs: what v3 serves, and how it words what it does not."""

from __future__ import annotations

import pytest

WITH_AND_WITHOUT = pytest.mark.parametrize(
    "auth",
    [lambda account: (account.key, account.token), lambda _: None],
    ids=["with credentials", "without credentials"],
)
SID = "0ed3bd4755078e1f9f64d2de75ce16b3"


@pytest.fixture
def ask(account):
    """Asks any path with the account's credentials."""
    return lambda method, path, **options: account.http.request(
        method, path.format(account=account.sid), auth=(account.key, account.token), **options
    )


@pytest.mark.parametrize(
    "path",
    [
        "/v3",
        "/v3/",
        "/v3/accounts",
        "/v3/accounts/{account}",
        "/v3/accounts/{account}/calls/" + SID + "/recordings",
        "/v3/accounts/{account}/calls/" + SID + "/legs/1",
        "/v3/accounts/{account}/campaigns",
        "/v3/Accounts/{account}/Calls",
        "/v3/accounts/{account}/calls.json",
        "/v3/nothing",
        "/v3/nothing%2Fat%20all",
        "/v3/..%2f",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_v3s_404(ask, refused, method, path):
    """A path below /v3 that v3 does not have answers in v3's envelope, with 1000 Not Found."""
    refused(ask(method, path), 404, 1000, "Not Found", "Not Found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v3/accounts/{account}/calls"),
        ("PUT", "/v3/accounts/{account}/calls"),
        ("OPTIONS", "/v3/accounts/{account}/calls"),
        ("DELETE", "/v3/accounts/{account}/calls/" + SID),
        ("POST", "/v3/accounts/{account}/calls/" + SID),
        ("PATCH", "/v3/accounts/{account}/calls/" + SID),
    ],
)
def test_an_unknown_verb_is_v3s_405(ask, refused, method, path):
    """A verb that a path does not have answers in v3's envelope, with 1005; a call cannot be hung up by API."""
    refused(ask(method, path), 405, 1005, "Method not implemented", "Method not implemented")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_unknown_verb_on_legs_is_v3s_405(ask, method):
    """Legs are read and nothing else; the envelope says so with the method that was used."""
    response = ask(method, f"/v3/accounts/{{account}}/calls/{SID}/legs")

    assert (405, method, 1005) == (
        response.status_code,
        response.json()["method"],
        response.json()["response"]["error_data"]["code"],
    )


@pytest.mark.parametrize(
    "path",
    ["//v3/accounts/{account}/calls", "/v3//accounts/{account}//calls", "/v3/accounts///{account}/calls"],
)
def test_doubled_slashes_are_one(ask, order, path):
    """Empty segments, which some clients send, are collapsed before routing."""
    assert 200 == ask("POST", f"http://mock.test{path}", json=order()).status_code


def test_a_slash_at_the_end_is_nothing(ask, account, order):
    """An empty last segment is collapsed like any other: no redirect, which clients would follow without their body."""
    call = account.place()

    answers = [
        ask("POST", "/v3/accounts/{account}/calls/", json=order()).status_code,
        ask("GET", f"/v3/accounts/{{account}}/calls/{call['sid']}/").status_code,
    ]
    assert [200, 200] == answers


@pytest.mark.parametrize("path", ["/v3/accounts//calls", "/v3/accounts/calls", "//v3/accounts/calls"])
def test_an_account_is_mandatory(ask, order, refused, path):
    """POST without an account in the path is the documented 1001."""
    response = ask("POST", path if path.startswith("/v3") else f"http://mock.test{path}", json=order())

    refused(response, 400, 1001, "Mandatory Parameter missing", "account_sid is mandatory")


@pytest.mark.parametrize("suffix", ["", "/legs"])
@pytest.mark.parametrize("sid", [SID, "x", "a" * 5000, "%00", "é", "' OR 1=1"])
def test_an_unknown_call_is_404(account, refused, sid, suffix):
    """A call that the account does not have is 10744, for its details and for its legs."""
    refused(account.v3("GET", f"/{sid}{suffix}"), 404, 10744, "Call not found", "Call not found")


def test_head_answers_like_get(account, ask):
    """HEAD has GET's status, as HTTP asks."""
    call = account.place()

    assert 200 == ask("HEAD", f"/v3/accounts/{{account}}/calls/{call['sid']}").status_code


def test_a_query_string_is_harmless(ask, order):
    """Parameters in the query of a v3 request are ignored."""
    response = ask("POST", "/v3/accounts/{account}/calls?details=true&from=x", json=order(custom_field="body"))

    assert "body" == response.json()["response"]["call_details"]["custom_field"]


def test_an_odd_accept_header_is_harmless(ask, order):
    """v3 answers JSON, whatever the client says that it accepts."""
    response = ask("POST", "/v3/accounts/{account}/calls", json=order(), headers={"Accept": "application/xml"})

    assert (200, "application/json") == (response.status_code, response.headers["content-type"])


@pytest.fixture
def journalled(account):
    """What a journal says about a request: that of the account, or that of the strays if it had no credentials."""

    def look(path, auth):
        account.http.request("GET", path.format(account=account.sid), params={"from": account.sid}, auth=auth(account))
        where = f"/worlds/{account.sid}" if auth(account) else ""
        page = account.http.request("GET", f"/_mock/v1{where}/requests?unmatched=true&limit=1000").json()
        return [one for one in page["requests"] if one["query"] == f"from={account.sid}"][-1]

    return look


@pytest.mark.parametrize("path", ["/v3/nothing", "/v3/accounts/{account}/calls/x/y/z"])
@WITH_AND_WITHOUT
def test_an_unknown_path_is_on_record(journalled, path, auth):
    """A request for a path that v3 does not have is kept with what was wrong with it, in the world that it opens."""
    request = journalled(path, auth)

    assert (404, "Not Found") == (request["status"], request["refusal"])


@WITH_AND_WITHOUT
def test_the_record_of_an_unknown_path_names_the_nearest_route(journalled, auth):
    """The record of a mistyped path says which path of v3 comes nearest."""
    request = journalled("/v3/account/{account}/call", auth)

    assert "/v3/accounts/{account_sid}/calls" in (request["hint"] or "")
    assert request["nearest"].endswith(" /v3/accounts/{account_sid}/calls")
