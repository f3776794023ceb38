"""Every call of a history by itself, and what all of them look like together."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import phonenumbers
import pytest

from mockserver.domain.call import CallState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Device, User
from mockserver.domain.errors import BadInput
from mockserver.domain.order import Direction, Party
from mockserver.domain.sids import date_suffix
from mockserver.domain.story import Side, magic_story
from mockserver.engine.history import (
    DAYS_OF_WEEK,
    DIRECTIONS,
    HOURS,
    LOYALTY,
    OUTSIDERS,
    RECORDINGS,
    REGULARS,
    Calendar,
    Historian,
    Plan,
    longest_life,
)
from mockserver.engine.scenarios import RANDOM_OUTCOMES
from mockserver.engine.world import WorldSettings

MANY = 6_000
# The sample directory's verified telephones.
AGENTS = {"+919810000001": "u1001", "+919810000002": "u1002", "+919810000003": "u1003"}
TO_FAILS = sum(
    share.percent for share in RANDOM_OUTCOMES if share.side is Side.TO and share.reaction != "answers"
) - sum(share.percent for share in RANDOM_OUTCOMES if share.gives_up)


def historian(world, calls=200, days=60, seed=7):
    now = world.clock.now()
    return Historian(world, Plan(calls, days, seed, now - timedelta(days=days), now - longest_life(world)))


def history(world, calls=200, **plan):
    teller = historian(world, calls, **plan)
    return [teller.call(number) for number in range(calls)]


@pytest.fixture(scope="module")
def big(make_house):
    """A history that is large enough to be counted."""
    return history(make_house().world, MANY)


def share(calls, is_one):
    return sum(map(is_one, calls)) / len(calls)


def customer(call):
    order = call.order
    return order.from_party if order.direction is Direction.INBOUND else order.to_party


def agent(call):
    order = call.order
    return order.to_party if order.direction is Direction.INBOUND else order.from_party


def test_the_same_seed_is_the_same_history(make_house):
    """Two worlds alike have the same history, to the last field of the last leg."""
    assert history(make_house().world) == history(make_house().world)


@pytest.mark.parametrize("other", [{"plan": {"seed": 8}, "spec": {}}, {"plan": {}, "spec": {"seed": 1}}])
def test_another_seed_is_another_history(make_house, other):
    """The history's seed and the world's: with another, no call is the same, and none has the same sid."""
    one, another = history(make_house().world), history(make_house(**other["spec"]).world, **other["plan"])

    assert set() == {call.sid for call in one} & {call.sid for call in another}
    assert [call.created_at for call in one] != [call.created_at for call in another]
    assert [call.outcome for call in one] != [call.outcome for call in another]


def test_a_call_does_not_depend_on_those_before_it(make_house):
    """Number 123 is the same whether the others have been told before or not."""
    assert history(make_house().world)[123] == historian(make_house().world).call(123)


async def _lived(make_house, call):
    """The same order and the same story as the engine lets them happen, under a manual clock."""
    house = make_house(start=call.created_at)
    house.world.scenarios.tell_next(call.story)
    async with house.running():
        placed = house.engine.place(house.world, call.order)
        house.engine.answer_sent(house.world, placed.sid)
        await house.advance(10_000)
    return house.call(placed.sid)


@pytest.mark.anyio
async def test_every_call_is_what_the_engine_would_have_made_of_it(make_house):
    """Placed with the same order and story under a manual clock, a call is the same but for its sids and serial."""
    told = history(make_house().world, 200)

    lived = [await _lived(make_house, call) for call in told]

    assert {"completed", "from-unanswered", "to-unanswered", "from-cancelled"} == {call.outcome for call in told}
    for expected, call in zip(lived, told, strict=True):
        legs = tuple(replace(leg, sid=lived_leg.sid) for leg, lived_leg in zip(call.legs, expected.legs, strict=True))
        assert expected == replace(call, sid=expected.sid, serial=expected.serial, legs=legs)


def test_every_call_has_settled_before_now(world):
    """All are over and settled when they are told, and none was created before the first day."""
    now = world.clock.now()

    for call in history(world, days=3):
        assert CallState.SETTLED is call.state
        assert now - timedelta(days=3) < call.created_at
        assert call.created_at < call.ended_at < call.processed_at < call.settled_at <= now


def test_every_call_is_consistent(big):
    """Marks are in order, parties talk no longer than the call lasts, and only the answered have talked and cost."""
    for call in big:
        assert [mark.at for mark in call.marks] == sorted(mark.at for mark in call.marks)
        assert 0 <= call.talk_seconds <= call.duration_seconds
        assert (call.outcome is Outcome.COMPLETED) == (call.talk_seconds > 0)
        assert [leg.party for leg in call.legs] == [call.order.party(leg.side) for leg in call.legs]
        assert call.price_mills >= 750 * (call.outcome is Outcome.COMPLETED)


def test_calls_come_in_the_order_of_time(big):
    """Call number n + 1 was created after call number n."""
    times = [call.created_at for call in big]

    assert sorted(set(times)) == times


def test_sids_are_the_worlds_own_with_the_date_of_their_day(big, world):
    """No sid comes twice, of calls or legs, and each ends with the date on which its call was created, local time."""
    sids = [sid for call in big for sid in (call.sid, *(leg.sid for leg in call.legs))]

    assert len(set(sids)) == len(sids)
    assert {32} == {len(sid) for sid in sids}
    assert [date_suffix(call.created_at.astimezone(world.zone)) for call in big] == [call.sid[-4:] for call in big]


def test_sids_before_the_millennium_are_sids(make_house):
    """A history may reach back behind the year 2000, where the years that a sid can tell begin."""
    world = make_house(start=datetime(2000, 1, 2, tzinfo=UTC)).world

    sids = [call.sid for call in history(world, 50)]

    assert [] == [sid for sid in sids if not re.fullmatch("[0-9a-f]{30}[0-9a-z]{2}", sid)]


def test_customers_have_mobile_numbers_that_tell_no_story(big):
    """A customer's number is a valid Indian mobile number and no magic one."""
    contacts = {customer(call).contact for call in big}
    numbers = [phonenumbers.parse(contact.key) for contact in contacts]

    assert {91} == {number.country_code for number in numbers}
    assert {phonenumbers.PhoneNumberType.MOBILE} == {phonenumbers.number_type(number) for number in numbers}
    assert [] == [contact for contact in contacts if magic_story(contact, None, big[0].story)]


