"""The journal: every request of a world with its answer, and the strays that belong to none."""

from __future__ import annotations

import base64
import json

import pytest


def test_a_request_is_kept_with_its_answer(world, order):
    """The journal has method, path, query, headers, both bodies, status and operation."""
    body = order(custom_field="ü")
    answer = world.provider("POST", "?details=true", json=body, headers={"X-Trace": "1"})
    [request] = world.get("/requests")["requests"]

    assert ("POST", f"/v3/accounts/{world.sid}/calls", "details=true", "exotel-v3.create-call", 200) == (
        request["method"],
        request["path"],
        request["query"],
        request["operation"],
        request["status"],
    )
    assert body == json.loads(request["body"]["text"])
    assert answer.text == request["response_body"]["text"]
    assert ["x-trace", "1"] in request["headers"]
    assert ["content-type", "application/json"] in request["response_headers"]
    assert (None, None, None) == (request["fault"], request["refusal"], request["hint"])
    assert request == world.get(f"/requests/{request['id']}")


def test_a_request_is_dated_by_the_clock_of_its_world(world):
    """`at` is a time of the world and not of the wall."""
    world.advance(90)
    world.place()

    assert ["2026-01-05T04:31:30Z"] == [one["at"] for one in world.get("/requests")["requests"]]


def test_credentials_are_never_shown(world, order):
    """The password is nowhere in the journal; the scheme of authentication is."""
    world.provider("POST", "", json=order())
    page = world.ask("GET", "/requests")

    secret = base64.b64encode(":".join(world.auth).encode()).decode()
    [request] = page.json()["requests"]
    assert ["authorization", "Basic <redacted>"] in request["headers"]
    assert secret not in page.text
    assert world.auth[1] not in page.text


@pytest.mark.parametrize(
    ("header", "value", "shown"),
    [
        ("Authorization", "Bearer s3cret", "Bearer <redacted>"),
        ("Authorization", "s3cret", "<redacted>"),
        ("Authorization", "Basic s3cret s3cret", "Basic <redacted>"),
        ("Proxy-Authorization", "Basic s3cret", "Basic <redacted>"),
        ("Access-Token", "s3cret", "<redacted>"),
        ("Access-Token", "s3cret one", "<redacted>"),
        ("Cookie", "session=s3cret", "<redacted>"),
        ("Cookie", "session=s3cret; other=s3cret", "<redacted>"),
    ],
)
def test_every_secret_header_is_redacted(world, order, header, value, shown):
    """Of headers that carry secrets only the scheme of an authentication is left; cookies have none."""
    world.provider("POST", "", json=order(), headers={header: value}, auth=None)
    page = world.ask("GET", "/requests")

    [request] = page.json()["requests"]
    assert [header.lower(), shown] in request["headers"]
    assert "s3cret" not in page.text


def test_a_refused_request_says_why(world, order):
    """What was not served has the refusal in our words and a hint, besides the answer in the vendor's."""
    world.provider("POST", "", json=order("+919810000003"))
    world.place()
    [request] = world.get("/requests?refused=true")["requests"]

    assert 409 == request["status"]
    assert "is off" in request["refusal"]
    assert "Switch it on" in request["hint"]


def test_requests_are_filtered(world):
    """`operation` and `refused` narrow the list."""
    sid = world.place()
    world.provider("GET", f"/{sid}")
    world.provider("GET", "/nothing")

    def ids(query):
        return [one["id"] for one in world.get(f"/requests{query}")["requests"]]

    assert ["q1", "q2", "q3"] == ids("")
    assert ["q1"] == ids("?operation=exotel-v3.create-call")
    assert ["q2", "q3"] == ids("?operation=exotel-v3.get-call")
    assert ["q3"] == ids("?operation=exotel-v3.get-call&refused=true")
    assert ["q1", "q2", "q3"] == ids("?refused=false")
    assert [] == ids("?operation=none")


def test_requests_are_paged(world):
    """Following `next` shows every request once, oldest first, and `after` asks for what is new."""
    sid = world.place()
    for _ in range(9):
        world.provider("GET", f"/{sid}")
    seen, after = [], ""
    while after is not None:
        page = world.get("/requests?limit=4" + (f"&after={after}" if after else ""))
        seen += [one["id"] for one in page["requests"]]
        after = page["next"]

    assert [f"q{number}" for number in range(1, 11)] == seen
    assert ["q10"] == [one["id"] for one in world.get("/requests?after=q9")["requests"]]


@pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?limit=1001"])
def test_a_bad_limit_is_refused(world, expect_refusal, query):
    """A limit out of bounds is 400, for the world's requests and for strays."""
    expect_refusal(world.ask("GET", f"/requests{query}"), 400, "bad-input", "limit")
    expect_refusal(world.control.ask("GET", f"/requests{query}"), 400, "bad-input", "limit")


def test_the_journal_is_bounded(world):
    """A thousand requests are kept; the oldest go first, and it is told how many went."""
    sid = world.place()
    for _ in range(1004):
        world.provider("GET", f"/{sid}")
    page = world.get("/requests?limit=1000")

    assert (1000, 5) == (len(page["requests"]), page["dropped"])
    assert ("q6", "q1005") == (page["requests"][0]["id"], page["requests"][-1]["id"])


def test_large_bodies_are_kept_in_part(world, order):
    """Of a body 64 KiB are kept, so that the journal cannot grow without bound."""
    world.provider("POST", "", json=order(custom_field="x" * 200_000))
    [request] = world.get("/requests")["requests"]

    assert [65_536, 65_536] == [len(request[name]["text"]) for name in ("body", "response_body")]


def test_a_body_that_is_no_text_is_shown_in_base64(world):
    """Bytes that are not UTF-8 are shown in base64."""
    world.provider("POST", "", content=b"\xff\xfe", headers={"Content-Type": "application/json"})
    [request] = world.get("/requests")["requests"]

    assert {"text": None, "base64": "//4="} == request["body"]


@pytest.mark.parametrize("shift", ["", "x", "xx"])
def test_a_text_that_was_cut_in_a_letter_is_still_shown_as_text(world, order, shift):
    """A body that is cut inside of a letter of several bytes is text up to there."""
    content = json.dumps(order(custom_field=shift + "☎" * 60_000), ensure_ascii=False).encode()
    world.provider("POST", "", content=content, headers={"Content-Type": "application/json"})
    [request] = world.get("/requests")["requests"]

    assert request["body"]["text"] is not None
    assert request["body"]["text"].startswith('{"from"')


def test_control_requests_are_not_in_the_journal(world):
    """What is asked of the control API is not journalled: it would drown the rest."""
    world.get("/calls")
    world.get("/requests")

    assert [] == world.get("/requests")["requests"]


def test_an_unknown_request_is_unknown(world, expect_refusal):
    """A request that is not in the journal is 404."""
    expect_refusal(world.ask("GET", "/requests/q1"), 404, "unknown-request")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v3/accounts/nowhere-{sid}/calls/x", 401), ("/nowhere/{sid}", 404), ("/v3/{sid}", 404)],
)
def test_strays_are_on_record(world, path, status):
    """Requests that belong to no world are kept apart, with why they were not served."""
    path = path.format(sid=world.sid)
    world.control.elsewhere("GET", path)
    strays = world.control.ask("GET", "/requests?refused=true&limit=1000").json()["requests"]

    stray = [one for one in strays if one["path"] == path][-1]
    assert status == stray["status"]
    assert stray["refusal"]
    assert [] == world.get("/requests")["requests"]


def test_a_path_without_api_says_where_apis_are(control):
    """A path below no API is 404 with a hint at the prefixes, whatever the verb."""
    for method in ("GET", "POST", "DELETE"):
        response = control.elsewhere(method, "/v9/accounts/mock/calls")
        problem = response.json()

        assert (404, "no-such-path") == (response.status_code, problem["code"])
        assert "application/problem+json" == response.headers["content-type"]
        assert "/v3" in problem["hint"]


@pytest.fixture
def visited(world):
    """A world with four requests: a call, a look at it a minute later, one in vain, one that matches nothing."""
    sid = world.place("+919811112222", "+919833334444", custom_field="order 4711")
    world.advance(60)
    world.provider("GET", f"/{sid}", headers={"X-Trace": "t-1"})
    world.do("POST", "/faults", {"status": 503})
    world.provider("GET", "/nobody?of=098333%2034444")
    world.control.elsewhere("PUT", "/v3/nothing", auth=world.auth)
    return world


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("method=get", [2, 3]),
        ("path=/v3/*/calls", [1]),
        ("path=*/calls/*", [2, 3]),
        ("path=/V3/*", []),
        ("status=200", [1, 2]),
        ("status=4xx", [4]),
        ("status=5xx&method=GET", [3]),
        ("fault=f1", [3]),
        ("fault=f2", []),
        ("unmatched=true", [4]),
        ("refused=true", [3, 4]),
        ("since=2026-01-05T04:31:00Z", [2, 3, 4]),
        ("until=2026-01-05T10:00:30+05:30", [1]),
        ("number=%2B919833334444", [1, 3]),
        ("number=9833334444", [1, 3]),
        ("number=sip:asha@example.com", []),
        ("contains=order 4711", [1]),
        ("contains=of=098333 34444", [3]),
        ("contains=nowhere", []),
    ],
)
def test_requests_are_found_and_counted(visited, query, ids):
    """By method, path, status, fault, time, number and text, each alone and together."""
    found = [int(one["id"][1:]) for one in visited.get(f"/requests?{query}")["requests"]]

    assert ids == found
    assert len(ids) == visited.get(f"/requests/count?{query}")["count"]


