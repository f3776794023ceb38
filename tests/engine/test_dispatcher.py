"""Callbacks go out in order, after the answer, every attempt on record."""

from __future__ import annotations

import logging
from datetime import timedelta

import anyio
import anyio.lowlevel
import pytest

from mockserver.domain.effects import Input
from mockserver.domain.errors import NotSettled
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.clock import ClockMode
from mockserver.engine.delivery import DeliveryState, Reply, SendBlocked, SendFailed
from mockserver.engine.world import WorldSettings

pytestmark = pytest.mark.anyio

URL = "http://localhost/callback"
BUSY = Story(PartyStory(Reaction.BUSY))
TALK = Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0)
ANSWERED = Input(Trigger.ANSWER, Side.FROM)
RETRIES = WorldSettings(retry_after=(300.0, 900.0))


async def test_every_notification_is_sent_once_in_order(house):
    """The answers of both legs, then the end, with the call as it was."""
    async with house.running():
        house.place(TALK)
        await house.advance(200)

    assert ["call 1 answered 1 ringing-to", "call 1 answered 2 talking", "call 1 over processed"] == house.sender.bodies
    assert [("delivered", 1)] * 3 == house.delivered()


async def test_nothing_is_sent_before_the_answer_to_the_request_has_left(house):
    """The call goes on meanwhile; its callbacks follow in order."""
    async with house.running():
        call = house.place(TALK, is_answered=False)
        await house.advance(200)
        before = list(house.sender.bodies)
        house.engine.answer_sent(house.world, call.sid)
        await house.dispatcher.until_quiet()

    assert [] == before
    assert ["call 1 answered 1 ringing-to", "call 1 answered 2 talking", "call 1 over processed"] == house.sender.bodies


async def test_a_call_whose_answer_is_on_its_way_does_not_hold_back_others(house):
    """When an advance has settled, the callbacks of all other calls have been delivered."""
    async with house.running():
        house.place(BUSY, is_answered=False)
        house.place(BUSY)
        await house.advance(200)

        assert ["call 2 over processed"] == house.sender.bodies


async def test_callbacks_of_one_instant_go_out_one_after_another(house):
    """In manual time the world is one lane: in the order of the calls, never two at once."""
    in_flight = []
    house.sender.on_send = lambda _: in_flight.append(len(house.dispatcher.in_flight))
    async with house.running():
        for _ in range(5):
            house.place(BUSY)
        await house.advance(200)

    assert [f"call {number} over processed" for number in range(1, 6)] == house.sender.bodies
    assert [1] * 5 == in_flight


async def test_where_time_runs_calls_do_not_wait_for_each_other(make_house, until):
    """A slow receiver of one call holds up that call alone."""
    house = make_house(ClockMode.SCALED, speed=1_000.0)
    async with house.running():
        slow = house.sender.hold("http://slow/")
        house.place(TALK, url="http://slow/")
        house.place(TALK)
        await until(lambda: len(house.sender.sent) == 4)
        while_slow = list(house.sender.bodies)
        slow.set()
        await until(lambda: len(house.sender.sent) == 6)

    assert "call 1 answered 1 ringing-to" in while_slow
    assert {f"call 2 {what}" for what in ("answered 1 ringing-to", "answered 2 talking", "over processed")} < set(
        while_slow
    )
    assert ["call 1 answered 1 ringing-to", "call 1 answered 2 talking", "call 1 over processed"] == [
        body for body in house.sender.bodies if body.startswith("call 1")
    ]


async def test_at_most_a_hundred_callbacks_are_in_flight(make_house, until, settle_tasks):
    """The others wait for their turn; none is lost."""
    house = make_house(ClockMode.SCALED, speed=1_000.0)
    async with house.running():
        slow = house.sender.hold(URL)
        for _ in range(150):
            house.place(BUSY)
        await until(lambda: all(call.is_processed for call in map(house.call, house.world.numbers_of_calls)))
        await settle_tasks()
        in_flight = len(house.sender.sent)
        slow.set()
        await until(lambda: house.delivered() == [("delivered", 1)] * 150)

    assert 100 == in_flight
    assert 150 == len(set(house.sender.bodies))


async def test_a_failed_callback_is_not_sent_again_by_default(house):
    """The documentation promises no retry."""
    house.sender.script(URL, Reply(500, (), b"no"))
    async with house.running():
        house.place(BUSY)
        await house.advance(100_000)

    assert [("failed", 1)] == house.delivered()


async def test_a_retry_comes_after_its_delay(make_house):
    """As a timer: 300 s after the first attempt, 900 s after the second; the same bytes each time."""
    house = make_house(settings=RETRIES)
    house.sender.script(URL, Reply(500, (), b"no"), SendFailed("timeout", "no answer"))
    async with house.running():
        house.place(BUSY)
        await house.advance(2_000)
    delivery = house.world.store.deliveries()[0]
    first, second, third = delivery.attempts

    assert (DeliveryState.DELIVERED, [1, 2, 3]) == (delivery.state, [one.number for one in delivery.attempts])
    assert [timedelta(seconds=300), timedelta(seconds=900)] == [second.at - first.at, third.at - second.at]
    assert 1 == len(set(house.sender.sent))


async def test_retries_come_to_an_end(make_house):
    """After the last one the delivery has failed."""
    house = make_house(settings=RETRIES)
    house.sender.script(URL, *[Reply(503, (), b"")] * 9)
    async with house.running():
        house.place(BUSY)
        await house.advance(303)
        retrying = house.delivered()
        await house.advance(100_000)

    assert [("retrying", 2)] == retrying
    assert [("failed", 3)] == house.delivered()
    assert house.world.store.next_due() is None


