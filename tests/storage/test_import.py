"""Calls that came about elsewhere: settled when they come, kept like those that happened here."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta, timezone

import pytest

from mockserver.domain import applets, script
from mockserver.domain.applets import Dial, Greeting, Progress, Said
from mockserver.domain.call import CallState, Outcome, Wrapup
from mockserver.domain.causes import HangupCause
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.errors import AlreadyExists, UnknownCall
from mockserver.domain.media import Playback, Recording, Stream
from mockserver.domain.order import CallEvent, Direction, Pace, Party, Route, Subscription
from mockserver.domain.script import Does, Turn
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.call_filter import PageRequest
from mockserver.engine.ports import Bounds, Change
from mockserver.storage.memory import MemoryStore
from mockserver.storage.packing import packed, unpacked


@pytest.fixture
def store():
    return MemoryStore(max_calls=10, max_age=timedelta(days=30))


def kept(store):
    """All calls, oldest first."""
    return store.page(PageRequest((), 100, newest_first=False)).calls


def test_a_store_says_how_much_it_keeps(store):
    """Both bounds can be read, so that nobody brings what would be forgotten at once."""
    assert Bounds(10, timedelta(days=30)) == store.bounds


def test_imported_calls_are_kept_as_they_are(store, call):
    """Each by its sid and all of them in order, in whatever order they come."""
    calls = [call(number) for number in range(5)]

    store.import_settled(reversed(calls))

    assert calls == kept(store)
    assert calls[3] == store.call(calls[3].sid)


def test_an_import_lies_before_what_is_there(store, call):
    """A history may be older than the calls that a world has."""
    alive = call(9, talk=None)
    store.commit(Change(alive))

    store.import_settled([call(1), call(2)])

    assert [call(1), call(2), alive] == kept(store)


@pytest.mark.parametrize("numbers", [(7, 3), (7, 7), (3,)])
def test_a_call_that_is_known_is_refused_with_all_that_came(store, call, numbers):
    """A sid that is there already, or comes twice, refuses the whole import and leaves the store as it was."""
    store.import_settled([call(3)])

    with pytest.raises(AlreadyExists, match=call(numbers[-1]).sid):
        store.import_settled([call(number, talk=5.0) for number in numbers])

    assert [call(3)] == kept(store)


def test_too_many_push_out_the_oldest(store, call):
    """The bound on calls holds, whether the oldest came now or were there before."""
    store.import_settled([call(number) for number in range(5, 13)])
    store.import_settled([call(number) for number in (0, 1, 20, 21)])

    assert [call(number) for number in (*range(5, 13), 20, 21)] == kept(store)


def test_calls_that_are_alive_are_not_pushed_out(call):
    """Where only living calls are older, the imported ones go."""
    store = MemoryStore(max_calls=2)
    alive = [call(number, talk=None) for number in (1, 2)]
    for one in alive:
        store.commit(Change(one))

    store.import_settled([call(5)])

    assert alive == kept(store)
    with pytest.raises(UnknownCall):
        store.call(call(5).sid)


def test_imported_calls_make_room_for_placed_ones(store, call, start):
    """They go as settled calls go: the oldest first, when a call is placed in a full world."""
    store.import_settled([call(number) for number in range(10)])

    store.make_room(start)

    assert [call(number) for number in range(1, 10)] == kept(store)


def test_members_of_two_enumerations_are_not_mistaken_for_each_other(call):
    """A state, a leg's state and an outcome that read alike come back each as what it was."""
    back = unpacked(packed(call(1)))

    assert CallState.SETTLED is back.state
    assert Outcome.COMPLETED is back.outcome
    assert type(call(1).legs[0].state) is type(back.legs[0].state)


def test_times_come_back_with_their_offset(call):
    """A world's clock may have begun with an offset of its own."""
    zone = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2019, 12, 5, 0, 0, 0, 123_457, tzinfo=zone)

    assert at.isoformat() == unpacked(packed(replace(call(1), created_at=at))).created_at.isoformat()


@pytest.mark.parametrize("microsecond", [0, 1, 499_999, 500_000, 999_999])
@pytest.mark.parametrize("years", [-40, 0, 70])
def test_times_come_back_to_the_microsecond(call, start, microsecond, years):
    """No moment is rounded, near or far."""
    at = start.replace(year=start.year + years, microsecond=microsecond)

    assert at == unpacked(packed(replace(call(1), created_at=at))).created_at


def parts(value):
    """All dataclasses that a value is made of, itself first."""
    if is_dataclass(value):
        yield value
        for field in fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)


@pytest.fixture
def full(call):
    """A call in which nothing is as it would be by default."""
    asha = Party(Contact("+919811112222"), "Asha Rao", "u1", 7, "Sales", is_managed=True)
    order = {
        "from_party": asha,
        "to_party": replace(asha, name="Ravi Rao"),
        "direction": Direction.INBOUND,
        "ring_timeout": 12.5,
        "time_limit": 60.0,
        "custom_field": "order 7 \N{SNOWMAN}",
        "recording": Recording(2, is_high_quality=True),
        "wait_audio_url": "http://localhost/wait",
        "playbacks": (Playback("start", is_for_both=True, url="http://localhost/hello"),),
        "stream": Stream("ws://localhost", Side.TO, is_two_way=False, name="bot"),
        "subscriptions": (Subscription(CallEvent.OVER, "http://localhost", "POST", "text/plain", "plain", "odd"),),
        "holds": ("user:u1",),
        "flow": Flow("501", "Greeting", (Greeting("hello", Said("Welcome")),), "plain"),
        "route": Route((asha,), is_parallel=False, menu=1.0, queue=2.0, group_id=7, dial=Dial(talk_limit=9.0), first=2),
    }
    story = Story(
        PartyStory(ring=1.5, digits="1", is_machine=True, gives_up_after=2.5, says=(Turn(Does.TONE),)),
        PartyStory(Reaction.UNREACHABLE, ring=4.0, cause=HangupCause.UNALLOCATED_NUMBER),
        talk=None,
        hangs_up=Side.FROM,
        others=(PartyStory(Reaction.BUSY),),
        voicemail=5.0,
    )
    settled = call(1)
    leg = replace(settled.legs[0], party=asha, digits="12", is_machine=True, ended_itself=True, is_transfer=True)
    return replace(
        settled,
        order=replace(settled.order, **order),
        story=story,
        pace=Pace(2.0, 3.0, 4.0, 6.0),
        legs=(replace(leg, cause=HangupCause.BLIND_TRANSFER),),
        serial=9,
        queued_at=settled.created_at,
        wrapup=Wrapup(1, "sold", ("gold",), 2, 3),
        progress=Progress(
            "hello", settled.created_at, 2, 3, 3, is_fallback=True, tries=1, keys="1", digits="2", told=1
        ),
    )


def test_every_field_of_a_call_comes_back(full):
    """Whatever a call is made of is packed: a field that is added and forgotten is found here."""
    calls = (full, replace(full, story=Story(asks_callback_after=3.0)))
    unused = {
        (type(part).__name__, field.name)
        for part in parts(calls)
        # What belongs to applets and scripts is pickled as it is, so that no field can be forgotten.
        if type(part).__module__ not in {applets.__name__, script.__name__}
        for field in fields(part)
        if all(getattr(one, field.name) == field.default for one in parts(calls) if type(one) is type(part))
    }

    assert calls == tuple(unpacked(packed(one)) for one in calls)
    assert set() == unused, "a field has its default in this test, so that it might be lost unseen"