@pytest.mark.parametrize(
    ("match", "ids"),
    [
        ({}, [1, 2, 3, 4]),
        ({"json": {"to": {"contact_uri": "+919833334444"}}}, [1]),
        ({"json": {"to": {"contact_uri": "+919833334445"}}}, []),
        ({"json": {"to": {}}}, [1]),
        ({"json": {"nothing": None}}, [1, 2, 3, 4]),
        ({"headers": {"x-trace": "t-*"}}, [2]),
        ({"headers": {"X-TRACE": "*", "accept": "*"}}, [2]),
        ({"headers": {"authorization": "Basic *"}, "method": "PUT"}, [4]),
        ({"headers": {"authorization": "Basic [!<]*"}}, []),
        ({"status": "2xx", "operation": "exotel-v3.create-call"}, [1]),
    ],
)
def test_requests_are_found_by_headers_and_json(visited, match, ids):
    """POST takes what a query cannot say; credentials cannot be guessed by it."""
    page = visited.do("POST", "/requests/find", match)

    assert [f"q{number}" for number in ids] == [one["id"] for one in page["requests"]]


def test_what_is_found_is_paged(visited):
    """As the list is."""
    page = visited.do("POST", "/requests/find?limit=1&after=q1", {"method": "GET"})

    assert (["q2"], "q2") == ([one["id"] for one in page["requests"]], page["next"])


@pytest.mark.parametrize(
    ("query", "where"),
    [("status=abc", "status"), ("status=6xx", "status"), ("number=x", "number"), ("since=now", "since")],
)
def test_a_filter_that_fits_nothing_is_refused(world, expect_refusal, query, where):
    """It would hide what there is."""
    expect_refusal(world.ask("GET", f"/requests?{query}"), 400, "bad-input", where)


def test_an_unknown_path_is_in_the_journal_of_the_world(visited):
    """With good credentials it belongs to their world, with what it was near to."""
    request = visited.get("/requests/q4")

    assert (visited.sid, None, 404) == (request["world"], request["operation"], request["status"])
    assert "POST /v3/accounts/{account_sid}/calls" == visited.get("/requests?unmatched=true")["requests"][0]["nearest"]
    assert request["nearest"] in request["hint"]


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("POST", "/v9/accounts/mock/calls", "POST /v3/accounts/{account_sid}/calls"),
        ("GET", "/vv1/Accounts/mock/Calls", "GET /v1/Accounts/{account_sid}/Calls"),
        ("GET", "/mock/v1/worlds", "GET /_mock/v1/worlds"),
    ],
)
def test_a_path_below_no_api_names_the_nearest_of_all(control, method, path, nearest):
    """In the answer and in the journal of strays."""
    answer = control.elsewhere(method, path)
    stray = [one for one in control.ask("GET", "/requests?limit=1000").json()["requests"] if one["path"] == path][-1]

    assert f"The nearest route is {nearest}." in answer.json()["hint"]
    assert (nearest, None, True) == (stray["nearest"], stray["world"], nearest in stray["hint"])


def test_a_long_path_is_no_burden(control):
    """Its nearest route is found by its beginning."""
    assert 404 == control.elsewhere("GET", "/v9/" + "a/" * 20_000).status_code


def test_a_journal_is_cleared(visited):
    """It says how many went; ids go on."""
    removed = visited.do("DELETE", "/requests")
    visited.provider("GET", "/nobody")

    assert {"removed": {"requests": 4}} == removed
    assert ["q5"] == [one["id"] for one in visited.get("/requests")["requests"]]


def test_the_whole_size_of_a_body_is_told(world, order):
    """Also where only a part of it is kept."""
    content = json.dumps(order(custom_field="x" * 100_000)).encode()
    answer = world.provider("POST", "", content=content, headers={"Content-Type": "application/json"})
    [request] = world.get("/requests")["requests"]

    assert (len(content), len(answer.content)) == (request["body_size"], request["response_size"])