def test_some_customers_call_often(big):
    """The best `REGULARS` customers have the documented share of all calls, and most customers call once."""
    calls_of = Counter(customer(call).contact.key for call in big)
    counts = sorted(calls_of.values(), reverse=True)

    assert pytest.approx(1 - 2**-LOYALTY, abs=0.03) == sum(counts[:REGULARS]) / MANY
    assert 1 == counts[len(counts) // 2]
    assert counts[0] > 10


def test_customers_are_the_same_in_every_history_of_a_world(big, world):
    """Who called often in one history calls again in the next."""
    regulars = {key for key, _ in Counter(customer(call).contact.key for call in big).most_common(20)}

    assert regulars <= {customer(call).contact.key for call in history(world, MANY, seed=8)}


def test_agents_are_the_directorys_and_some_outsiders(big, world):
    """Verified telephones of the directory's users, by name and group, then outsiders; never SIP, never unverified."""
    agents = Counter(agent(call) for call in big)
    own = {party.contact.key: party for party in agents if party.user_id}

    assert AGENTS == {key: party.user_id for key, party in own.items()}
    assert {"Support"} == {party.group_name for party in own.values()}
    assert {user.name for user in world.directory.users} > {party.name for party in own.values()}
    assert OUTSIDERS == len(agents) - len(own)
    assert AGENTS.keys() == {party.contact.key for party, _ in agents.most_common(3)}


def test_a_directory_of_its_own_is_used(world):
    """Users and ExoPhones that a world has got meanwhile are in its history, those that it has lost are not."""
    for exophone in world.directory.exophones[1:]:
        world.directory.remove_exophone(exophone.contact)
    for user in world.directory.users:
        world.directory.remove_user(user.id)
    world.directory.add_user(User("u9", "Asha", "Rao", "", devices=(Device(1, Contact("+919811112222"), "Phone"),)))

    calls = history(world)

    assert {world.directory.exophones[0].contact} == {call.order.exophone for call in calls}
    assert {"u9", None} == {agent(call).user_id for call in calls}
    assert Party(Contact("+919811112222"), "Asha Rao", "u9") in {agent(call) for call in calls}


def test_a_world_without_exophone_is_refused(world):
    """Every call needs one, and the refusal says how to get it."""
    for exophone in world.directory.exophones:
        world.directory.remove_exophone(exophone.contact)

    with pytest.raises(BadInput, match="no ExoPhone") as refused:
        history(world)

    assert "POST /_mock/v1/worlds/{account_sid}/numbers" in refused.value.hint


def test_every_exophone_is_used(big, world):
    """The first one most."""
    used = Counter(call.order.exophone for call in big)

    assert [exophone.contact for exophone in world.directory.exophones] == [one for one, _ in used.most_common()]


@pytest.mark.parametrize(("direction", "percent"), DIRECTIONS)
def test_directions_are_as_documented(big, direction, percent):
    """Outbound by API mostly; inbound, where the customer is `from`; some dialled out."""
    assert pytest.approx(percent / 100, abs=0.02) == share(big, lambda call: call.order.direction is direction)


@pytest.mark.parametrize(("recording", "percent"), RECORDINGS)
def test_recordings_are_as_documented(big, recording, percent):
    """Some in one channel, some in two, some calls not at all."""
    assert pytest.approx(percent / 100, abs=0.02) == share(big, lambda call: call.order.recording == recording)


def test_outcomes_are_those_of_random_stories(big):
    """Outbound calls end as the distribution says that random calls do."""
    outbound = [call for call in big if call.order.direction is not Direction.INBOUND]
    outcomes = Counter(call.outcome for call in outbound)

    for outcome, percent in (
        (Outcome.COMPLETED, 60),
        (Outcome.TO_UNANSWERED, TO_FAILS),
        (Outcome.FROM_UNANSWERED, 10),
        (Outcome.FROM_CANCELLED, 2),
    ):
        assert pytest.approx(percent / 100, abs=0.025) == outcomes[outcome] / len(outbound)


def test_who_calls_in_has_answered(big):
    """In an inbound call the first leg is connected as soon as it exists."""
    inbound = [call for call in big if call.order.direction is Direction.INBOUND]

    assert {0.0} == {(call.legs[0].answered_at - call.legs[0].dialled_at).total_seconds() for call in inbound}
    assert Outcome.FROM_UNANSWERED not in {call.outcome for call in inbound}


def test_talks_are_log_normal(big):
    """Half of the conversations are shorter than a minute, one in six longer than two and a half."""
    talks = sorted(call.talk_seconds for call in big if call.outcome is Outcome.COMPLETED)

    assert pytest.approx(60, abs=8) == talks[len(talks) // 2]
    assert pytest.approx(60 * 2.71828**0.9, abs=20) == talks[round(len(talks) * 0.8413)]
    assert 1 <= talks[0]
    assert 1800 >= talks[-1]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_hours_and_days_are_as_documented_in_the_accounts_zone(make_house, zone):
    """So many calls in each hour of the day and on each day of the week, by the account's own clocks."""
    world = make_house(settings=WorldSettings(zone_name=zone)).world
    local = [call.created_at.astimezone(world.zone) for call in history(world, MANY, days=70)]

    for hour, weight in enumerate(HOURS):
        assert pytest.approx(weight / sum(HOURS), abs=0.012) == share(local, lambda at: at.hour == hour)  # noqa: B023
    for day, weight in enumerate(DAYS_OF_WEEK):
        expected = weight / sum(DAYS_OF_WEEK)
        assert pytest.approx(expected, abs=0.012) == share(local, lambda at: at.weekday() == day)  # noqa: B023


def test_a_calendar_knows_when_a_share_has_been_begun(world):
    """From its first moment up to its last, the busier an hour the more of the share."""
    since, until = datetime(2026, 1, 5, 4, 10, tzinfo=UTC), datetime(2026, 1, 5, 5, 10, tzinfo=UTC)

    calendar = Calendar(since, until, world.zone)

    # From 09:40 to 10:40 in India: 20 minutes of the hour of weight 60, then 40 minutes of the one of weight 90.
    assert since == calendar.moment(0.0)
    assert datetime(2026, 1, 5, 4, 30, tzinfo=UTC) == calendar.moment(20 * 60 / (20 * 60 + 40 * 90))
    assert until > calendar.moment(0.999999)
