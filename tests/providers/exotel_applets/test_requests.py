"""How applets' requests are worded: headers, the URL, and what each kind tells at each stage of a call."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from mockserver.bootstrap import FLOW_DIALECTS
from mockserver.domain.applets import Connect, Destination, Dial, Gather, Gathering, Greeting, Passthru, Said, Voicemail
from mockserver.domain.contact import Contact
from mockserver.domain.effects import Notify
from mockserver.domain.flow_news import subscription
from mockserver.domain.media import Recording
from mockserver.domain.order import CallEvent, Order, Party, Route
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.delivery import Reply

[DIALECT] = FLOW_DIALECTS
URL, POPUP = "http://app.test/asks", "http://app.test/popup"
AGENT, OTHER = Contact("+919999999999"), Contact("+919876500003")
TALK = Story(to_party=PartyStory(ring=2.0), talk=5.0)
COMMON = ["CallSid", "CallFrom", "CallTo", "Direction", "Created", "DialCallDuration", "StartTime", "EndTime"]
SOON = ["CallType", "DialWhomNumber", "flow_id", "tenant_id", "From", "To", "CurrentTime"]


def dial(*contacts, **changes):
    return Dial(tuple(Destination(contact) for contact in contacts), **changes)


def answers(text):
    return Reply(200, (("Content-Type", "application/json"),), text.encode())


async def ran(flows, *applets, story=TALK, **arrival):
    """The call after it has gone through the applets."""
    flows.runs(*applets)
    begun = flows.comes_in(story, **arrival)
    async with flows.engine.running():
        await flows.advance(300)
    return flows.call(begun.sid)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("applet", "header"),
    [
        (Connect("asks", url=URL, version="1.0"), ("Exotel-Version", "1.0")),
        (Connect("asks", url=URL, version="1.1"), ("exotel-version", "1.1")),
        (Gather("asks", url=URL), ("Exotel-Version", "1.0")),
    ],
)
async def test_a_header_names_the_version(flows, applet, header):
    """Of connects and gathers, in the vendor's letters."""
    await ran(flows, applet)

    assert header == flows.application.asked[0].headers[-1]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "applet", [Connect("asks", url=URL, version="plain"), Greeting("asks", url=URL), Passthru("asks", URL)]
)
async def test_other_applets_name_no_version(flows, applet):
    """They are GETs like any other callback, without a body."""
    await ran(flows, applet)

    [request] = flows.application.asked
    assert ("GET", b"", ["Host", "User-Agent", "Accept", "Connection"]) == (
        request.method,
        request.body,
        [name for name, _ in request.headers],
    )


@pytest.mark.anyio
async def test_parameters_stand_behind_what_the_url_has(flows):
    """Byte for byte; credentials become a header, letters of other alphabets are encoded."""
    await ran(flows, Passthru("asks", "http://u:p@app.test/ä?key=%7Ea+b&sig=A%2fB==&CallSid=mine#part"))

    [request] = flows.application.asked
    assert request.url.startswith("http://app.test/%C3%A4?key=%7Ea+b&sig=A%2fB==&CallSid=mine&CallSid=")
    assert "#" not in request.url
    assert ("Authorization", "Basic dTpw") in request.headers


@pytest.mark.anyio
async def test_a_connect_asks_with_what_is_known_before_anybody_is_dialled(flows):
    """The documented list in its order; `Created` in the form of the other moments."""
    await ran(flows, Connect("asks", url=URL))

    [asked] = flows.told(URL)
    assert [*COMMON, *SOON] == list(asked)
    assert {"Created": "2022-02-23 12:31:59", "DialCallDuration": "0", "DialWhomNumber": ""}.items() <= asked.items()
    assert ("call-attempt", "incoming") == (asked["CallType"], asked["Direction"])


@pytest.mark.anyio
async def test_a_connect_asks_again_with_what_became_of_the_attempt(flows):
    """With fetch_after_attempt: who was dialled, and how that went."""
    first = '{"fetch_after_attempt": true, "destination": [{"contact_uri": "+919999999999"}]}'
    flows.application.answers[URL] = [answers(first), answers('{"destination": []}')]
    busy = Story(to_party=PartyStory(Reaction.BUSY, ring=1.0))
    await ran(flows, Connect("asks", url=URL), story=busy)

    before, after = flows.told(URL)
    assert "DialCallStatus" not in before
    assert ("busy", "incomplete", "09999999999") == (
        after["DialCallStatus"],
        after["CallType"],
        after["DialWhomNumber"],
    )
    assert ("USER_BUSY", "17") == (after["Legs[0][CauseCode]"], after["Legs[0][Cause]"])


