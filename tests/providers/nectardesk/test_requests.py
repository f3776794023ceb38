"""Who may ask, for what, and how a refusal looks."""

from __future__ import annotations

import pytest
from in_process import in_process

from mockserver.bootstrap import build_app
from mockserver.settings import Settings


@pytest.fixture
def refused():
    """Asserts that an answer is a refusal: its status, and a body with one short text."""

    def check(response, status, text):
        assert (status, {"error": text}) == (response.status_code, response.json())
        assert "application/json" == response.headers["content-type"]

    return check


@pytest.mark.parametrize("name", ["Access-Token", "access-token", "ACCESS-TOKEN"])
def test_the_access_token_opens(centre, name):
    """The header's name is read in any case of letters, and no Content-Type is asked for."""
    call = centre.place()

    assert 200 == centre.ask("GET", f"/calls/{call.id}", headers={name: centre.access_token}).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Access-Token": ""},
        {"Access-Token": "nobodys"},
        {"Authorization": "Bearer {token}"},
        {"Authorization": "{token}"},
        {"Access-Token": "Bearer {token}"},
        {"X-Access-Token": "{token}"},
        {"Access-Token": "{key}"},
    ],
)
def test_nothing_else_opens(centre, refused, headers):
    """A missing, empty, unknown or misplaced token is 401, before anything is said about the call."""
    filled = {name: text.format(token=centre.access_token, key=centre.account.key) for name, text in headers.items()}

    refused(centre.ask("GET", "/calls/1", headers=filled), 401, "Unauthorized")


def test_basic_credentials_do_not_open(centre, refused):
    """Those of Exotel are not this vendor's."""
    auth = (centre.account.key, centre.account.token)

    refused(centre.ask("GET", "/calls/1", headers={}, auth=auth), 401, "Unauthorized")


def test_a_token_opens_one_account(new_centre, refused):
    """Ids begin with 1 in each account, and a token sees its own only."""
    one, other = new_centre(), new_centre(access_token="s3cret:x")
    call = one.place(callee="+919822220000")

    assert "919822220000" == one.read(call)["contact"]["number"]
    assert "s3cret:x" == other.access_token
    refused(other.ask("GET", f"/calls/{call.id}"), 404, "Call not found")


def test_ids_count_the_calls_of_an_account(centre):
    """Whatever API they were placed through, whoever called."""
    ids = [centre.place().id, centre.come_in().id, centre.place(caller="+919811112222").id]

    assert [1, 2, 3] == ids
    assert ids == [centre.read(number)["id"] for number in ids]


def test_ids_begin_again_when_calls_are_forgotten(centre, refused):
    """A world that is reset is like a new one."""
    before = centre.place()
    centre.account.control("POST", "/reset?scope=calls")

    refused(centre.ask("GET", f"/calls/{before.id}"), 404, "Call not found")
    assert before.id == centre.place().id


@pytest.mark.parametrize("text", ["0", "2", "99999999999999999999", "0000000000000000011", "1" * 5_000])
def test_a_number_that_no_call_has_is_unknown(centre, refused, text):
    """However long it is."""
    centre.place()

    refused(centre.ask("GET", f"/calls/{text}"), 404, "Call not found")


@pytest.mark.parametrize("text", ["x", "-1", "1.0", "1e3", "%20", "1%20", "%2B1", "٣", "null"])
@pytest.mark.parametrize("value", [None, "404", "400"])
def test_what_is_no_number_is_no_call(new_centre, refused, text, value):
    """404, or 400 where the world reads it so."""
    centre = new_centre(readings={"nectardesk.bad-id": value} if value else {})
    centre.place()

    expected = (400, "Invalid call id") if value == "400" else (404, "Call not found")
    refused(centre.ask("GET", f"/calls/{text}"), *expected)


def test_a_sid_is_no_id_and_the_journal_says_what_is(centre, refused):
    """Who asks for the sid that Exotel's APIs gave out finds the way in the journal."""
    call = centre.place()
    refused(centre.ask("GET", f"/calls/{call.sid}"), 404, "Call not found")
    [entry] = [one for one in centre.account.control("GET", "/requests")["requests"] if "/calls/" in one["path"]][:1]

    assert ("nectardesk.get-call", f"'{call.sid}' is no call id") == (entry["operation"], entry["refusal"])
    assert "A call's id is a number" in entry["hint"]


