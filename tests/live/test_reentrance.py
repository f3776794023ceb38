"""Applications whose callback handlers use the API, while the clock waits for them."""

from __future__ import annotations

import threading

import pytest

from mockserver.testing import CallbackSink


@pytest.fixture
def application():
    """A receiver whose handler may use the server: `application(handler)` listens, `seen` is what the handler saw."""
    sinks, seen = [], []

    def listen(handler):
        sink = CallbackSink(lambda received: seen.append(handler(received))).start()
        sinks.append(sink)
        return sink, seen

    yield listen
    for sink in sinks:
        sink.stop()


def test_a_handler_reads_the_call_that_it_is_told_about(http, world, application):
    """During an advance the call reads as its callback says: the clock stands still while the handler works."""

    def read(received):
        told = received.json()["call_details"]
        path = f"/v3/accounts/{world.sid}/calls/{told['sid']}"
        return told, http.get(path, auth=world.auth).json()["response"]["call_details"]

    sink, seen = application(read)
    world.place({"event": "answered", "url": sink.url()}, {"event": "terminal", "url": sink.url()})
    world.advance(60)

    assert 3 == len(seen)
    for told, details in seen:
        assert told == details


def test_a_handler_places_further_calls(http, world, application):
    """A chain of calls, each placed by the callback of the one before, is run by a single advance."""

    def chain(received):
        number = int(received.path[1:])
        if number == 5:
            return None
        order = {
            "from": {"contact_uri": "+919900000200"},
            "to": {"contact_uri": "+919900000310"},
            "virtual_number": "+912241499102",
            "status_callback": [{"url": sink.url(f"/{number + 1}")}],
        }
        return http.post(f"/v3/accounts/{world.sid}/calls", json=order, auth=world.auth).status_code

    sink, seen = application(chain)
    world.place({"url": sink.url("/1")})
    receipt = world.advance(300)

    assert [200, 200, 200, 200, None] == seen
    assert 5 == len(world.get("/calls?outcome=completed")["calls"])
    assert 4 == [event["kind"] for event in receipt["events"]].count("call.placed")


@pytest.mark.parametrize("act", [("advance", {"seconds": 1}), ("run-until", {"idle": True})])
def test_a_handler_cannot_move_the_clock_that_waits_for_it(http, world, application, act):
    """Moving the clock from a callback is refused at once with 409 clock-busy, and nothing hangs."""
    verb, body = act

    def move(_received):
        response = http.post(f"/_mock/v1/worlds/{world.sid}/clock/{verb}", json=body)
        return response.status_code, response.json()["code"], bool(response.json()["hint"])

    sink, seen = application(move)
    world.place({"event": "answered", "url": sink.url()}, {"url": sink.url()})
    receipt = world.advance(300)

    assert [(409, "clock-busy", True)] * 3 == seen
    assert "settle" == receipt["events"][-1]["facts"]["input"]


def test_a_handler_hangs_up_its_call(http, world, application):
    """A handler may play the parties: a call that is hung up on its first callback has no talk."""

    def hang_up(received):
        sid = received.json()["call_details"]["sid"]
        return http.post(f"/_mock/v1/worlds/{world.sid}/calls/{sid}/hangup").status_code

    sink, seen = application(hang_up)
    sid = world.place({"event": "answered", "url": sink.url()})
    world.advance(300)

    assert [200] == seen
    assert "from_leg_cancelled" == world.details(sid)["status"]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/reset?scope=calls"), ("DELETE", ""), ("PATCH", "/clock"), ("POST", "/reset")]
)
def test_a_handler_may_pull_the_ground_away(http, world, application, method, path):
    """A reset, a change of the clock's mode or the end of the world during its own advance ends it without a trace."""
    body = {"mode": "jump"} if path == "/clock" else None

    def pull(_received):
        return http.request(method, f"/_mock/v1/worlds/{world.sid}{path}", json=body).status_code

    sink, seen = application(pull)
    world.place({"event": "answered", "url": sink.url()})
    response = world.ask("POST", "/clock/advance", {"seconds": 300})

    assert {200} == set(seen)
    assert 200 == response.status_code


def test_many_handlers_work_at_once(http, new_world, application):
    """Handlers of several worlds that use the API at the same time do not hinder each other."""
    worlds = [new_world() for _ in range(5)]

    def read(received):
        sid = received.path[1:]
        world = next(one for one in worlds if one.sid == sid)
        return http.get(f"/_mock/v1/worlds/{sid}/calls", auth=world.auth).json()["total"]

    sink, seen = application(read)
    for world in worlds:
        world.place({"event": "answered", "url": sink.url(f"/{world.sid}")})
    threads = [threading.Thread(target=world.advance, args=(60,)) for world in worlds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert [1] * 10 == seen