@pytest.mark.anyio
@pytest.mark.parametrize("applet", [Connect("asks", url=URL, version="plain"), Gather("asks", url=URL)])
async def test_plain_connects_and_gathers_say_the_status(flows, applet):
    """Behind the number that was called."""
    await ran(flows, applet)

    [asked] = flows.told(URL)
    assert [*COMMON[:3], "CallStatus", *COMMON[3:], *SOON] == list(asked)
    assert "in-progress" == asked["CallStatus"]


@pytest.mark.anyio
async def test_a_greeting_asks_with_five_parameters(flows):
    """Without a custom field, four."""
    await ran(flows, Greeting("asks", url=URL, next="again"), Greeting("again", url=URL), custom_field="order 7")

    asked, _ = flows.told(URL)
    known = {"From": "09999999991", "To": "09999999980", "DialWhomNumber": "", "CustomField": "order 7"}
    assert list({"CallSid": asked["CallSid"], **known}.items()) == list(asked.items())


@pytest.mark.anyio
async def test_a_passthru_before_any_connect(flows):
    """The status of the call, `null` for how a dial went, and no leg."""
    await ran(flows, Passthru("asks", URL))

    [told] = flows.told(URL)
    known = {"CallStatus": "in-progress", "DialCallStatus": "null", "CallType": "call-attempt", "DialWhomNumber": ""}
    assert known.items() <= told.items()
    assert {"Legs[0][Number]", "OutgoingPhoneNumber", "RecordingUrl", "digits"}.isdisjoint(told)


@pytest.mark.anyio
async def test_digits_stand_in_quotes(flows):
    """Those of the latest gather; the key that finishes is none of them."""
    gather = Gather("keys", Gathering(max_digits=4), otherwise="asks")
    await ran(flows, gather, Passthru("asks", URL), story=Story(PartyStory(digits="123#")))

    [told] = flows.told(URL)
    assert '"123"' == told["digits"]


@pytest.mark.anyio
@pytest.mark.parametrize(("recording", "url"), [(None, "null"), (Recording(), "http://mock.test/recordings/")])
async def test_a_talk_has_a_recording_if_one_was_asked_for(flows, recording, url):
    """Else its address is `null`, and nothing says when it will be there."""
    connect = Connect("connect", dial(AGENT, recording=recording), next="asks")
    await ran(flows, connect, Passthru("asks", URL))

    [told] = flows.told(URL)
    assert told["RecordingUrl"].startswith(url)
    assert bool(recording) is ("RecordingAvailableBy" in told)


@pytest.mark.anyio
async def test_times_are_those_of_the_accounts_zone(make_flows):
    """The constant that stands for an end, too."""
    flows = make_flows(zone_name="Asia/Singapore")
    await ran(flows, Passthru("asks", URL))

    [told] = flows.told(URL)
    assert ("Wed, 23 Feb 2022 15:01:59", "2022-02-23 15:01:59") == (told["Created"], told["StartTime"])
    assert "1970-01-01 07:30:00" == told["EndTime"]


@pytest.mark.anyio
async def test_the_number_that_the_dial_shows(flows):
    """Is told with the leg, and beside it."""
    connect = Connect("connect", dial(AGENT, caller_id=Contact("+912241499102")), next="asks")
    await ran(flows, connect, Passthru("asks", URL))

    [told] = flows.told(URL)
    assert ("02241499102",) * 2 == (told["OutgoingPhoneNumber"], told["Legs[0][CallerId]"])
    assert "09999999980" == told["CallTo"]


@pytest.mark.anyio
async def test_every_leg_is_told(flows):
    """In the order of dialling; who answered counts, here the second."""
    connect = Connect("connect", dial(AGENT, OTHER), next="asks")
    story = Story(to_party=PartyStory(Reaction.REJECTS, ring=1.0), others=(PartyStory(ring=2.0),), talk=4.0)
    await ran(flows, connect, Passthru("asks", URL), story=story)

    [told] = flows.told(URL)
    legs = [(told[f"Legs[{place}][Number]"], told[f"Legs[{place}][CauseCode]"]) for place in range(2)]
    assert [("09999999999", "CALL_REJECTED"), ("09876500003", "NORMAL_CLEARING")] == legs
    assert ("09876500003", "completed", "6") == (
        told["DialWhomNumber"],
        told["DialCallStatus"],
        told["DialCallDuration"],
    )


