"""The name and the number with which passthrus tell why a leg ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.domain.applets import Connect, Destination, Dial, Passthru
from mockserver.domain.causes import HangupCause
from mockserver.domain.contact import Contact
from mockserver.domain.story import CAUSES, PartyStory, Reaction, Side, Story
from mockserver.providers.exotel.applets.leg_causes import leg_cause

URL = "http://app.test/asks"
FIRST, SECOND = (Destination(Contact(f"+91987650000{last}")) for last in (1, 2))


async def told(flows, story, dial):
    """Causes of the legs of a call, as they were told."""
    flows.runs(Connect("connect", dial, next="asks", nobody="asks"), Passthru("asks", URL))
    flows.comes_in(story)
    async with flows.engine.running():
        await flows.advance(15_000)
    [asked] = flows.told(URL)
    legs = range(sum("[Number]" in name for name in asked))
    return [(asked[f"Legs[{place}][CauseCode]"], asked[f"Legs[{place}][Cause]"]) for place in legs]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("story", "cause"),
    [
        (PartyStory(), ("NORMAL_CLEARING", "16")),
        (PartyStory(Reaction.BUSY, ring=1.0), ("USER_BUSY", "17")),
        (PartyStory(Reaction.REJECTS, ring=1.0), ("CALL_REJECTED", "21")),
        (PartyStory(Reaction.NO_ANSWER, ring=10.0), ("NO_ANSWER", "19")),
        (PartyStory(Reaction.NO_ANSWER), ("RING_TIMEOUT", "1003")),
        (PartyStory(Reaction.UNREACHABLE, ring=1.0), ("NETWORK_OUT_OF_ORDER", "38")),
        (
            PartyStory(Reaction.UNREACHABLE, ring=1.0, cause=HangupCause.NO_ROUTE_TRANSIT_NET),
            ("NO_ROUTE_TO_NETWORK", "2"),
        ),
    ],
)
async def test_why_a_leg_ended(flows, story, cause):
    """Ringing that the platform ends is a time-out; what the operator ends sooner is no answer."""
    assert [cause] == await told(flows, Story(to_party=story, talk=5.0), Dial((FIRST,)))


@pytest.mark.anyio
async def test_who_loses_a_race_has_rung_out(flows):
    """As everybody whose ringing somebody else ends (assumed)."""
    story = Story(to_party=PartyStory(ring=9.0), others=(PartyStory(ring=2.0),), talk=5.0, hangs_up=Side.TO)

    assert [("RING_TIMEOUT", "1003"), ("NORMAL_CLEARING", "16")] == await told(
        flows, story, Dial((FIRST, SECOND), is_parallel=True)
    )


@pytest.mark.anyio
async def test_a_talk_that_comes_to_its_limit_ends_well(flows):
    """There is no cause for it in the vendor's list."""
    story = Story(talk=None)

    assert [("NORMAL_CLEARING", "16")] == await told(flows, story, Dial((FIRST,), talk_limit=60.0))


@pytest.mark.anyio
async def test_every_cause_has_a_number(flows):
    """Whatever ended a leg."""
    flows.runs(Connect("connect", Dial((FIRST,))))
    begun = flows.comes_in(Story(talk=1.0))
    async with flows.engine.running():
        await flows.advance(100)
    call = flows.call(begun.sid)

    numbers = {cause: leg_cause(call, replace(call.legs[-1], cause=cause))[1] for cause in HangupCause}
    assert {} == {cause: number for cause, number in numbers.items() if not number}
    assert {cause for causes in CAUSES.values() for cause in causes} <= set(numbers)
