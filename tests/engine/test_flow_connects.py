"""Flows that dial: whom, in which order, and what an application's answers make of it."""

from __future__ import annotations

import pytest
from flow_line import CALLER, FIRST, SECOND, SPARE, THIRD, URL, Line, dial

from mockserver.domain.applets import (
    Connect,
    Destination,
    Dial,
    Greeting,
    HangUp,
    Passthru,
    Said,
)
from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.effects import Input
from mockserver.domain.errors import IllegalInput
from mockserver.domain.states import Trigger
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.delivery import Reply, SendBlocked, SendFailed

pytestmark = pytest.mark.anyio

BUSY, SILENT = PartyStory(Reaction.BUSY, ring=1.0), PartyStory(Reaction.NO_ANSWER)
EVENTS = "http://localhost/agents"


async def test_agents_are_tried_until_one_answers(line):
    """Told by the flow itself: the first is busy, the second rings out, the third talks; then the flow goes on."""
    story = Story(to_party=BUSY, others=(SILENT, PartyStory(ring=4.0)), talk=10.0)
    agents = Connect("agents", dial(FIRST, SECOND, THIRD, ring_timeout=12.0), next="bye")
    call = await line.comes_in(agents, HangUp("bye"), story=story, seconds=60)

    states = [LegState.COMPLETED, LegState.BUSY, LegState.NO_ANSWER, LegState.COMPLETED]
    assert states == [leg.state for leg in call.legs]
    assert [CALLER, FIRST, SECOND, THIRD] == [leg.party.contact for leg in call.legs]
    assert (Outcome.COMPLETED, 10.0) == (call.outcome, call.talk_seconds)
    assert 1.0 + 12.0 + 4.0 + 10.0 == (call.ended_at - call.created_at).total_seconds()
    assert ["agents", "bye"] == line.way


async def test_the_application_says_who_is_dialled(line):
    """The URL is asked when the call comes to it, and its answer is dialled."""
    line.answers(URL, dial(SECOND))
    call = await line.comes_in(Connect("agents", url=URL), story=Story(talk=5.0), seconds=60)

    assert [URL] == line.asked
    assert [CALLER, SECOND] == [leg.party.contact for leg in call.legs]
    assert (Outcome.COMPLETED, []) == (call.outcome, line.complaints)