def test_the_token_is_not_in_the_journal(centre):
    """Credentials are redacted."""
    centre.read(centre.place())
    [entry] = centre.account.control("GET", "/requests")["requests"][:1]
    shown = centre.account.control("GET", f"/requests/{entry['id']}")

    assert centre.access_token not in str(shown)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_calls_can_only_be_read(centre, refused, method):
    """Other verbs are 405 and say which are served."""
    response = centre.ask(method, "/calls/1")

    refused(response, 405, "Method not allowed")
    assert "GET" in response.headers["allow"]


@pytest.mark.parametrize("path", ["/calls", "/calls/", "/calls/1/legs", "/calls/1/2"])
def test_other_paths_are_unknown(centre, refused, path):
    """In this API's words."""
    refused(centre.ask("GET", path), 404, "Not found")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "Invalid call id"),
        (401, "Unauthorized"),
        (404, "Call not found"),
        (429, "Too many requests"),
        (500, "Internal server error"),
        (503, "Service Unavailable"),
    ],
)
def test_errors_on_purpose(centre, refused, status, text):
    """Any status, in the words that we assume, and the answer says which rule it was."""
    call = centre.place()
    rule = centre.account.control("POST", "/faults", {"operation": "nectardesk.get-call", "status": status})
    response = centre.ask("GET", f"/calls/{call.id}")

    refused(response, status, text)
    assert rule["id"] == response.headers["x-mockserver-fault"]
    assert 200 == centre.ask("GET", f"/calls/{call.id}").status_code


def test_who_knows_the_vendors_words_can_set_them(centre, refused):
    """The text of a rule stands instead of ours."""
    fault = {"operation": "nectardesk.get-call", "status": 404, "text": "No such call"}
    centre.account.control("POST", "/faults", fault)

    refused(centre.ask("GET", "/calls/1"), 404, "No such call")


def test_a_fault_does_not_open(centre, refused):
    """Who has no token is refused before."""
    centre.account.control("POST", "/faults", {"operation": "nectardesk.get-call", "status": 500})

    refused(centre.ask("GET", "/calls/1", headers={}), 401, "Unauthorized")


@pytest.mark.parametrize("prefix", ["/api", "/api/", "/nectar/v1"])
def test_a_prefix_moves_the_paths(prefix):
    """The vendor documents no base URL; what is set stands before `/calls`, and nothing is served without it."""
    headers = {"Access-Token": "mock-token"}
    with in_process(build_app(Settings(nectardesk_prefix=prefix, clock="manual", history=1))) as http:
        found = http.request("GET", f"{prefix.rstrip('/')}/calls/1", headers=headers)
        missed = http.request("GET", "/calls/1", headers=headers)
        world = http.request("GET", "/_mock/v1/worlds/mock").json()

    assert (200, 1) == (found.status_code, found.json()["calls"]["id"])
    assert 404 == missed.status_code
    assert f"{prefix.rstrip('/')}/calls" == world["paths"]["nectardesk"]


def test_the_public_url_is_that_of_recordings():
    """Behind a proxy, or in a container, clients find the server elsewhere than where it listens."""
    settings = Settings(public_url="https://mock.example", clock="manual")
    with in_process(build_app(settings)) as http:
        call = {"from": "+919833334444", "record": True}
        http.request("POST", "/_mock/v1/worlds/mock/numbers/+912241499102/incoming", json=call)
        http.request("POST", "/_mock/v1/worlds/mock/clock/advance", json={"seconds": 300})
        data = http.request("GET", "/calls/1", headers={"Access-Token": "mock-token"}).json()["calls"]

    assert ["https://mock.example/api/call/recording/1?tenant=mock"] == [one["url"] for one in data["recordings"]]


def test_a_call_that_is_only_a_stream_has_no_ivr(centre):
    """What v1 placed without a second number and without a flow is told of, and no flow of the account is named."""
    account = centre.account
    fields = {"From": "09811112222", "StreamUrl": "wss://example.com/media"}
    placed = account.http.request(
        "POST", f"/v1/Accounts/{account.sid}/Calls/connect.json", data=fields, auth=(account.key, account.token)
    )

    assert 200 == placed.status_code, placed.text
    assert centre.read(1)["ivr"] is None