async def test_a_blocked_callback_is_never_sent_again(make_house):
    """The policy will not change its mind; the reason is on record."""
    house = make_house(settings=RETRIES)
    house.sender.script(URL, SendBlocked("blocked by policy: example.com"))
    async with house.running():
        house.place(BUSY)
        await house.advance(100_000)

    assert [("blocked", 1)] == house.delivered()
    assert "blocked by policy: example.com" == house.world.store.deliveries()[0].attempts[0].error


async def test_a_retry_does_not_hold_back_what_has_happened_since(make_house, until):
    """Where time runs it has a lane of its own: the end is told while an answer is told once more."""
    house = make_house(ClockMode.SCALED, speed=1_000.0, settings=WorldSettings(retry_after=(1.0,)))
    retry = anyio.Event()
    first = "call 1 answered 1 ringing-to"
    house.sender.on_send = lambda _: retry if house.sender.bodies[-1] == first in house.sender.bodies[:-1] else None
    house.sender.script(URL, Reply(500, (), b""))
    async with house.running():
        house.place(TALK)
        await until(lambda: len(house.sender.sent) == 4)
        await until(lambda: house.delivered()[1:] == [("delivered", 1)] * 2)
        while_retrying = house.delivered()
        retry.set()
        await until(lambda: house.delivered() == [("delivered", 2), ("delivered", 1), ("delivered", 1)])

    assert [("retrying", 1), ("delivered", 1), ("delivered", 1)] == while_retrying
    assert [first, first, "call 1 answered 2 talking", "call 1 over processed"] == sorted(house.sender.bodies)


async def test_an_attempt_tells_what_was_answered_and_when(house):
    """On the world's clock, with all bytes that came back."""
    reply = Reply(202, (("x-id", "7"),), b"thanks")
    house.sender.script(URL, reply)
    async with house.running():
        call = house.place(BUSY)
        await house.advance(200)
    attempt = house.world.store.deliveries()[0].attempts[0]

    assert (1, house.call(call.sid).processed_at, reply, None) == (
        attempt.number,
        attempt.at,
        attempt.reply,
        attempt.error,
    )
    assert 0 <= attempt.seconds < 5


async def test_a_receiver_has_the_time_that_the_world_allows(make_house):
    """The time-out is handed to the sender in real seconds."""
    house = make_house(settings=WorldSettings(callback_timeout=2.5))
    async with house.running():
        house.place(BUSY)
        await house.advance(200)

    assert [2.5] == house.sender.timeouts


async def test_a_surprise_on_the_way_is_an_attempt_on_record(make_house, caplog):
    """It is logged, retried like any failure, and later callbacks go out."""
    house = make_house(settings=WorldSettings(retry_after=(60.0,)))
    house.sender.script(URL, ZeroDivisionError("oops"))
    async with house.running():
        house.place(TALK)
        await house.advance(200)
    delivery = house.world.store.deliveries()[0]

    assert [("delivered", 2), ("delivered", 1), ("delivered", 1)] == house.delivered()
    assert "broken: ZeroDivisionError('oops')" == delivery.attempts[0].error
    assert "failed unexpectedly" in caplog.text


async def test_a_reset_while_a_callback_is_on_its_way_forgets_it(house, settle_tasks, caplog):
    """Its answer is not recorded, what waited behind it is not sent, and the world goes on."""
    async with house.running():
        slow = house.sender.hold(URL)
        for _ in range(3):
            house.place(BUSY)
        with pytest.raises(Exception, match="not settled"):
            await house.advance(200, cap=0.2)
        sent = list(house.sender.bodies)
        house.engine.forget_calls(house.world)
        slow.set()
        await settle_tasks()
        after = house.delivered()
        house.place(BUSY)
        await house.advance(200)

    assert ["call 1 over processed"] == sent
    assert [] == after
    assert ["call 1 over processed", "call 4 over processed"] == house.sender.bodies
    assert [("delivered", 1)] == house.delivered()
    assert [] == [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("steps", range(6))
async def test_a_reset_at_any_moment_is_no_trouble(steps, house, settle_tasks, caplog):
    """However far a callback has come between its being due and its being sent."""
    async with house.running():
        call = house.place(Story(PartyStory(ring=50.0)))
        await house.advance(1)
        house.engine.feed(house.world, call.sid, ANSWERED)
        for _ in range(steps):
            await anyio.lowlevel.checkpoint()
        house.engine.forget_calls(house.world)
        await settle_tasks()

        assert house.dispatcher.is_quiet
        assert [] == [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_new_mode_does_not_disturb_the_order_of_a_call(house, settle_tasks, until):
    """What is on its way from manual time is waited for by what happens when the clock runs."""
    async with house.running():
        slow = house.sender.hold(URL)
        call = house.place(TALK)
        with pytest.raises(NotSettled):
            await house.advance(4, cap=0.2)
        house.world.clock.set_mode(ClockMode.SCALED, speed=2_000.0)
        house.runner.clock_changed()
        await until(lambda: house.call(call.sid).is_settled)
        await settle_tasks()
        while_slow = list(house.sender.bodies)
        slow.set()
        await until(lambda: house.delivered() == [("delivered", 1)] * 3)

    assert ["call 1 answered 1 ringing-to"] == while_slow
    assert ["call 1 answered 1 ringing-to", "call 1 answered 2 talking", "call 1 over processed"] == house.sender.bodies