NO_ANSWERS = {
    "nonsense": (Reply(200, (), b"?"), ["b'?' means nothing"]),
    "refused": (
        SendFailed("refused", "nobody there"),
        ["no answer (refused): nothing listens at this URL; start the application, or mend the URL"],
    ),
    "blocked": (SendBlocked("not there"), ["not there"]),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
async def test_the_second_url_is_asked_when_the_first_says_nothing_of_use(line, name):
    """At once; what was wrong with the first is on record."""
    line.house.sender.script(URL, NO_ANSWERS[name][0])
    line.answers(SPARE, dial(SECOND))
    call = await line.comes_in(Connect("agents", url=URL, fallback_url=SPARE), story=Story(talk=5.0), seconds=60)

    assert [URL, SPARE] == line.asked
    assert Outcome.COMPLETED is call.outcome
    assert NO_ANSWERS[name][1] == line.complaints


@pytest.mark.parametrize("name", NO_ANSWERS)
async def test_without_any_answer_of_use_nobody_is_dialled(line, name):
    """The flow goes its other way."""
    line.house.sender.script(URL, NO_ANSWERS[name][0])
    line.house.sender.script(SPARE, NO_ANSWERS[name][0])
    agents = Connect("agents", url=URL, fallback_url=SPARE, next="never", nobody="sorry")
    call = await line.comes_in(agents, Greeting("never"), Greeting("sorry"), seconds=60)

    assert (["agents", "sorry"], Outcome.TO_NOT_DIALLED) == (line.way, call.outcome)
    assert 2 * NO_ANSWERS[name][1] == line.complaints


async def test_who_takes_too_long_is_not_waited_for(line):
    """Five seconds of the world's clock, and the second URL is asked; an answer that comes later says so."""
    line.house.sender.script(URL, SendFailed("timeout", "no complete answer within 5 s"))
    line.answers(SPARE, dial(SECOND))
    agents = Connect("agents", url=URL, fallback_url=SPARE)
    await line.comes_in(agents, story=Story(talk=5.0), seconds=4.9)

    assert [URL] == line.asked
    call = await line.after(0.2)
    assert ([URL, SPARE], [5.0, 5.0]) == (line.asked, line.house.sender.timeouts)
    assert CallState.RINGING_TO is call.state
    assert ["no answer (timeout): it is waited for 5 s; answer first, and work later"] == line.complaints


async def test_an_answer_that_comes_when_the_caller_has_left_changes_nothing(line, settle_tasks):
    """It is on record that it came too late."""
    gate = line.house.sender.hold(URL)
    line.answers(URL, dial(SECOND))
    line.comes(Connect("agents", url=URL))
    await settle_tasks()
    line.house.engine.feed(line.house.world, line.sid, Input(Trigger.HANG_UP, Side.FROM))
    gate.set()

    ended = await line.after(10)
    assert (Outcome.FROM_CANCELLED, None) == (ended.outcome, ended.progress.open_ask)
    assert ["nobody waits for this answer any more: the call went on without it"] == line.complaints


async def test_the_application_is_asked_again_after_each_attempt(line):
    """With fetch_after_attempt: until somebody answers, or nobody is named."""
    again = dial(FIRST, asks_after_attempt=True)
    line.answers(URL, again, dial(SECOND, asks_after_attempt=True), Dial())
    story = Story(to_party=BUSY, others=(SILENT,))
    call = await line.comes_in(Connect("agents", url=URL, nobody="sorry"), Greeting("sorry"), story=story, seconds=90)

    assert [URL] * 3 == line.asked
    assert [CALLER, FIRST, SECOND] == [leg.party.contact for leg in call.legs]
    assert (Outcome.TO_UNANSWERED, ["agents", "agents", "agents", "sorry"]) == (call.outcome, line.way)


async def test_some_ring_at_a_time(line):
    """Two at most; when one of them fails, the next one's turn has come; who is slower stops ringing."""
    story = Story(to_party=BUSY, others=(PartyStory(ring=9.0), PartyStory(ring=2.0)), talk=5.0)
    agents = Connect("agents", dial(FIRST, SECOND, THIRD, is_parallel=True, max_parallel=2))
    call = await line.comes_in(agents, story=story, seconds=0.5)

    assert [FIRST, SECOND] == [leg.party.contact for leg in call.legs_on(Side.TO)]
    call = await line.after(1.0)
    assert [LegState.BUSY, LegState.RINGING, LegState.RINGING] == [leg.state for leg in call.legs_on(Side.TO)]
    call = await line.after(30)
    assert [LegState.BUSY, LegState.CANCELED, LegState.COMPLETED] == [leg.state for leg in call.legs_on(Side.TO)]


async def test_a_talk_has_its_own_limit(line):
    """Then the flow goes on with the caller."""
    agents = Connect("agents", dial(FIRST, talk_limit=7.0), next="bye")
    call = await line.comes_in(
        agents, Greeting("bye"), story=Story(to_party=PartyStory(ring=1.0), talk=None), seconds=9
    )

    assert (7.0, Outcome.COMPLETED) == (call.talk_seconds, call.outcome)
    assert "allotted-timeout" == call.legs[1].cause.value.lower().replace("_", "-")
    assert ["agents", "bye"] == line.way


async def test_several_talks_add_up(line):
    """A caller may be connected twice."""
    both = (Connect("one", dial(FIRST), next="two"), Connect("two", dial(SECOND)))
    call = await line.comes_in(*both, story=Story(talk=6.0), seconds=60)

    assert (12.0, [FIRST, SECOND]) == (call.talk_seconds, [leg.party.contact for leg in call.legs_on(Side.TO)])


async def test_agents_are_told_of(line):
    """Each that is dialled, answers and leaves; by the applet's URL and by that of the answer."""
    line.answers(URL, dial(FIRST, SECOND, events_url=EVENTS))
    await line.comes_in(Connect("agents", url=URL), story=Story(to_party=BUSY, others=(PartyStory(),)), seconds=60)

    assert [
        ("connect", None),
        ("agent-dialled", 2),
        ("agent-left", 2),
        ("agent-dialled", 3),
        ("agent-answered", 3),
        ("agent-left", 3),
    ] == line.told


@pytest.mark.parametrize(
    ("story", "passthru"),
    [
        (Story(hangs_up=Side.FROM), "talked"),
        (Story(from_party=PartyStory(gives_up_after=2.0), to_party=SILENT), "missed"),
    ],
)
async def test_a_passthru_behind_a_connect_is_told_of_callers_who_leave(line, story, passthru):
    """During the talk or while it rings; whatever is answered, it is over."""
    ways = (Passthru("talked", "http://localhost/talked"), Passthru("missed", "http://localhost/missed"))
    call = await line.comes_in(
        Connect("agents", dial(FIRST), next="talked", nobody="missed"), *ways, story=story, seconds=60
    )

    assert [f"http://localhost/{passthru}"] == line.asked
    assert CallState.PROCESSED is call.state


async def test_busy_agents_are_passed_over(line):
    """Whoever is on another call; a number of an outsider if it is managed."""
    managed = Dial((Destination(FIRST, is_managed=True),))
    await line.comes_in(Connect("agents", managed), story=Story(talk=None), seconds=10)
    other = Line(line.house)
    call = await other.comes_in(Connect("agents", managed), seconds=5)

    assert Outcome.TO_NOT_DIALLED is call.outcome
    passed = [event.facts["why"] for event in line.house.world.events.latest() if event.kind == "agent.passed-over"]
    assert [f"{FIRST} is busy with call {line.sid}"] == passed


async def test_magic_numbers_tell_their_own_stories(line):
    """Whom an answer names is not known when the call begins."""
    line.answers(URL, dial(Contact("+919900020100"), Contact("+919900000207")))
    call = await line.comes_in(Connect("agents", url=URL), seconds=60)

    assert [LegState.BUSY, LegState.COMPLETED] == [leg.state for leg in call.legs_on(Side.TO)]


async def test_answers_to_questions_that_nobody_asked(line):
    """They are refused."""
    await line.comes_in(Greeting("hello", Said("x" * 150)))

    with pytest.raises(IllegalInput, match="waits for no answer to question 7"):
        line.house.engine.feed(line.house.world, line.sid, Input(Trigger.TOLD, ask=7))
