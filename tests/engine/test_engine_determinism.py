"""Same seed and same requests: same sids, outcomes, times, receipts."""

from __future__ import annotations

import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.errors import IllegalInput
from mockserver.domain.order import Party
from mockserver.engine.clock import ClockMode
from mockserver.engine.delivery import Reply
from mockserver.engine.live import Word, live_input
from mockserver.engine.world import WorldSettings

pytestmark = pytest.mark.anyio

URL = "http://localhost/callback"
SETTINGS = WorldSettings(retry_after=(30.0, 60.0))


async def an_afternoon(house):
    """Twenty calls with random outcomes, some taken in hand, one receiver that fails at times."""
    house.sender.script(URL, *[Reply(500, (), b"")] * 3)
    receipts = []
    async with house.running():
        for number in range(20):
            call = house.place(to_party=Party(Contact(f"+9198200{number:05d}")))
            receipts.append(await house.advance(number * 1.5))
            for word in (Word.ANSWER, Word.HANG_UP) if number % 3 == 0 else ():
                try:
                    house.engine.feed(house.world, call.sid, live_input(house.call(call.sid), word))
                except IllegalInput as refusal:
                    receipts.append(str(refusal))
        receipts.append(await house.runner.run_until(lambda: len(house.delivered()) > 30, 3_600, 5))
        receipts.append(await house.advance(100_000))
    calls = [house.call(sid) for sid in house.world.numbers_of_calls]
    attempts = [
        (one.id, [(attempt.number, attempt.at, attempt.reply) for attempt in one.attempts])
        for one in house.world.store.deliveries()
    ]
    return calls, receipts, attempts, house.sender.sent


async def test_two_runs_are_identical(make_house):
    """Every call in every detail, every receipt, every attempt, every byte that was sent, in order."""
    one, same = [await an_afternoon(make_house(seed=7, draws_outcomes=True, settings=SETTINGS)) for _ in range(2)]

    for ours, theirs in zip(one, same, strict=True):
        assert ours == theirs
    assert 20 == len(one[0])
    assert 1 < len({call.outcome for call in one[0]})


async def test_another_seed_is_another_afternoon(make_house):
    """Other sids, other outcomes."""
    (one, *_), (other, *_) = [
        await an_afternoon(make_house(seed=seed, draws_outcomes=True, settings=SETTINGS)) for seed in (7, 8)
    ]

    assert set() == {call.sid for call in one} & {call.sid for call in other}
    assert [call.outcome for call in one] != [call.outcome for call in other]


async def test_the_order_of_random_outcomes_is_that_of_the_calls(make_house):
    """What happens in between changes nothing: each call draws its own lot."""
    busy, idle = make_house(seed=7, draws_outcomes=True), make_house(seed=7, draws_outcomes=True)
    async with busy.running(), idle.running():
        stories = [busy.place().story for _ in range(5)]
        await busy.advance(500)
        stories += [busy.place().story for _ in range(5)]

        assert stories == [idle.place().story for _ in range(10)]


async def test_jumping_time_tells_the_same_story_as_manual_time(make_house, until):
    """Same marks to the microsecond, same callbacks in the same order."""
    manual, jumping = make_house(seed=7, draws_outcomes=True), make_house(ClockMode.JUMP, seed=7, draws_outcomes=True)
    async with manual.running(), jumping.running():
        for _ in range(10):
            manual.place(is_answered=False)
            jumping.place(is_answered=False)
        for house in (manual, jumping):
            for sid in house.world.numbers_of_calls:
                house.engine.answer_sent(house.world, sid)
        await manual.advance(20_000)
        await until(lambda: all(jumping.call(sid).is_settled for sid in jumping.world.numbers_of_calls))

    assert manual.sender.bodies == jumping.sender.bodies
    assert [manual.call(sid) for sid in manual.world.numbers_of_calls] == [
        jumping.call(sid) for sid in jumping.world.numbers_of_calls
    ]
