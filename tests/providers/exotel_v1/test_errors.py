"""Errors in v1's dialect: a RestException in the format asked for, for everything that goes wrong below /v1."""

from __future__ import annotations

import re

import pytest

SID = "4e333e3b2a167a9ce534b90963191a15"
UNAUTHORIZED = "Authentication failed. Check your API key and token."
FAULTS = [
    (400, None, "Bad Request"),
    (401, None, UNAUTHORIZED),
    (402, None, "Payment Required"),
    (403, None, "Call to the number can not be made because of TRAI NDNC regulations."),
    (403, 340030, "KYC is not complete"),
    (404, None, "Not Found"),
    (409, None, "Conflict"),
    (429, None, "Too Many Requests"),
    (500, None, "Server Error"),
    (503, None, "Service Unavailable; "),
    (503, 35008, "Service Unavailable; "),
    (502, None, "Bad Gateway"),
]
OPERATIONS = [
    ("exotel-v1.list-calls", "GET", "/Calls"),
    ("exotel-v1.connect", "POST", "/Calls/connect"),
    ("exotel-v1.create-call", "POST", "/Calls"),
    ("exotel-v1.get-call", "GET", f"/Calls/{SID}"),
    ("exotel-v1.get-account", "GET", ""),
    ("exotel-v1.get-number", "GET", "/Numbers/9811112222"),
    ("exotel-v1.list-numbers", "GET", "/IncomingPhoneNumbers"),
    ("exotel-v1.get-active-streams", "GET", "/ActiveStreams"),
]
UNKNOWN = ["/Nothing", f"/Calls/{SID}/Recording", "/calls", "/Users", "/Calls/a/b/c", "/ActiveStream"]


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]}-{fault[1]}")
def test_a_fault_rule_answers_in_the_dialect(account, tree, refusal, suffix, fault):
    """Status, message and code of a fault come as a RestException; a header names the rule that did it."""
    status, code, message = fault
    text = message if code == 340030 else None
    rule = account.control("POST", "/faults", {"status": status, "code": code, "text": text})
    answer = account.v1("GET", f"/Calls{suffix}")
    shown = answer.json()["RestException"].get("Code") if suffix else tree(answer).findtext("RestException/Code")

    assert (status, message) == refusal(answer)
    assert (code if suffix or code is None else f"{code}") == shown
    assert rule["id"] == answer.headers["X-Mockserver-Fault"]
    assert 200 == account.v1("GET", f"/Calls{suffix}").status_code


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row[0])
def test_every_operation_can_fail(account, refusal, suffix, row):
    """A rule for an operation meets that operation in both formats, once, and leaves the others alone."""
    operation, method, path = row
    account.control("POST", "/faults", {"status": 503, "operation": operation})
    others = [one for one in OPERATIONS if one[0] != operation]
    unharmed = [account.v1(verb, elsewhere + suffix).headers for _, verb, elsewhere in others]
    failed, again = (account.v1(method, path + suffix) for _ in range(2))

    assert (503, "Service Unavailable; ") == refusal(failed)
    assert all("X-Mockserver-Fault" not in headers for headers in [*unharmed, again.headers])


def test_a_call_that_met_a_fault_was_not_placed(account):
    """A connect request that a fault answered has placed nothing."""
    account.control("POST", "/faults", {"status": 500, "operation": "exotel-v1.connect"})
    answer = account.connect()

    assert 500 == answer.status_code
    assert 0 == account.control("GET", "/calls")["total"]
    assert answer.headers["X-Mockserver-Fault"] == account.last_request()["fault"]


def test_an_injected_401_asks_for_credentials_too(account):
    """Every 401 has a WWW-Authenticate header, also one on purpose."""
    account.control("POST", "/faults", {"status": 401})

    assert 'Basic realm="Exotel"' == account.v1("GET", "/Calls").headers["WWW-Authenticate"]


@pytest.fixture
def two_accounts(new_account):
    return new_account(), new_account()


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row[0])
@pytest.mark.parametrize("auth", [None, ("nobody", "x"), "wrong token", "another account"])
def test_wrong_credentials_are_401(two_accounts, refusal, suffix, row, auth):
    """No credentials, unknown ones, a wrong token, or those of another account: 401, before anything else is said."""
    (account, other), (_, method, path) = two_accounts, row
    given = {"wrong token": (account.key, "x"), "another account": (other.key, other.token)}.get(auth, auth)
    answer = account.v1(method, path + suffix, auth=given)

    assert (401, UNAUTHORIZED) == refusal(answer)
    assert 'Basic realm="Exotel"' == answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer abc", "Basic /////w==", "basic", ""]
)
def test_odd_credentials_are_401(account, refusal, header):
    """What is no Basic credential is answered like a wrong one."""
    answer = account.v1("GET", "/Calls", auth=None, headers={"Authorization": header})

    assert 401 == refusal(answer)[0]