@pytest.mark.anyio
async def test_some_accounts_have_insights(make_flows):
    """By a reading: who ended each leg, how it went, and how long it rang."""
    flows = make_flows(readings={"exotel-applets.legs": "insights"})
    story = Story(to_party=PartyStory(Reaction.BUSY, ring=1.5), others=(PartyStory(ring=2.25),), hangs_up=Side.TO)
    await ran(flows, Connect("connect", dial(AGENT, OTHER), next="asks"), Passthru("asks", URL), story=story)

    [told] = flows.told(URL)
    insights = [
        [told[f"Legs[{place}][Insights][{name}]"] for name in ("Status", "DetailedStatus", "RingingDuration")]
        for place in range(2)
    ]
    assert [["busy", "FAILED_UNKNOWN_ERROR", "1.50"], ["completed", "CALL_COMPLETED", "2.25"]] == insights
    assert ["Callee", "Callee"] == [told[f"Legs[{place}][DisconnectedBy]"] for place in range(2)]


@pytest.mark.anyio
async def test_agents_are_told_of_as_they_ring_answer_and_leave(flows):
    """Busy, busy, free; a number of nobody's has no email."""
    await ran(flows, Connect("connect", dial(Contact("+919876543210")), events_url=POPUP))

    told = flows.told(POPUP)
    expected = [("Dial", "busy", "12:31:59"), ("Answered", "busy", "12:32:01"), ("Terminal", "free", "12:32:06")]
    assert expected == [(one["EventType"], one["Status"], one["CurrentTime"][-8:]) for one in told]
    assert {("09876543210", "")} == {(one["DialWhomNumber"], one["AgentEmail"]) for one in told}


@pytest.mark.anyio
async def test_an_agent_who_was_dismissed_meanwhile_has_no_email(flows):
    """The call goes on."""
    flows.runs(Connect("connect", dial(AGENT), events_url=POPUP))
    flows.comes_in(TALK)
    async with flows.engine.running():
        await flows.advance(1)
        flows.world.directory.remove_user("agent")
        await flows.advance(100)

    assert ["asha.rao@example.com", "", ""] == [one["AgentEmail"] for one in flows.told(POPUP)]


@pytest.mark.anyio
async def test_a_call_that_was_placed_into_the_flow(flows):
    """It goes out: the first leg is still the caller, the ExoPhone still who is called."""
    flows.runs(Connect("connect", dial(AGENT), next="asks"), Passthru("asks", URL))
    flow = flows.world.directory.flow("228040")
    customer, exophone = Party(Contact("+919999999991")), Contact("+919999999980")
    call = flows.engine.place(flows.world, Order(customer, None, exophone, flow=flow, route=Route()), TALK)
    flows.engine.answer_sent(flows.world, call.sid)
    async with flows.engine.running():
        await flows.advance(300)

    [told] = flows.told(URL)
    assert ("outbound-dial", "09999999991", "09999999980", "completed") == (
        told["Direction"],
        told["CallFrom"],
        told["CallTo"],
        told["CallType"],
    )


@pytest.mark.anyio
async def test_an_async_passthru_is_told_while_the_call_goes_on(flows):
    """Its answer counts for nothing, and nothing is wrong with it."""
    flows.application.answers[URL] = [Reply(500, (), b"")]
    await ran(flows, Passthru("asks", URL, is_async=True, next="bye"), Greeting("bye", Said("Goodbye.")))

    [told] = flows.told(URL)
    assert ("2022-02-23 12:31:59", "call-attempt") == (told["CurrentTime"], told["CallType"])
    assert [] == flows.complaints


@pytest.mark.anyio
async def test_a_call_that_ends_with_a_message(flows):
    """A passthru that is told of it calls it a voicemail."""
    call = await ran(flows, Voicemail("message"), story=Story(voicemail=4.0))
    request = DIALECT.write(Notify(subscription(call, CallEvent.PASSTHRU, URL)), call, flows.world)

    told = dict(parse_qsl(urlsplit(request.url).query))
    assert ("voicemail", "completed") == (told["CallType"], told["CallStatus"])


@pytest.mark.anyio
async def test_a_caller_who_leaves_a_talk(make_flows):
    """The passthrus behind the connect are told all the same: the call is completed, and not by who was dialled."""
    flows = make_flows(readings={"exotel-applets.legs": "insights"})
    story = Story(to_party=PartyStory(ring=2.0), talk=5.0, hangs_up=Side.FROM)
    await ran(flows, Connect("connect", dial(AGENT), next="asks"), Passthru("asks", URL), story=story)

    [told] = flows.told(URL)
    assert ("completed", "completed", "7", "Caller") == (
        told["CallType"],
        told["DialCallStatus"],
        told["DialCallDuration"],
        told["Legs[0][DisconnectedBy]"],
    )
