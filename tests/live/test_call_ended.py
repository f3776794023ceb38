"""NectarDesk and calls that come in, on real sockets."""

from __future__ import annotations

import httpx
import pytest

from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import CallbackSink
from mockserver.testing.sink import Answer

CUSTOMER, AGENT = "+919822223333", "+919810000001"


@pytest.fixture
def listening(new_world, sink):
    """A world that tells a receiver of calls that are over."""
    return new_world(ended_webhooks=[sink.url("/ended")])


@pytest.fixture
def read(listening):
    """A call's data by id."""
    token = listening.get()["access_token"]

    def ask(call_id):
        response = listening.http.get(f"/calls/{call_id}", headers={"Access-Token": token})
        assert 200 == response.status_code, response.text
        return response.json()["calls"]

    return ask


def come_in(world, **body):
    call = world.do("POST", "/numbers/+912241499102/incoming", {"from": CUSTOMER, **body})["call"]
    return call["sid"], call["serial"]


def test_a_customer_calls_in_and_is_answered(listening, sink, read):
    """From the ringing to the end, over HTTP all the way; the webhook says what REST says."""
    sid, call_id = come_in(listening, record=True, menu=2)
    listening.advance(4)
    listening.do("POST", f"/calls/{sid}/answer", {"leg": 3})
    listening.advance(3)
    talking = read(call_id)
    listening.do("POST", f"/calls/{sid}/hangup", {"leg": 1})
    listening.advance(60)
    [received] = sink.received
    body, ended = received.json(), read(call_id)

    assert (True, False, [2], 3) == (
        talking["is_answered"],
        talking["is_ended"],
        [leg["id"] for leg in talking["answered_agents"]],
        talking["talk_time"],
    )
    assert ("POST", "/ended", "application/json") == (received.method, received.path, received.header("content-type"))
    assert (call_id, 7, 3, 2, "(Support)Handled") == (
        body["id"],
        body["duration"],
        body["talkTime"],
        body["waitingTime"],
        body["sub_type"],
    )
    assert (7, 3, True) == (ended["duration"], ended["talk_time"], ended["is_ended"])
    assert [recording["url"].partition("://")[2] for recording in ended["recordings"]] == body["call_recordings"]
    assert body["call_recordings"][0].startswith(str(listening.http.base_url).partition("://")[2])


def test_it_comes_after_what_the_call_itself_was_to_tell(listening, sink):
    """A call of v3 tells its subscribers first, leg by leg, and then the account."""
    subscriber = {"url": sink.url("/v3")}
    listening.place({"event": "answered", **subscriber}, {"event": "terminal", **subscriber})
    listening.advance(60)

    assert ["/v3", "/v3", "/v3", "/ended"] == [received.path for received in sink.received]


def test_every_target_is_told(new_world, sink):
    """In the order in which they were set, each in full."""
    with CallbackSink() as other:
        world = new_world(ended_webhooks=[sink.url("/one"), other.url("/two"), sink.url("/three")])
        come_in(world)
        world.advance(60)
        bodies = [*(received.json() for received in sink.received), other.wait_for(1)[0].json()]

    assert ["/one", "/three"] == [received.path for received in sink.received]
    assert [bodies[0]] * 3 == bodies


def test_what_is_sent_again_is_the_call_as_it_was(new_world, sink):
    """A retry, and a redelivery, have the bytes of the first attempt, whatever has been noted since."""
    world = new_world(ended_webhooks=[sink.url("/ended")], retry_after=[60])
    sink.script(Answer(500))
    sid, _ = come_in(world)
    world.advance(40)
    world.do("PUT", f"/calls/{sid}/wrapup", {"tags": ["late"]})
    world.advance(60)
    [delivery] = world.get("/deliveries")["deliveries"]
    world.do("POST", f"/deliveries/{delivery['id']}/redeliver")
    world.advance(0)
    first, *others = sink.wait_for(3)

    assert [] == first.json()["tags"]
    assert [first.body] * 2 == [received.body for received in others]


def test_a_target_on_the_internet_is_blocked(new_world, sink):
    """It is on record as blocked, and keeps no other from being told."""
    world = new_world(ended_webhooks=["http://8.8.8.8/ended", sink.url("/ended")])
    come_in(world)
    world.advance(60)
    states = {delivery["url"]: delivery["state"] for delivery in world.get("/deliveries")["deliveries"]}

    assert {"http://8.8.8.8/ended": "blocked", sink.url("/ended"): "delivered"} == states
    assert 1 == len(sink.received)


def test_a_target_can_be_set_and_taken_away(world, sink):
    """It holds for calls that end from then on."""
    world.do("PATCH", "", {"ended_webhooks": [sink.url("/ended")]})
    come_in(world)
    world.advance(60)
    world.do("PATCH", "", {"ended_webhooks": []})
    come_in(world)
    world.advance(60)

    assert [1] == [received.json()["id"] for received in sink.received]


@pytest.mark.parametrize("url", ["", "nowhere", "ftp://127.0.0.1/", "http://", "//127.0.0.1/ended"])
def test_a_target_is_a_web_address(world, url):
    """Anything else is refused, and names the setting."""
    response = world.ask("PATCH", "", {"ended_webhooks": [url]})

    assert (400, "ended_webhooks") == (response.status_code, response.json()["where"])


def test_an_application_reads_the_call_from_inside_the_webhook(made):
    """As one does that needs more than the webhook says: REST knows the same call, ended."""
    seen = []

    def look_up(received):
        headers = {"Access-Token": world.get()["access_token"]}
        seen.append(world.http.get(f"/calls/{received.json()['id']}", headers=headers).json()["calls"])

    with CallbackSink(look_up) as sink:
        world = made(ended_webhooks=[sink.url("/ended")])
        come_in(world)
        world.advance(60)
        [received] = sink.received

    [data] = seen
    assert (True, received.json()["duration"]) == (data["is_ended"], data["duration"])


def test_agents_take_over_from_each_other(listening, sink, read):
    """And a phone outside from them; the webhook tells of the last."""
    sid, call_id = come_in(listening, user_ids=["u1002"])
    listening.advance(5)
    for contact in (AGENT, "+919844445555"):
        listening.do("POST", f"/calls/{sid}/transfer", {"to": contact})
        listening.advance(10)
    listening.advance(60)
    body = sink.received[0].json()

    assert [(2, "Normal call"), (1, "Transfer Call")] == [(one["id"], one["type"]) for one in body["agents"]]
    assert "+919844445555" == body["transfer_details"]["number"] == body["external_numbers"][0]["number"]
    assert [{"number": "919844445555", "is_any_transfer": True}] == read(call_id)["external_numbers"]


def test_credentials_and_prefix_of_an_application_are_kept():
    """`--access-token` and `--nectardesk-prefix` make what an application has configured already."""
    settings = Settings(
        port=0, clock="jump", world=("acme:k:t",), access_token=("acme:nd:1",), nectardesk_prefix="/api"
    )
    with CallbackSink() as sink, Server(settings) as server, httpx.Client(base_url=server.base_url) as client:
        client.patch("/_mock/v1/worlds/acme", json={"ended_webhooks": [sink.url("/ended")]})
        client.post("/_mock/v1/worlds/acme/numbers/+912241499102/incoming", json={"from": CUSTOMER})
        [received] = sink.wait_for(1)
        call_id = received.json()["id"]
        answers = [
            client.get(f"/api/calls/{call_id}", headers={"Access-Token": token}).status_code
            for token in ("nd:1", "acme-token", "mock-token")
        ]

    assert [200, 401, 404] == answers
