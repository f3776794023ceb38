"""The answer to the request that places a call comes before everything that the call brings about."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import Counter

import anyio
import pytest

MODES = [{"clock": "jump"}, {"clock": "scaled", "speed": 100_000}]
ROUND_TRIPS = 50


class SlowClient:
    """Posts a body in a `with` block, and takes the answer when the block is left."""

    def __init__(self, account, body, stops_at):
        self._account = account
        self._body = json.dumps(body).encode()
        self._stops_at = stops_at
        self._goes_on = anyio.Event()
        self._is_stopped = threading.Event()

    def __enter__(self):
        self._posting = self._account.http.portal.start_task_soon(self._post)
        assert self._is_stopped.wait(10)

    def __exit__(self, *_error):
        self._account.http.portal.call(self._go_on)
        self._posting.result(10)

    async def _post(self):
        credentials = base64.b64encode(f"{self._account.key}:{self._account.token}".encode())
        scope = {
            "type": "http",
            "method": "POST",
            "path": f"/v3/accounts/{self._account.sid}/calls",
            "query_string": b"",
            "headers": [(b"authorization", b"Basic " + credentials), (b"content-type", b"application/json")],
        }
        await self._account.http.client._transport.app(scope, self._receive, self._send)

    async def _go_on(self):
        self._goes_on.set()

    async def _receive(self):
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def _send(self, message):
        if message["type"] == self._stops_at:
            self._is_stopped.set()
            await self._goes_on.wait()


def attempts_when(account, is_enough):
    """Attempts by call, as soon as they are enough, or after ten seconds."""
    attempts, deadline = Counter(), time.monotonic() + 10
    while not is_enough(attempts) and time.monotonic() < deadline:
        deliveries = account.control("GET", "/deliveries")["deliveries"]
        attempts = Counter(delivery["call_sid"] for delivery in deliveries for _ in delivery["attempts"])
    return attempts


@pytest.mark.parametrize("stops_at", ["http.response.start", "http.response.body"])
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode["clock"])
def test_no_callback_goes_out_while_the_answer_is_on_its_way(new_account, order, mode, stops_at):
    """As long as the client has not got its answer, the call's callbacks wait, however fast time runs."""
    account = new_account(**mode)
    callbacks = [{"event": event, "url": "http://8.8.8.8/"} for event in ("answered", "terminal")]
    body = order("+919900000000", "+919900000000", status_callback=callbacks)
    with SlowClient(account, body, stops_at):
        early = [account.control("GET", "/deliveries?state=blocked")["deliveries"] for _ in range(ROUND_TRIPS)]
    late = attempts_when(account, lambda attempts: 3 == attempts.total())

    assert [[]] * ROUND_TRIPS == early
    assert 3 == late.total()


def test_other_calls_go_on_while_an_answer_is_on_its_way(new_account, order):
    """A client that is slow to take its answer holds up the callbacks of its own call and of no other."""
    account = new_account(clock="scaled", speed=100_000)
    callbacks = [{"url": "http://8.8.8.8/"}]
    with SlowClient(account, order(status_callback=callbacks), "http.response.start"):
        other = account.place("+919811113333", status_callback=callbacks)["sid"]
        attempts = attempts_when(account, lambda attempts: attempts[other])

    assert {other: 1} == attempts
