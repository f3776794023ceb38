"""Histories on their way into a world: in parts, twice, too much, and beside other work."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import anyio
import anyio.lowlevel
import pytest

from mockserver.domain.call import Outcome
from mockserver.domain.errors import AlreadyExists, BadInput
from mockserver.engine.call_filter import PageRequest
from mockserver.engine.histories import Part

CALLS, DAYS, SEED = 450, 30, 7
ALL = Part(CALLS, DAYS, SEED)


def calls_of(house):
    """All calls of the world, oldest first."""
    return house.world.store.page(PageRequest((), 10_000, newest_first=False)).calls


@pytest.fixture
def histories(house):
    return house.engine.histories(house.world)


def test_a_history_is_in_the_store(house, histories):
    """All calls are there, and the answer says how many ended how."""
    chapter = histories.tell_at_once(ALL)

    calls = calls_of(house)
    assert CALLS == len(calls) == chapter.end
    assert dict.fromkeys(Outcome, 0) | chapter.outcomes == {
        outcome: sum(call.outcome is outcome for call in calls) for outcome in Outcome
    }
    assert house.world.clock.now() - timedelta(days=DAYS) == chapter.plan.since
    assert chapter.plan.since <= calls[0].created_at < calls[-1].created_at < chapter.plan.until


@pytest.mark.anyio
@pytest.mark.parametrize("cuts", [(0, 450), (0, 1, 450), (0, 100, 200, 300, 400, 450), (0, 137, 138, 449, 450)])
async def test_the_parts_are_the_whole(make_house, cuts):
    """In however many parts a history is told, and though time passes between them, it is the same."""
    whole, parted = make_house(), make_house()
    whole.engine.histories(whole.world).tell_at_once(ALL)

    for first, end in pairwise(cuts):
        await parted.engine.histories(parted.world).tell(Part(CALLS, DAYS, SEED, first, end - first))
        await parted.advance(7_200)

    assert calls_of(whole) == calls_of(parted)


@pytest.mark.parametrize(
    ("part", "where"),
    [
        (Part(0, DAYS, SEED), "calls"),
        (Part(10_001, DAYS, SEED), "calls"),
        (Part(CALLS, 0, SEED), "days"),
        (Part(CALLS, 191, SEED), "days"),
        (Part(CALLS, DAYS, SEED, -1), "first"),
        (Part(CALLS, DAYS, SEED, 450), "first"),
        (Part(CALLS, DAYS, SEED, 0, 0), "count"),
        (Part(CALLS, DAYS, SEED, 0, 451), "count"),
        (Part(CALLS, DAYS, SEED, 1), "first"),
    ],
)
def test_what_cannot_be_told_is_refused(house, histories, part, where):
    """More calls than the world keeps, older ones, and parts that are not the next: nothing is told then."""
    with pytest.raises(BadInput) as refused:
        histories.tell_at_once(part)

    assert where == refused.value.where
    assert refused.value.hint
    assert [] == calls_of(house)


def test_the_refusal_says_what_is_kept(histories):
    """A history that the world would forget at once is refused with the bound."""
    with pytest.raises(BadInput, match="days must be between 1 and 190, not 365"):
        histories.tell_at_once(Part(CALLS, 365, SEED))


@pytest.mark.parametrize("again", [ALL, Part(CALLS, DAYS, SEED, 0, 10), Part(900, DAYS, SEED), Part(CALLS, 31, SEED)])
def test_a_history_is_told_once(house, histories, again):
    """The same seed a second time is refused, whole or in part, shorter or longer; nothing comes twice."""
    histories.tell_at_once(ALL)

    with pytest.raises(AlreadyExists, match="450 calls of a history with seed 7 already") as refused:
        histories.tell_at_once(again)

    assert "another seed" in refused.value.hint
    assert CALLS == len(calls_of(house))


def test_a_part_that_is_not_the_next_is_refused(house, histories):
    """A gap is refused with the number that is due."""
    histories.tell_at_once(Part(CALLS, DAYS, SEED, 0, 100))

    with pytest.raises(BadInput, match="goes on with call 100, not 200"):
        histories.tell_at_once(Part(CALLS, DAYS, SEED, 200, 100))

    assert 100 == len(calls_of(house))


@pytest.mark.parametrize("other", [Part(900, DAYS, SEED, 100), Part(CALLS, 31, SEED, 100)])
def test_a_history_goes_on_as_it_was_begun(histories, other):
    """A part of a history with other bounds but the same seed is refused."""
    histories.tell_at_once(Part(CALLS, DAYS, SEED, 0, 100))

    with pytest.raises(AlreadyExists, match="seed 7"):
        histories.tell_at_once(other)


def test_another_seed_adds(house, histories):
    """A second history lies among the calls of the first."""
    histories.tell_at_once(ALL)
    histories.tell_at_once(Part(CALLS, DAYS, SEED + 1))

    calls = calls_of(house)
    assert 2 * CALLS == len(calls) == len({call.sid for call in calls})
    assert sorted(call.created_at for call in calls) == [call.created_at for call in calls]


def test_a_forgotten_history_can_be_told_again(house, histories):
    """When the calls are forgotten, so is that they were told: the same history comes back."""
    histories.tell_at_once(ALL)
    before = calls_of(house)
    house.engine.forget_calls(house.world)

    histories.tell_at_once(ALL)

    assert before == calls_of(house)


@pytest.mark.anyio
async def test_a_history_lies_before_the_calls_that_are_there(house, histories):
    """Calls that were placed stay as they are, and their next ones have the sids that they would have had anyhow."""
    async with house.running():
        placed = house.place()
        await histories.tell(ALL)
        await house.advance(3_600)
        following = house.place()

    calls = calls_of(house)
    assert [placed.sid, following.sid] == [call.sid for call in calls[-2:]]
    assert calls[-2].is_settled


@pytest.mark.anyio
async def test_the_sids_of_placed_calls_do_not_depend_on_a_history(make_house):
    """A suite that begins with data sees the same sids as one that does not."""
    with_data, without = make_house(), make_house()
    with_data.engine.histories(with_data.world).tell_at_once(ALL)

    assert without.place().sid == with_data.place().sid


def test_in_a_full_world_the_oldest_go(make_house):
    """The bound on calls holds: of two histories that are too much together, the latest calls stay."""
    house = make_house()
    house.max_calls = 500
    world = house.create("small")
    histories = house.engine.histories(world)
    histories.tell_at_once(ALL)
    histories.tell_at_once(Part(CALLS, DAYS, SEED + 1))

    roomy = house.engine.histories(house.world)
    roomy.tell_at_once(ALL)
    roomy.tell_at_once(Part(CALLS, DAYS, SEED + 1))
    kept = world.store.page(PageRequest((), 10_000, newest_first=False)).calls
    assert 500 == len(kept)
    assert [call.sid for call in calls_of(house)[-500:]] == [call.sid for call in kept]


@pytest.mark.anyio
async def test_others_have_their_turn_meanwhile(histories):
    """Between slices of a hundred calls or so, everybody who waits comes to the turn."""
    turns = 0
    is_done = False

    async def wait_for_turns() -> None:
        nonlocal turns
        while not is_done:
            await anyio.lowlevel.checkpoint()
            turns += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait_for_turns)
        await histories.tell(ALL)
        is_done = True

    assert turns >= CALLS // 100


@pytest.mark.anyio
async def test_two_who_tell_the_same_history_do_not_tell_it_twice(house, histories):
    """Of two requests at once the second is refused, and the first tells every call once."""
    refusals = []

    async def tell() -> None:
        try:
            await histories.tell(ALL)
        except AlreadyExists as refusal:
            refusals.append(refusal)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tell)
        tasks.start_soon(tell)

    assert 1 == len(refusals)
    assert CALLS == len(calls_of(house))


@pytest.mark.anyio
async def test_a_reset_ends_the_telling(house, histories):
    """When the calls are forgotten while a history is being told, the rest of it is not told."""
    refusals = []

    async def tell() -> None:
        try:
            await histories.tell(ALL)
        except BadInput as refusal:
            refusals.append(refusal)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tell)
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        house.engine.forget_calls(house.world)

    assert 1 == len(refusals)
    assert [] == calls_of(house)
