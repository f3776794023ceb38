"""Connect requests: what each parameter does to the call, and what the answer says before anything rings."""

from __future__ import annotations

import pytest

from mockserver.domain.media import Playback, Recording, Stream
from mockserver.domain.story import Side

TIMES = ("DateCreated", "DateUpdated", "StartTime")
FLOW = "http://my.exotel.com/acct/exoml/start_voice/501"
WAV = "http://sound.example/wait.wav"


def order_of(account, call):
    """The order that the engine has made of a request."""
    return account.world.store.call(call["Sid"]).order


@pytest.mark.parametrize("path", ["/Calls/connect.json", "/Calls/connect", "/Calls.json", "/Calls"])
def test_a_call_is_placed(account, tree, path):
    """Connect answers exactly 200 with the call in the format asked for; so does a POST to Calls."""
    response = account.connect(path)
    sid = response.json()["Call"]["Sid"] if path.endswith(".json") else tree(response).findtext("Call/Sid")

    assert 200 == response.status_code
    assert "in-progress" == account.read(sid)["Status"]


def test_the_three_times_of_the_answer_are_one(account):
    """DateCreated, DateUpdated and StartTime are the moment of the request, though the first dial is still ahead."""
    call = account.place()

    assert ["2026-01-05 10:00:00"] * 3 == [call[name] for name in TIMES]
    assert "2026-01-05 10:00:01" == account.read(call["Sid"])["StartTime"]


def test_the_answer_is_in_progress_with_nulls(account):
    """A call is in progress at once and never queued; what nobody can know yet is null."""
    call = account.place()
    unknown = ("ParentCallSid", "EndTime", "Duration", "Price", "AnsweredBy", "ForwardedFrom", "CallerName")

    assert ("in-progress", "outbound-api") == (call["Status"], call["Direction"])
    assert dict.fromkeys((*unknown, "RecordingUrl")) == {name: call[name] for name in (*unknown, "RecordingUrl")}
    assert "Details" not in call


def test_the_xml_answer_is_the_captured_one(account, tree):
    """The XML answer has the same fields in the same order, indented by a blank, empty ones closed in themselves."""
    text = account.connect("/Calls/connect").text
    call = tree(text).find("Call")

    assert list(account.place()) == [one.tag for one in call]
    assert (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TwilioResponse>\n <Call>\n  <Sid>' == text[: text.index("<Sid>") + 5]
    )
    for name in ("ParentCallSid", "EndTime", "Duration", "Price", "RecordingUrl"):
        assert f"\n  <{name}/>\n" in text


def test_numbers_are_shown_in_national_form(account):
    """Whatever spelling was sent, To, From and PhoneNumberSid are shown with a leading zero."""
    call = account.place(From="+91 98111-12222", To="9833334444", CallerId="0224149 9102")

    assert ("09811112222", "09833334444", "02241499102") == (call["From"], call["To"], call["PhoneNumberSid"])


def test_foreign_numbers_are_shown_as_they_are(account):
    """A number outside India has no national form here: it stays E.164."""
    assert "+6531586080" == account.place(To="+65 3158 6080")["To"]


@pytest.mark.parametrize("field", ["+911414941199", "01414941199", "1414941199", "Jaipur desk"])
def test_the_caller_id_is_a_number_or_a_friendly_name(account, field):
    """CallerId takes any spelling of an ExoPhone, and the name that integrators know it by."""
    account.control("PATCH", "/numbers/+911414941199", {"friendly_name": "Jaipur desk"})

    assert "01414941199" == account.place(CallerId=field)["PhoneNumberSid"]


def test_without_a_caller_id_the_first_exophone_calls(account):
    """Some clients send no CallerId: then it is the account's first ExoPhone."""
    assert "02241499102" == account.place(CallerId=None)["PhoneNumberSid"]


def test_a_new_exophone_can_call(account, refusal):
    """An ExoPhone that the account does not have is refused with a hint how to add it; when it is added, it calls."""
    refused = refusal(account.connect(CallerId="+918044441111"))
    request = account.last_request()
    account.control("POST", "/numbers", {"number": "080 4444 1111"})

    assert (400, "CallerId: +918044441111 is not an ExoPhone of this account") == refused
    assert "POST /_mock/v1/worlds/{account_sid}/numbers" in request["hint"]
    assert "08044441111" == account.place(CallerId="+918044441111")["PhoneNumberSid"]


