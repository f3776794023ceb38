"""The default store: bounded, transactional, forgetful about what nobody needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mockserver.domain.effects import CancelTimers, Input, StartTimer
from mockserver.domain.errors import AlreadyExists, Exhausted, UnknownCall, UnknownDelivery
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side
from mockserver.engine.call_filter import PageRequest
from mockserver.engine.delivery import DeliveryState
from mockserver.engine.ports import Change, Retry
from mockserver.storage.memory import MemoryStore

ALL = PageRequest((), 1_000, newest_first=False)
ANSWER = Input(Trigger.ANSWER, Side.FROM)
TIME_LIMIT = Input(Trigger.TIME_LIMIT)


@pytest.fixture
def store():
    """A store without bounds that matter."""
    return MemoryStore()


def numbers(store):
    """The numbers of the calls that are kept."""
    return [int(kept.sid, 16) for kept in store.page(ALL).calls]


def keep(store, *calls):
    """Place calls as the engine does: room first, then the commit."""
    for one in calls:
        store.make_room(one.created_at)
        store.commit(Change(one))


def test_a_call_is_read_as_it_was_committed_last(store, call, settle):
    """First alive, then settled."""
    alive = call(1, talk=None)
    keep(store, alive)
    first = store.call(alive.sid)
    store.commit(Change(settle(alive, 5.0)))

    assert (alive, settle(alive, 5.0)) == (first, store.call(alive.sid))
    assert [1] == numbers(store)


def test_an_unknown_call_is_refused(store):
    """The message names it."""
    with pytest.raises(UnknownCall, match="nobody"):
        store.call("nobody")


def test_effects_are_written_in_their_order(store, call, start):
    """What is cancelled after it was started is gone; what is started after the cancelling stays."""
    soon = start + timedelta(seconds=5)
    timers = (StartTimer(soon, ANSWER), CancelTimers(Side.FROM), StartTimer(soon, TIME_LIMIT), CancelTimers(Side.TO))
    store.commit(Change(call(1, talk=None), timers))

    assert soon == store.next_due()
    assert TIME_LIMIT == store.take_due(soon).work
    assert store.next_due() is None


def test_a_commit_writes_the_deliveries_too(store, call, delivery):
    """By id, by call, and all in order."""
    one, two = call(1), call(2)
    store.commit(Change(one, deliveries=(delivery("d1", one), delivery("d2", one))))
    store.commit(Change(two, deliveries=(delivery("d3", two),)))

    assert "d2" == store.delivery("d2").id
    assert ["d1", "d2"] == [kept.id for kept in store.deliveries(one.sid)]
    assert ["d1", "d2", "d3"] == [kept.id for kept in store.deliveries()]


def test_a_retry_is_a_timer_of_its_call(store, call, delivery, start):
    """It is not cancelled by the end of the call."""
    one = call(1, talk=None)
    store.commit(Change(one, deliveries=(delivery("d1", one),)))
    store.retry_at(start + timedelta(seconds=300), store.delivery("d1"))
    store.commit(Change(one, (CancelTimers(),)))

    assert Retry("d1") == store.take_due(start + timedelta(seconds=300)).work


def test_a_contact_is_held_while_the_call_is_alive(store, call, settle):
    """All keys of the call, and free again after its end."""
    alive = call(1, talk=None, holds=("user:u1", "+919810012345"))
    keep(store, alive)
    held = [store.holder_of(key) for key in ("user:u1", "+919810012345", "+919820012345")]
    store.commit(Change(settle(alive, 5.0)))

    assert [alive.sid, alive.sid, None] == held
    assert [None, None] == [store.holder_of(key) for key in ("user:u1", "+919810012345")]


def test_what_happens_after_the_end_frees_nobody_else(store, call, settle):
    """A late commit of an old call does not release the contact of the next call."""
    first, second = call(1, talk=None, holds=("user:u1",)), call(2, talk=None, holds=("user:u1",))
    keep(store, first)
    store.commit(Change(settle(first, 1.0)))
    keep(store, second)
    store.commit(Change(settle(first, 1.0)))

    assert second.sid == store.holder_of("user:u1")


def test_the_oldest_settled_call_makes_room(call):
    """One goes for each that comes."""
    store = MemoryStore(max_calls=3)
    keep(store, *(call(number) for number in range(1, 6)))

    assert [3, 4, 5] == numbers(store)
    with pytest.raises(UnknownCall):
        store.call(call(1).sid)


def test_the_oldest_goes_first_whatever_the_order_of_settling(call, settle):
    """Age counts from the start of the call."""
    store = MemoryStore(max_calls=3)
    calls = [call(number, talk=None) for number in (1, 2, 3)]
    keep(store, *calls)
    for one in reversed(calls):
        store.commit(Change(settle(one, 1.0)))
    keep(store, call(4))

    assert [2, 3, 4] == numbers(store)


def test_living_calls_are_never_dropped(call):
    """Settled ones go instead, although they are younger."""
    store = MemoryStore(max_calls=3)
    keep(store, call(1, talk=None), call(2, talk=None), call(3), call(4), call(5))

    assert [1, 2, 5] == numbers(store)


def test_a_call_with_an_open_delivery_is_not_dropped(call, delivery):
    """Not until its callback has been delivered, has failed or was blocked."""
    store = MemoryStore(max_calls=2)
    waiting = call(1)
    store.commit(Change(waiting, deliveries=(delivery("d1", waiting),)))
    keep(store, call(2), call(3))
    before = numbers(store)
    store.put_delivery(delivery("d1", waiting, DeliveryState.RETRYING))
    keep(store, call(4))
    retrying = numbers(store)
    store.put_delivery(delivery("d1", waiting, DeliveryState.FAILED))
    keep(store, call(5))

    assert ([1, 3], [1, 4], [4, 5]) == (before, retrying, numbers(store))


def test_a_call_whose_callback_is_sent_again_is_kept_meanwhile(call, delivery):
    """A redelivery opens it once more."""
    store = MemoryStore(max_calls=2)
    old = call(1)
    store.commit(Change(old, deliveries=(delivery("d1", old, DeliveryState.DELIVERED),)))
    store.put_delivery(delivery("d2", old, DeliveryState.PENDING))
    keep(store, call(2), call(3))

    assert [1, 3] == numbers(store)


def test_deliveries_go_with_their_call(call, delivery):
    """No record of a callback outlives what it was about."""
    store = MemoryStore(max_calls=1)
    old = call(1)
    store.commit(Change(old, deliveries=(delivery("d1", old, DeliveryState.DELIVERED),)))
    keep(store, call(2))

    assert [] == store.deliveries()
    with pytest.raises(UnknownDelivery):
        store.delivery("d1")


def test_a_world_full_of_living_calls_is_exhausted(call, settle):
    """There is no room until one of them settles."""
    store = MemoryStore(max_calls=2)
    first = call(1, talk=None)
    keep(store, first, call(2, talk=None))
    with pytest.raises(Exhausted, match="2 calls are alive") as refusal:
        store.make_room(call(3).created_at)
    store.commit(Change(settle(first, 1.0)))
    keep(store, call(3))

    assert "--max-calls" in refusal.value.hint
    assert [2, 3] == numbers(store)


def test_settled_calls_are_kept_for_an_age(call):
    """What began longer ago than that goes when the next call comes."""
    store = MemoryStore(max_age=timedelta(seconds=100))
    keep(store, call(0), call(50), call(100))
    at_the_age = numbers(store)
    keep(store, call(151))

    assert ([0, 50, 100], [100, 151]) == (at_the_age, numbers(store))


def test_an_old_call_that_is_alive_is_kept(call):
    """It does not keep younger ones from going when their time has come."""
    store = MemoryStore(max_age=timedelta(seconds=100))
    keep(store, call(0, talk=None), call(10), call(150))

    assert [0, 150] == numbers(store)


def test_age_counts_although_an_older_call_came_late(call):
    """A call that was created earlier than the one committed before it is the first to go."""
    store = MemoryStore(max_age=timedelta(seconds=100))
    keep(store, call(60))
    store.commit(Change(call(10)))
    store.make_room(call(150).created_at)

    assert [60] == numbers(store)


def test_clear_forgets_everything(store, call, delivery, start):
    """Calls, timers, deliveries and who was busy; it says how many calls went."""
    alive = call(1, talk=None, holds=("user:u1",))
    store.commit(Change(alive, (StartTimer(start, ANSWER),), (delivery("d1", alive),)))
    keep(store, call(2))

    assert 2 == store.clear()
    assert ([], [], None, None) == (numbers(store), store.deliveries(), store.next_due(), store.holder_of("user:u1"))
    assert 0 == store.clear()


def test_settled_calls_are_packed_and_read_alike(store, call, settle):
    """Whoever reads cannot tell."""
    alive = call(1, talk=None)
    keep(store, alive)
    unpacked = store._calls._records[0]
    store.commit(Change(settle(alive, 5.0)))

    assert alive is unpacked
    assert bytes is type(store._calls._records[0])
    assert settle(alive, 5.0) == store.call(alive.sid) == store.page(ALL).calls[0]


def test_bounded_means_bounded(call):
    """A hundred times as many calls as the bound leave nothing behind but the bound."""
    store = MemoryStore(max_calls=50)
    keep(store, *(call(number) for number in range(5_000)))

    assert list(range(4_950, 5_000)) == numbers(store)
    assert len(store._calls._records) <= 50 * 2 + 1_025
    assert len(store._calls._records) == len(store._calls._sids) == len(store._calls._columns)


def test_a_delivery_of_a_call_that_is_gone_is_no_trouble(store, call, delivery):
    """An answer that comes after a reset is taken without a word."""
    gone = replace(call(1), sid="gone")
    store.put_delivery(delivery("d1", gone, DeliveryState.DELIVERED))

    assert [] == numbers(store)


def test_bounds_can_be_read(store):
    """A million calls and the provider's half a year, unless told otherwise."""
    assert (1_000_000, timedelta(days=190)) == (store.bounds.max_calls, store.bounds.max_age)


def test_settled_calls_can_be_imported(store, call):
    """They take their places in the order of time, older and younger than what is there."""
    keep(store, call(5))
    store.import_settled([call(1), call(9), call(4)])

    assert [1, 4, 5, 9] == numbers(store)
    assert call(4) == store.call(call(4).sid)
    assert store.next_due() is None


@pytest.mark.parametrize("newcomers", [(7, 5), (7, 8, 7)])
def test_an_import_is_all_or_nothing(newcomers, store, call):
    """A call that is known, or that comes twice, keeps out the others."""
    keep(store, call(5))
    with pytest.raises(AlreadyExists):
        store.import_settled([call(number) for number in newcomers])

    assert [5] == numbers(store)


def test_the_oldest_make_room_for_an_import(call):
    """Also those that were imported; living ones stay."""
    store = MemoryStore(max_calls=4)
    keep(store, call(5, talk=None), call(6))
    store.import_settled([call(number) for number in (1, 2, 7, 8)])

    assert [5, 6, 7, 8] == numbers(store)
