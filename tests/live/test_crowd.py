"""Two hundred clients at once, with receivers that are slow, close connections and fail."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from mockserver.testing import Answer, CallbackSink

CLIENTS = 200
SICK = 100


@pytest.fixture(scope="module")
def crowd(server, made):
    """The story, told once: all clients call at the same moment; what is left when the last retry is over.

    `slow` answers nothing until every client has its answer, `rude` closes its first hundred connections, `ill` fails
    as often.
    """
    world = made(clock="scaled", speed=100, retry_after=[5] * 20)
    everybody_was_answered = threading.Event()
    with ExitStack() as stack:
        slow, rude, ill = (stack.enter_context(CallbackSink()) for _ in range(3))
        slow.script(*[Answer(waits_for=everybody_was_answered)] * CLIENTS)
        rude.script(*[Answer(closes=True)] * SICK)
        ill.script(*[Answer(500), Answer(503)] * (SICK // 2))
        stack.callback(everybody_was_answered.set)
        with ThreadPoolExecutor(CLIENTS) as clients:
            call = client_of(server, world, (slow, rude, ill))
            answers = list(clients.map(call, range(CLIENTS)))
        everybody_was_answered.set()
        slow.wait_for(2 * CLIENTS, 30)
        rude.wait_for(CLIENTS + SICK, 30)
        ill.wait_for(CLIENTS + SICK, 30)
        world.do("PATCH", "/clock", {"mode": "manual"})
        world.advance(3600)
        deliveries = world.get("/deliveries?limit=1000")["deliveries"]
        yield SimpleNamespace(world=world, answers=answers, sinks=(slow, rude, ill), deliveries=deliveries)
    world.ask("DELETE")


def client_of(server, world, sinks):
    """A function that places a call on a connection of its own, when all the others are about to."""
    parts, gate = urlsplit(server.base_url), threading.Barrier(CLIENTS, timeout=30)
    credentials = base64.b64encode(":".join(world.auth).encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    events = ("answered", "terminal", "terminal")

    def call(number):
        body = {
            "from": {"contact_uri": f"+91981111{number:04}", "state_management": True},
            "to": {"contact_uri": "+919833334444"},
            "virtual_number": "+912241499102",
            "custom_field": str(number),
            "status_callback": [
                {"event": event, "url": sink.url(f"/{number}")} for event, sink in zip(events, sinks, strict=True)
            ],
        }
        with closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)) as connection:
            connection.connect()
            gate.wait()
            connection.request("POST", f"/v3/accounts/{world.sid}/calls", json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    return call


def test_every_client_has_its_call(crowd):
    """Everybody is answered, with a call of their own that is known and has come to its end."""
    statuses = {status for status, _ in crowd.answers}
    placed = [answer["response"]["call_details"] for _, answer in crowd.answers]
    known = crowd.world.get("/calls?limit=1000")

    assert {200} == statuses
    assert [str(number) for number in range(CLIENTS)] == [details["custom_field"] for details in placed]
    assert CLIENTS == known["total"]
    assert {details["sid"] for details in placed} == {call["sid"] for call in known["calls"]}
    assert {("settled", "completed")} == {(call["state"], call["outcome"]) for call in known["calls"]}


def test_every_subscription_has_one_delivery_per_event(crowd):
    """Each call has a delivery for each answered leg and one for each of its two ends, and no other."""
    slow, rude, ill = crowd.sinks
    numbers = {answer["response"]["call_details"]["sid"]: number for number, (_, answer) in enumerate(crowd.answers)}
    found = defaultdict(list)
    for one in crowd.deliveries:
        found[numbers[one["call_sid"]]].append((one["event"], one["leg"], one["url"]))

    assert {
        number: [
            ("answered", 1, slow.url(f"/{number}")),
            ("answered", 2, slow.url(f"/{number}")),
            ("over", None, rude.url(f"/{number}")),
            ("over", None, ill.url(f"/{number}")),
        ]
        for number in range(CLIENTS)
    } == found


def test_every_attempt_is_on_record(crowd):
    """The ledger has exactly the attempts that arrived, numbered, and only the last of each delivery succeeded."""
    arrived = Counter(sink.url(received.path) for sink in crowd.sinks for received in sink.received)
    recorded = Counter()
    for one in crowd.deliveries:
        recorded[one["url"]] += len(one["attempts"])

    assert arrived == recorded
    assert 4 * CLIENTS + 2 * SICK == recorded.total()
    assert {"delivered"} == {one["state"] for one in crowd.deliveries}
    for one in crowd.deliveries:
        assert list(range(1, len(one["attempts"]) + 1)) == [attempt["number"] for attempt in one["attempts"]]
        assert [False] * (len(one["attempts"]) - 1) + [True] == [
            attempt["status"] == 200 for attempt in one["attempts"]
        ]


def test_no_callback_arrives_twice(crowd):
    """A receiver that has accepted a callback does not get it again."""
    slow, rude, ill = crowd.sinks

    assert {2} == set(Counter(received.path for received in slow.received).values())
    for sink in (rude, ill):
        accepted = Counter(received.path for received in sink.received[SICK:])
        assert {f"/{number}": 1 for number in range(CLIENTS)} == accepted


def test_each_callback_is_about_its_own_call(crowd):
    """Nobody's callback goes to somebody else's URL."""
    for sink in crowd.sinks:
        assert [] == [
            received.path
            for received in sink.received
            if received.path != f"/{received.json()['call_details']['custom_field']}"
        ]


def test_the_end_is_not_told_before_the_answers(crowd):
    """In each call the first attempt about the end comes after the attempts about its legs."""
    times = defaultdict(list)
    for one in crowd.deliveries:
        times[one["call_sid"]].append(one["attempts"][0]["at"])

    assert [] == [sid for sid, moments in times.items() if sorted(moments) != moments]


def test_everybody_is_free_again(crowd):
    """After the end of its call every managed number can be dialled again."""
    for number in range(0, CLIENTS, 20):
        contact = {"contact_uri": f"+91981111{number:04}", "state_management": True}
        crowd.world.place(**{"from": contact})