def test_a_released_exophone_cannot_call(account, refusal):
    """What is not the account's any more is no caller id."""
    account.control("DELETE", "/numbers/+912241499102")

    assert 400 == refusal(account.connect(CallerId="02241499102"))[0]


@pytest.mark.parametrize(("limit", "talk"), [("7", 4), ("2", 0), ("14400", 14397)])
def test_the_time_limit_ends_the_call(account, limit, talk):
    """TimeLimit counts from the answer of the first leg; the second rings for three seconds of it."""
    account.tell(talk=None)
    sid = account.place(TimeLimit=limit)["Sid"]
    account.advance(15_000)
    details = account.read(sid, "?details=true")["Details"]

    assert (talk, int(limit)) == (details["ConversationDuration"], details["Legs"][0]["Leg"]["OnCallDuration"])


@pytest.mark.parametrize("side", ["from", "to"])
def test_the_time_out_limits_the_ringing_of_both_legs(account, side):
    """TimeOut is how long a leg may ring, the first and the second alike."""
    account.tell(**{side: {"reaction": "no-answer"}})
    sid = account.place(TimeOut="12")["Sid"]
    account.advance(200)

    assert ("no-answer", str(12 + 2 * ("to" == side))) == tuple(
        account.read(sid)[name] for name in ("Status", "Duration")
    )


def test_without_a_time_out_it_rings_for_half_a_minute(account):
    """The default of TimeOut is thirty seconds."""
    account.tell(**{"from": {"reaction": "no-answer"}})
    sid = account.place()["Sid"]
    account.advance(200)

    assert "30" == account.read(sid)["Duration"]


@pytest.mark.parametrize(
    ("field", "is_recorded"),
    [("true", True), ("True", True), ("1", True), ("false", False), ("0", False), (None, False)],
)
def test_record_makes_a_recording(account, field, is_recorded):
    """Record, in any case, brings a RecordingUrl when the call is over; by default nothing is recorded."""
    sid = account.place(Record=field)["Sid"]
    account.advance(20)
    during = account.read(sid)["RecordingUrl"]
    account.advance(60)
    url = f"http://127.0.0.1:8080/recordings/exotelrecordings/{account.sid}/{sid}.mp3"

    assert (None, url if is_recorded else None) == (during, account.read(sid)["RecordingUrl"])
    assert (url if is_recorded else "") == account.page()["Calls"][0]["RecordingUrl"]


def test_a_call_without_a_conversation_has_no_recording(account):
    """Where nobody talked there is nothing to record."""
    account.tell(to={"reaction": "busy"})
    sid = account.place(Record="true")["Sid"]
    account.advance(60)

    assert account.read(sid)["RecordingUrl"] is None


@pytest.mark.parametrize(
    ("fields", "recording"),
    [
        ({}, Recording(1, is_high_quality=False)),
        ({"RecordingChannels": "dual", "RecordingFormat": "mp3-hq"}, Recording(2, is_high_quality=True)),
        ({"RecordingChannels": "Single", "RecordingFormat": "MP3"}, Recording(1, is_high_quality=False)),
    ],
)
def test_a_recording_is_made_as_ordered(account, fields, recording):
    """RecordingChannels and RecordingFormat are part of the order."""
    assert recording == order_of(account, account.place(Record="true", **fields)).recording


def test_audio_is_ordered(account):
    """WaitUrl, StartPlaybackValueNew and StartPlaybackToNew are part of the order."""
    sounds = {"WaitUrl": WAV, "StartPlaybackValueNew": f"{WAV}?a=b&c=d"}
    usual, for_both = (account.place(**sounds, StartPlaybackToNew=party) for party in (None, "Both"))

    assert WAV == order_of(account, usual).wait_audio_url
    assert (Playback("start", is_for_both=False, url=f"{WAV}?a=b&c=d"),) == order_of(account, usual).playbacks
    assert order_of(account, for_both).playbacks[0].is_for_both


