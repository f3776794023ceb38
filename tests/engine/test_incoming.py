"""Calls that come in: whom the platform dials, and which stories are theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.domain.call import CallState, Outcome, Wrapup
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Device, Group, User
from mockserver.domain.errors import UnknownCall, UnknownEntry, UnknownExophone, UnknownUser
from mockserver.domain.media import Recording
from mockserver.domain.order import Direction, Order, Party, Route
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.incoming import Arrival, arrived, routed

CUSTOMER, EXOPHONE = Contact("+919833334444"), Contact("+912241499102")
ARRIVAL = Arrival(CUSTOMER, EXOPHONE)
UNDIALLED = PartyStory(Reaction.NOT_DIALLED)


@pytest.fixture
def agents(world):
    """Adds users with one device each, by number, and a group of them."""

    def add(*numbers, **device):
        ids = []
        for place, number in enumerate(numbers):
            phone = Device(900 + place, Contact(number), "Phone", **device)
            ids.append(world.directory.add_user(User(f"a{place}", f"A{place}", "", "", devices=(phone,))).id)
        world.directory.groups[7] = Group(7, "Nights", tuple(ids))
        return tuple(ids)

    return add


def keys(order):
    return [party.contact.key for party in order.route.parties]


def test_the_order_is_a_route(world):
    """Through flow and group, to agents with name and group; there is no second party."""
    arrival = replace(ARRIVAL, flow_id="501", menu=4.0, queue=3.0, is_parallel=False, recording=Recording(2))
    order = arrived(world, arrival)

    assert (Party(CUSTOMER), None, EXOPHONE) == (order.from_party, order.to_party, order.exophone)
    assert Direction.INBOUND is order.direction
    assert ((), "501", Recording(2)) == (order.holds, order.flow.id, order.recording)
    assert (False, 4.0, 3.0, 123456) == (
        order.route.is_parallel,
        order.route.menu,
        order.route.queue,
        order.route.group_id,
    )
    assert [("u1001", 123456, "Support"), ("u1002", 123456, "Support")] == [
        (party.user_id, party.group_id, party.group_name) for party in order.route.parties
    ]


@pytest.mark.parametrize("change", [{"is_available": False}, {"is_verified": False}])
def test_a_device_that_cannot_ring_is_passed_over(world, agents, change):
    """Off, or not verified."""
    agents("+919820000001", **change)

    assert [] == keys(arrived(world, replace(ARRIVAL, group_id=7)))


def test_of_several_devices_the_first_that_can_ring_does(world, agents):
    """One of each user."""
    (user_id,) = agents("+919820000001", is_available=False)
    user = world.directory.user(user_id)
    second, third = (Device(950 + place, Contact(f"+91983000000{place}"), "Phone") for place in range(2))
    world.directory.put_user(replace(user, devices=(*user.devices, second, third)))

    assert ["+919830000000"] == keys(arrived(world, replace(ARRIVAL, group_id=7)))


def test_named_users_have_the_group_that_is_named(world):
    """Without one they have none."""
    named = replace(ARRIVAL, user_ids=("u1002",))
    without, within = arrived(world, named), arrived(world, replace(named, group_id=123456))

    assert [(None, None), (123456, "Support")] == [
        (order.route.group_id, order.route.parties[0].group_name) for order in (without, within)
    ]


def test_an_agent_who_calls_in_is_a_known_party(world):
    """With name and user id, like anybody of the account."""
    order = arrived(world, replace(ARRIVAL, caller=Contact("+919810000001")))

    assert "u1001" == order.from_party.user_id


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"exophone": Contact("+919800000000")}, UnknownExophone),
        ({"group_id": 8}, UnknownEntry),
        ({"flow_id": "8"}, UnknownEntry),
        ({"user_ids": ("u1001", "u9")}, UnknownUser),
    ],
)
def test_what_the_account_does_not_have_cannot_be_reached(world, change, error):
    """An ExoPhone, group, flow or user."""
    with pytest.raises(error):
        arrived(world, replace(ARRIVAL, **change))


def route_of(*numbers):
    parties = tuple(Party(Contact(number), user_id=f"u{place}") for place, number in enumerate(numbers))
    return Order(Party(CUSTOMER), None, EXOPHONE, direction=Direction.INBOUND, route=Route(parties))


PLAIN = ("+919820000001", "+919820000002", "+919820000003")


def test_a_story_without_a_route_is_left_alone():
    """Calls that go out have two parties."""
    order, story = Order(Party(CUSTOMER), Party(EXOPHONE), EXOPHONE), Story()

    assert (order, story) == routed(order, story, is_magic=True)


def test_each_agent_has_a_story():
    """The last one told holds for all that follow."""
    told = Story(to_party=PartyStory(ring=1.0), others=(PartyStory(ring=2.0),))
    _, story = routed(route_of(*PLAIN), told, is_magic=False)

    assert [1.0, 2.0, 2.0] == [story.party(Side.TO, place).ring for place in range(3)]


def test_who_is_never_dialled_is_left_out():
    """With the story that was theirs."""
    told = Story(to_party=UNDIALLED, others=(PartyStory(ring=2.0), PartyStory(ring=3.0)))
    order, story = routed(route_of(*PLAIN), told, is_magic=False)

    assert [*PLAIN[1:]] == keys(order)
    assert (2.0, (PartyStory(ring=3.0),)) == (story.to_party.ring, story.others)


def test_nobody_is_left_if_nobody_is_dialled():
    """The queue is all there is."""
    order, _ = routed(route_of(*PLAIN), Story(to_party=UNDIALLED), is_magic=False)

    assert [] == keys(order)


@pytest.mark.parametrize("is_magic", [True, False])
def test_magic_numbers_tell_their_owners_story(is_magic):
    """An agent's and the caller's, unless a story was told."""
    order = replace(route_of("+919900020400", PLAIN[0]), from_party=Party(Contact("+919900050700")))
    _, story = routed(order, Story(), is_magic=is_magic)

    told = (story.to_party.reaction, story.others[0].reaction, story.from_party.gives_up_after)
    assert ((Reaction.BUSY if is_magic else Reaction.ANSWERS), Reaction.ANSWERS, 1.0 if is_magic else None) == told


def test_a_caller_has_called_whatever_the_number_says():
    """A magic number that never answers, or is never dialled, is nothing that a caller can be."""
    order = replace(route_of(PLAIN[0]), from_party=Party(Contact("+919900010000")))
    _, story = routed(order, Story(), is_magic=True)

    assert Story().from_party == story.from_party


@pytest.mark.anyio
async def test_a_call_comes_in_at_once(house):
    """It is in the flow when `place` returns; the serial counts it like any other."""
    went = house.place()
    came = house.engine.place(house.world, arrived(house.world, ARRIVAL), Story(talk=5.0))
    house.engine.answer_sent(house.world, came.sid)
    async with house.running():
        await house.advance(300)

    assert (CallState.IN_FLOW, 1, (1, 2)) == (came.state, len(came.legs), (went.serial, came.serial))
    assert (Outcome.COMPLETED, 5.0) == (house.call(came.sid).outcome, house.call(came.sid).talk_seconds)


@pytest.mark.anyio
async def test_a_story_that_is_given_goes_before_all_others(house):
    """And leaves the queue as it is."""
    house.world.scenarios.tell_next(Story(talk=1.0))
    call = house.engine.place(house.world, house.order(), Story(talk=2.0))

    assert (2.0, 1) == (call.story.talk, len(house.world.scenarios.next_stories))


@pytest.mark.anyio
async def test_a_note_is_kept_also_by_a_call_that_is_packed(house):
    """It is the only thing that changes; unknown calls have none."""
    sid = house.place(Story()).sid
    async with house.running():
        await house.advance(1_000)
    before, wrapup = house.call(sid), Wrapup(note="sold", tags=("hot",), original=None)
    house.engine.note(house.world, sid, wrapup)

    assert before.is_settled
    assert replace(before, wrapup=wrapup) == house.call(sid) == house.world.store.call_of_serial(before.serial)
    with pytest.raises(UnknownCall):
        house.engine.note(house.world, "nothing", wrapup)
