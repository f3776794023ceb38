"""Which steps of a call let somebody hear audio that nobody has heard yet."""

from __future__ import annotations

import pytest

from mockserver.domain.effects import Input
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side
from mockserver.engine.audio import fetches
from mockserver.engine.world import WorldSettings

URL = "http://localhost/wait.wav"


@pytest.fixture
def steps(house):
    """A call before and after its second leg rings, with audio for who waits."""
    house.world.apply_settings(WorldSettings(checks_audio=True))
    sid = house.place(wait_audio_url=URL).sid
    for side, trigger in ((Side.FROM, Trigger.DIAL), (Side.FROM, Trigger.ANSWER)):
        house.engine.feed(house.world, sid, Input(trigger, side))
    before = house.call(sid)
    return before, house.engine.feed(house.world, sid, Input(Trigger.DIAL, Side.TO))


def test_who_waits_hears_it_when_somebody_rings(house, steps):
    """Once, whatever follows; the event, the URL and what it is for are told."""
    event = Input(Trigger.DIAL, Side.TO)
    house.world.audio.clear()
    [told] = fetches(house.world, *_around(steps, event))

    assert ("audio", URL, "GET", "wait") == (
        told.subscription.event,
        told.subscription.url,
        told.subscription.method,
        told.subscription.variant,
    )
    assert () == fetches(house.world, *_around(steps, event))


def test_nobody_waits_for_who_has_answered(house, steps):
    """A leg that rings already is no reason to play it again."""
    _, ringing = steps
    event = Input(Trigger.ANSWER, Side.TO)
    answered = house.engine.feed(house.world, ringing.sid, event)
    house.world.audio.clear()

    assert () == fetches(house.world, ringing, event, answered)


def test_what_is_known_is_bounded(house, steps):
    """Beyond a thousand URLs it begins anew."""
    house.world.audio.clear()
    house.world.audio.update(f"http://localhost/{number}.wav" for number in range(1_000))

    assert 1 == len(fetches(house.world, *_around(steps, Input(Trigger.DIAL, Side.TO))))
    assert {URL} == house.world.audio


def _around(steps, event):
    before, after = steps
    return before, event, after
