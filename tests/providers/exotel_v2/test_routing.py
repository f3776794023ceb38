"""Paths, verbs and credentials: what v2 serves, and how it words what it does not."""

from __future__ import annotations

import pytest

SID = "0ed3bd4755078e1f9f64d2de75ce16b3"
PATHS = [
    ("POST", "/calls"),
    ("GET", "/users"),
    ("POST", "/users"),
    ("GET", "/users/u1001"),
    ("PUT", "/users/u1001"),
    ("DELETE", "/users/u1001"),
    ("PUT", "/users/u1001/devices/1"),
    ("PUT", "/users/u1001/password"),
    ("PUT", "/users/u1001/devices/1/password"),
]


@pytest.fixture
def ask(center):
    """Asks any path with the account's credentials, `{sid}` in it being the account's."""
    auth = (center.account.key, center.account.token)
    return lambda method, path, **options: center.account.http.request(
        method, path.format(sid=center.account.sid), auth=auth, **options
    )


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        "/v2",
        "/v2/",
        "/v2/accounts",
        "/v2/accounts/{sid}",
        f"/v2/accounts/{{sid}}/calls/{SID}/legs",
        "/v2/Accounts/{sid}/Calls",
        "/v2/accounts/{sid}/users/u1001/devices",
        "/v2/nothing",
    ],
)
def test_an_unknown_path_is_v2s_404(ask, refused, method, path):
    """A path below /v2 that v2 does not have answers in v2's envelope, with 1000 Not Found."""
    refused(ask(method, path), 404, 1000, "Not Found", "Not Found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v2/accounts/{sid}/calls", "POST"),
        ("DELETE", "/v2/accounts/{sid}/users", "GET, HEAD, POST"),
        ("PATCH", "/v2/accounts/{sid}/users/u1001", "DELETE, GET, HEAD, PUT"),
        ("GET", "/v2/accounts/{sid}/users/u1001/password", "PUT"),
    ],
)
def test_an_unknown_verb_is_v2s_405(ask, refused, method, path, allowed):
    """A verb that a path does not have answers in v2's envelope, with 1005 and what is served instead."""
    response = ask(method, path)

    refused(response, 405, 1005, "Method not implemented", "Method not implemented")
    assert allowed == response.headers["allow"]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("auth", [None, ("nobody", "token")])
def test_nobody_else_comes_in(center, refused, method, path, auth):
    """Without good credentials the answer is 1010 and names the scheme to come back with."""
    refused(center.ask(method, path, json={}, auth=auth), 401, 1010, "Authorization failed", "Authorization failed")


@pytest.mark.parametrize("auth", [None, ("nobody", "token")])
def test_call_details_have_a_401_of_their_own(center, refused, auth):
    """The page on call details lists no vendor code; the scheme to come back with is named all the same."""
    refused(center.ask("GET", f"/calls/{SID}", auth=auth), 401, None, "Unauthorized", "Invalid API credentials")


def test_the_account_sid_comes_in_for_the_key(center):
    """Several clients send the account SID as user."""
    assert 200 == center.ask("GET", "/users", auth=(center.account.sid, center.account.token)).status_code


@pytest.mark.parametrize(("method", "path"), [("POST", "calls"), ("GET", f"calls/{SID}")])
def test_calls_of_another_account_are_1017(ask, refused, method, path):
    """Good credentials open their own account's calls only."""
    text = "AccountSid not found"
    refused(ask(method, f"/v2/accounts/elsewhere/{path}"), 404, 1017, text, text)


def test_users_of_another_account_are_1003(ask, refused):
    """The users' page lists 403 for that."""
    text = "Authorization failed"
    refused(ask("GET", "/v2/accounts/elsewhere/users"), 403, 1003, text, text)


@pytest.mark.parametrize(
    "path", ["//v2/accounts/{sid}/users", "/v2//accounts/{sid}//users", "/v2/accounts/{sid}/users/"]
)
def test_empty_segments_are_nothing(ask, path):
    """Doubled slashes and one at the end are collapsed before routing."""
    assert 200 == ask("GET", f"http://mock.test{path}").status_code


def test_a_refusal_is_on_record(center):
    """The journal says which operation was refused, and what to do about it."""
    center.call(**{"from": {"user_contact_uri": "+919810000003"}})

    [request] = center.account.control("GET", "/requests?refused=true")["requests"]
    assert (409, "exotel-v2.create-call") == (request["status"], request["operation"])
    assert "PATCH" in request["hint"]


def test_a_mistyped_path_is_on_record_with_the_nearest(center, ask):
    """The record of a mistyped path says which path of v2 comes nearest."""
    ask("GET", f"/v2/accounts/{{sid}}/user?from={center.account.sid}")
    path = f"/_mock/v1/worlds/{center.account.sid}/requests?unmatched=true"
    [request] = center.account.http.request("GET", path).json()["requests"]

    assert "GET /v2/accounts/{account_sid}/users" in request["hint"]
