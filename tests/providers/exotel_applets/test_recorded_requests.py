"""The four requests that a shipped client has recorded, told again: every key in its place, every value.

Only what names the account is ours: the sid of the call, the address of the recording, the tenant, the agent's email.
In the records the numbers are made unrecognisable, and one ExoPhone has become two; here it is one.
"""

from __future__ import annotations

import pytest

from mockserver.domain.applets import Connect, Destination, Dial, Greeting, Passthru, Said
from mockserver.domain.contact import Contact
from mockserver.domain.media import Recording
from mockserver.domain.story import PartyStory, Reaction, Side, Story

POPUP, TOLD = "http://app.test/popup", "http://app.test/call"
LETTERS_A_SECOND = 15
KNOWN = {
    "CallFrom": "09999999991",
    "CallTo": "09999999980",
    "Direction": "incoming",
}
# Where a passthru behind a connect has what no call can change.
TELLING = {
    "DialWhomNumber": "09999999999",
    "ProcessStatus": "null",
    "flow_id": "228040",
    "tenant_id": "OURS",
    "From": "09999999991",
    "To": "09999999980",
}
LEG = {
    "Legs[0][Number]": "09999999999",
    "Legs[0][Type]": "single",
}
DIAL = {
    "CallSid": "OURS",
    **KNOWN,
    "Created": "Wed, 23 Feb 2022 12:31:59",
    "From": "09999999991",
    "To": "09999999980",
    "CurrentTime": "2022-02-23 12:32:02",
    "DialWhomNumber": "09999999999",
    "Status": "busy",
    "EventType": "Dial",
    "AgentEmail": "asha.rao@example.com",
}
COMPLETED = {
    "CallSid": "OURS",
    **KNOWN,
    "ForwardedFrom": "null",
    "Created": "Wed, 23 Feb 2022 12:31:59",
    "DialCallDuration": "17",
    "RecordingUrl": "OURS",
    # One second before its creation in the record; of the other two it is the same moment.
    "StartTime": "2022-02-23 12:31:59",
    "EndTime": "1970-01-01 05:30:00",
    "DialCallStatus": "completed",
    "CallType": "completed",
    **TELLING,
    "RecordingAvailableBy": "Wed, 23 Feb 2022 12:37:25",
    "CurrentTime": "2022-02-23 12:32:25",
    "OutgoingPhoneNumber": "09999999980",
    **LEG,
    "Legs[0][OnCallDuration]": "10",
    "Legs[0][CallerId]": "09999999980",
    "Legs[0][CauseCode]": "NORMAL_CLEARING",
    "Legs[0][Cause]": "16",
}
UNANSWERED_LEG = {
    "OutgoingPhoneNumber": "09999999980",
    **LEG,
    "Legs[0][OnCallDuration]": "0",
    "Legs[0][CallerId]": "09999999980",
    "Legs[0][CauseCode]": "RING_TIMEOUT",
    "Legs[0][Cause]": "1003",
}
CLIENT_HANGUP = {
    "CallSid": "OURS",
    **KNOWN,
    "ForwardedFrom": "null",
    "Created": "Mon, 21 Feb 2022 15:58:12",
    "DialCallDuration": "0",
    "StartTime": "2022-02-21 15:58:12",
    "EndTime": "1970-01-01 05:30:00",
    "DialCallStatus": "canceled",
    "CallType": "client-hangup",
    **TELLING,
    "CurrentTime": "2022-02-21 15:58:47",
    **UNANSWERED_LEG,
}
NO_ANSWER = {
    "CallSid": "OURS",
    **KNOWN,
    "ForwardedFrom": "null",
    "Created": "Mon, 21 Feb 2022 15:47:02",
    "DialCallDuration": "0",
    "StartTime": "2022-02-21 15:47:02",
    "EndTime": "1970-01-01 05:30:00",
    "DialCallStatus": "no-answer",
    "CallType": "incomplete",
    **TELLING,
    "CurrentTime": "2022-02-21 15:47:40",
    **UNANSWERED_LEG,
}
OWN = ("CallSid", "RecordingUrl", "tenant_id")


def says(seconds):
    """Text that takes so long."""
    return Said("." * (LETTERS_A_SECOND * seconds))


def support_line(welcome, goodbye=0):
    """Welcomes, rings the agent for 35 seconds at most, says goodbye, tells what became of it."""
    dial = Dial((Destination(Contact("+919999999999")),), ring_timeout=35.0, recording=Recording())
    after = "goodbye" if goodbye else "tell"
    return (
        Greeting("welcome", says(welcome), next="connect"),
        Connect("connect", dial, events_url=POPUP, next=after, nobody="tell"),
        *((Greeting("goodbye", says(goodbye), next="tell"),) if goodbye else ()),
        Passthru("tell", TOLD),
    )


async def told_of(flows, applets, story):
    """What the application heard of a call, without what names the account."""
    flows.runs(*applets)
    call = flows.comes_in(story)
    async with flows.engine.running():
        await flows.advance(100)
    return call, flows.told(POPUP), flows.told(TOLD)


def ours(found):
    return {name: "OURS" if name in OWN else value for name, value in found.items()}


@pytest.mark.anyio
async def test_a_call_that_was_answered(flows):
    """The popup as it rings, and the passthru six seconds after a talk of ten; ringing counts as dialled."""
    story = Story(to_party=PartyStory(ring=7.0), talk=10.0, hangs_up=Side.TO)
    call, popups, [passthru] = await told_of(flows, support_line(3, goodbye=6), story)

    assert list(DIAL.items()) == list(ours(popups[0]).items())
    assert list(COMPLETED.items()) == list(ours(passthru).items())
    assert call.sid == passthru["CallSid"] == popups[0]["CallSid"]
    assert f"http://mock.test/recordings/exotelrecordings/mock/{call.sid}.mp3" == passthru["RecordingUrl"]


@pytest.mark.anyio
async def test_a_caller_who_hangs_up_while_it_rings(make_flows):
    """The call is told to be canceled, and its leg to have rung out."""
    flows = make_flows("2022-02-21T15:58:12+05:30")
    story = Story(PartyStory(gives_up_after=35.0), PartyStory(Reaction.NO_ANSWER))
    _, popups, [passthru] = await told_of(flows, support_line(3), story)

    assert list(CLIENT_HANGUP.items()) == list(ours(passthru).items())
    assert [("Dial", "busy"), ("Terminal", "free")] == [(one["EventType"], one["Status"]) for one in popups]


@pytest.mark.anyio
async def test_a_call_that_nobody_answers(make_flows):
    """No recording is told of, and no duration."""
    flows = make_flows("2022-02-21T15:47:02+05:30")
    _, _, [passthru] = await told_of(flows, support_line(3), Story(to_party=PartyStory(Reaction.NO_ANSWER)))

    assert list(NO_ANSWER.items()) == list(ours(passthru).items())


@pytest.mark.anyio
async def test_the_tenant_is_a_number_that_stays(make_flows):
    """Five digits, the same for an account on any server and in any call."""
    found = []
    for _ in range(2):
        _, _, [passthru] = await told_of(make_flows(), support_line(1), Story())
        found.append(passthru["tenant_id"])

    assert found[0] == found[1]
    assert (5, True) == (len(found[0]), found[0].isdecimal())