def test_an_unknown_account_is_401(account, refusal):
    """An account that is not there and one that is not the credentials' own are told apart by nobody."""
    answer = account.service.request("GET", "/v1/Accounts/nobody/Calls", auth=(account.key, account.token))

    assert (401, UNAUTHORIZED) == refusal(answer)


def test_the_record_says_whose_credentials_came(two_accounts):
    """The journal tells the developer what the answer does not: which account the credentials belong to."""
    account, other = two_accounts
    account.v1("GET", "/Calls", auth=(other.key, other.token))

    assert other.sid in account.last_request()["hint"]


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("sid", ["unknown", "a" * 5000, "%00", "é", "' OR 1=1", "%3Cb%3E%26", "%EF%BF%BF", "connect"])
def test_an_unknown_call_is_404(account, refusal, sid, suffix):
    """The message says which call was not found, whatever characters are in it."""
    status, message = refusal(account.v1("GET", f"/Calls/{sid}{suffix}"))

    assert 404 == status
    assert re.fullmatch("Call .* not found", message, re.DOTALL)


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_is_404(account, refusal, suffix, method, path):
    """A path that v1 does not have answers in v1's dialect, in the format that the path asks for."""
    assert (404, "Not Found") == refusal(account.v1(method, path + suffix))


@pytest.mark.parametrize("path", ["/v1/Accounts", "/v1/accounts/x/calls", "/v1/x.json", "/v1/a%2Fb"])
def test_an_unknown_path_above_accounts_is_404(account, refusal, path):
    """So does everything else below /v1."""
    assert (404, "Not Found") == refusal(account.service.request("GET", path))


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/Calls"),
        ("DELETE", "/Calls"),
        ("PATCH", "/Calls/connect"),
        ("OPTIONS", "/Calls/connect"),
        ("POST", f"/Calls/{SID}"),
        ("DELETE", f"/Calls/{SID}"),
        ("POST", ""),
        ("POST", "/Numbers/9811112222"),
        ("POST", "/IncomingPhoneNumbers"),
        ("DELETE", f"/Calls.json/{SID}"),
        ("POST", f"/Calls.json/{SID}"),
    ],
)
def test_an_unknown_verb_is_405(account, refusal, suffix, method, path):
    """A verb that a path does not have is refused in the dialect; a call cannot be hung up by API."""
    assert (405, "Method Not Allowed") == refusal(account.v1(method, path + suffix))


@pytest.mark.parametrize(
    ("path", "verbs"),
    [("/Calls", {"GET", "HEAD", "POST"}), ("/Calls/connect", {"GET", "HEAD", "POST"}), ("", {"GET", "HEAD"})],
)
def test_a_405_names_the_verbs_that_there_are(account, path, verbs):
    """Allow lists what is served at the path; `connect` is a call's name for GET."""
    assert verbs == set(account.v1("PUT", path).headers["Allow"].split(", "))


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("path", ["/Calls/connect", "/Calls"])
def test_a_body_that_is_too_large_is_413(account, refusal, suffix, path):
    """More than 256 KiB is no connect request: refused in the dialect, and nothing is placed."""
    answer = account.v1("POST", path + suffix, data={"From": "9811112222", "CustomField": "x" * 262_144})

    assert (413, "the request body is larger than 262144 bytes") == refusal(answer)
    assert 0 == account.control("GET", "/calls")["total"]


def test_a_refused_path_is_on_record(account):
    """The journal of requests that belong to no world names the nearest path, and that their case counts."""
    account.service.request("GET", f"/v1/accounts/{account.sid}/calls?from={account.sid}")
    strays = account.service.request("GET", "/_mock/v1/requests?refused=true&limit=1000").json()["requests"]
    (request,) = [one for one in strays if one["query"] == f"from={account.sid}"]

    assert (404, "Not Found") == (request["status"], request["refusal"])
    assert "case-sensitive" in request["hint"]
    assert "/v1/Accounts/{account_sid}/Calls" in request["hint"]
