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