@pytest.mark.parametrize(
    ("begin", "side"),
    [(None, Side.FROM), ("Leg1Connect", Side.FROM), ("Leg2Connect", Side.TO), ("at Leg2Connect", Side.TO)],
)
def test_a_stream_is_ordered(account, begin, side):
    """StreamUrl with its own query, from the leg that StreamBegin names; by its name, in both directions."""
    url = "wss://bot.example/stream?token=a%2Fb&x=1"
    fields = {"StreamUrl": url, "StreamType": "bidirectional", "StreamName": "bot", "StreamBegin": begin}

    assert Stream(url, side, name="bot") == order_of(account, account.place(**fields)).stream


def test_a_strict_world_wants_a_socket(account, refusal):
    """A web address that answers one is documented of the applets only."""
    url = "https://bot.example/stream"
    assert url == order_of(account, account.place(StreamUrl=url)).stream.url
    account.control("PATCH", "", {"strict": True})

    status, message = refusal(account.connect(StreamUrl=url))

    assert 400 == status
    assert "StreamUrl" in message


def test_a_stream_may_only_listen(account):
    """StreamType says whether the bot is heard."""
    placed = account.place(StreamUrl="wss://bot.example/stream", StreamType="unidirectional")

    assert not order_of(account, placed).stream.is_two_way


def test_a_stream_alone_needs_no_second_number(account):
    """With StreamUrl and without To or Url the first party is alone with the bot."""
    sid = account.place(To=None, StreamUrl="wss://bot.example/stream")["Sid"]
    account.advance(300)

    assert ("completed", None) == (
        account.read(sid)["Status"],
        account.read(sid, "?details=true")["Details"]["Leg2Status"],
    )


def test_a_stream_call_answers_like_the_captured_one(account, tree):
    """The recorded answer to a call that is only a stream has an empty To and names where its stream can be read."""
    call = tree(account.connect("/Calls/connect", To=None, StreamUrl="wss://bot.example/stream")).find("Call")
    own = f"/v1/Accounts/{account.sid}/Calls/{call.findtext('Sid')}"

    assert "" == call.findtext("To")
    assert f"{own}/Notifications" == call.findtext("SubResourceUris/Notifications")
    assert f"{own}/Stream" == call.findtext("SubResourceUris/Stream")


@pytest.mark.parametrize("url", [FLOW, FLOW.replace("http:", "https:"), FLOW.replace(".com", ".in"), f"{FLOW}/"])
def test_a_number_is_connected_to_a_flow(account, url):
    """With Url the first party runs a flow of the account; the call shows that party twice and has one leg."""
    call = account.place(To=None, Url=url)
    account.advance(300)
    record = account.read(call["Sid"], "?details=true")

    assert "09811112222" == call["To"] == call["From"]
    assert ("completed", "22", "0.750", "human") == tuple(
        record[name] for name in ("Status", "Duration", "Price", "AnsweredBy")
    )
    assert ("completed", None) == (record["Details"]["Leg1Status"], record["Details"]["Leg2Status"])


def test_the_custom_field_is_kept(account):
    """128 characters are kept as they are, blanks at both ends too."""
    text = (" é" * 64)[:127] + " "

    assert text == order_of(account, account.place(CustomField=text)).custom_field


def test_a_promotional_call_needs_consent(account, refusal):
    """CallType promo is refused with 403 if the number is on the DND register, and trans never is."""
    dnd = {}
    for number in range(9_833_330_000, 9_833_330_040):
        listed = account.v1("GET", f"/Numbers/{number}.json").json()["Numbers"]["DND"]
        dnd.setdefault(listed, f"{number}")
    answers = {listed: account.connect(To=number, CallType="promo") for listed, number in dnd.items()}
    status, message = refusal(answers["Yes"])

    assert (403, f"Call to 0{dnd['Yes']} can not be made because of TRAI NDNC regulations.") == (status, message[:76])
    assert [200, 200] == [answers[listed].status_code for listed in ("No", "Unavailable")]
    assert 200 == account.connect(To=dnd["Yes"], CallType="trans").status_code
    assert 200 == account.connect(To=dnd["Yes"]).status_code
