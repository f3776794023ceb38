"""Calls that come into a flow: what its applets bring about, and the ways between them."""

from __future__ import annotations

import pytest
from flow_line import CALLER, EXOPHONE, FIRST, URL, dial

from mockserver.domain.applets import (
    Branch,
    Connect,
    Gather,
    Gathering,
    Greeting,
    Passthru,
    Said,
    Voicemail,
)
from mockserver.domain.call import CallState, LegState, Outcome
from mockserver.domain.directory import Flow
from mockserver.domain.errors import BadInput
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.delivery import Reply
from mockserver.engine.incoming import Arrival, arrived

pytestmark = pytest.mark.anyio

BUSY, SILENT = PartyStory(Reaction.BUSY, ring=1.0), PartyStory(Reaction.NO_ANSWER)
EVENTS = "http://localhost/agents"


async def test_applets_follow_one_another(line):
    """A greeting lasts as long as it takes to say it; behind the last applet the call is hung up."""
    said = Said("x" * 45, ("http://localhost/hello.wav",))
    call = await line.comes_in(Greeting("hello", said, next="bye"), Greeting("bye", Said("y" * 15)), seconds=7.9)

    assert (CallState.IN_FLOW, "hello") == (call.state, call.progress.applet)
    assert "bye" == (await line.after(0.2)).progress.applet
    ended = await line.after(5)
    assert (Outcome.TO_NOT_DIALLED, LegState.COMPLETED) == (ended.outcome, ended.legs[0].state)
    assert ["hello", "bye"] == line.way
    assert 9.0 == (ended.ended_at - ended.created_at).total_seconds()


PRESSES = {
    "the story's digits": ("2", (), "two"),
    "digits that lead nowhere": ("9", (), "none"),
    "no digits": ("", (), "none"),
    "live": ("", ("2",), "two"),
}


@pytest.mark.parametrize("name", PRESSES)
async def test_keys_choose_the_way(line, name):
    """Told by the story, or pressed by control."""
    told, pressed, end = PRESSES[name]
    menu = Gather(
        "menu", Gathering(Said("x" * 30), timeout=4.0), branches=(("1", "one"), ("2", "two")), otherwise="none"
    )
    ways = (Greeting("one"), Greeting("two"), Greeting("none"))
    await line.comes_in(menu, *ways, story=Story(from_party=PartyStory(digits=told)), seconds=0.5)
    for digits in pressed:
        line.press(digits)
    call = await line.after(30)

    assert ["menu", end] == line.way
    assert (told or "".join(pressed)) == call.progress.digits == call.legs[0].digits


async def test_longer_digits_end_with_a_key_or_when_they_are_enough(line):
    """Each gather takes what it wants of the story's digits; the key that ends them does not count."""
    number, pin = Gathering(max_digits=10, timeout=4.0), Gathering(max_digits=2, timeout=4.0)
    menus = (Gather("number", number, otherwise="pin"), Gather("pin", pin, branches=(("78", "in"),)), Greeting("in"))
    call = await line.comes_in(*menus, story=Story(from_party=PartyStory(digits="123#789")), seconds=60)

    assert (["number", "pin", "in"], "78") == (line.way, call.progress.digits)


async def test_a_prompt_is_repeated(line):
    """As often as it is told, when no key comes."""
    menu = Gather("menu", Gathering(Said("x" * 15), timeout=4.0, repeats=2), otherwise="none")
    call = await line.comes_in(menu, Greeting("none"), seconds=60)

    assert 15.0 == (call.ended_at - call.created_at).total_seconds()


async def test_what_is_gathered_may_be_asked_for(line):
    """The application tells what to wait for."""
    line.answers(URL, Gathering(max_digits=3, timeout=2.0))
    menu = Gather("menu", url=URL, branches=(("123", "in"),), otherwise="none")
    await line.comes_in(
        menu, Greeting("in"), Greeting("none"), story=Story(from_party=PartyStory(digits="123")), seconds=60
    )

    assert ["menu", "in"] == line.way


@pytest.mark.parametrize(("is_first", "end"), [(True, "a"), (False, "b")])
async def test_a_passthru_chooses_the_way(line, is_first, end):
    """By its answer."""
    line.answers(URL, Branch(is_first=is_first))
    await line.comes_in(Passthru("tell", URL, next="a", otherwise="b"), Greeting("a"), Greeting("b"), seconds=60)

    assert ["tell", end] == line.way


async def test_a_passthru_that_nobody_waits_for(line):
    """The flow goes on at once, whatever is answered."""
    line.house.sender.script(URL, Reply(500, (), b""))
    tell = Passthru("tell", URL, is_async=True, next="a", otherwise="b")
    await line.comes_in(tell, Greeting("a"), Greeting("b"), seconds=60)

    assert (["tell", "a"], [("passthru", None)], []) == (line.way, line.told, line.complaints)


async def test_what_is_said_may_be_asked_for(line):
    """The caller hears what the application answers."""
    line.answers(URL, Said("x" * 60))
    call = await line.comes_in(Greeting("hello", url=URL), seconds=60)

    assert 4.0 == (call.ended_at - call.created_at).total_seconds()


async def test_a_message_is_left(line):
    """Behind the applet's words, as long as the story's message."""
    call = await line.comes_in(Voicemail("leave", Said("x" * 30)), story=Story(voicemail=8.0), seconds=60)

    assert (Outcome.VOICEMAIL, 8.0) == (call.outcome, call.recorded_seconds)
    assert 10.0 == (call.ended_at - call.created_at).total_seconds()


async def test_flows_that_go_in_circles_end(line):
    """After so many applets that no caller would bear it."""
    call = await line.comes_in(Greeting("round", next="again"), Greeting("again", next="round"), seconds=1)

    assert call.is_over
    assert 200 == len(line.way)


async def test_a_flow_that_a_call_is_placed_into_runs_the_same_applets(house):
    """Who is dialled goes through them; whom it connects to is the second party."""
    flow = Flow(
        "900", "IVR", (Greeting("hello", Said("x" * 15), next="agents"), Connect("agents", dial(FIRST))), "plain"
    )
    async with house.running():
        call = house.place(Story(talk=5.0), to_party=None, flow=flow)
        await house.advance(60)
    call = house.call(call.sid)

    assert (Outcome.COMPLETED, 5.0) == (call.outcome, call.talk_seconds)
    assert [Side.FROM, Side.TO] == [leg.side for leg in call.legs]


async def test_an_exophone_leads_into_its_flow(line):
    """Unless the arrival names another."""
    directory = line.house.world.directory
    directory.flows["900"] = Flow("900", "IVR", (Greeting("hello"),), "plain")
    directory.lead("900", [directory.exophone(EXOPHONE)])

    assert "900" == arrived(line.house.world, Arrival(CALLER, EXOPHONE)).flow.id
    assert "501" == arrived(line.house.world, Arrival(CALLER, EXOPHONE, flow_id="501")).flow.id


@pytest.mark.parametrize("fact", [{"group_id": 123456}, {"user_ids": ()}, {"menu": 1.0}, {"queue": 1.0}])
async def test_what_the_flow_says_is_not_told_twice(line, fact):
    """Who is dialled and when is the flow's to say."""
    line.house.world.directory.flows["900"] = Flow("900", "IVR", (Greeting("hello"),), "plain")

    with pytest.raises(BadInput, match=f"{next(iter(fact))} is for calls without applets"):
        arrived(line.house.world, Arrival(CALLER, EXOPHONE, flow_id="900", **fact))
