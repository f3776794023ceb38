"""The file behind the URL of a recording: what it is, when it is there, and which part is sent."""

from __future__ import annotations

import pytest
from mp3_facts import facts_of

# Of a recording of 31 seconds in 16 kbit/s: 434 frames of 144 bytes.
SIZE = 62_496
NO_RECORDING = "There is no recording of call {}"


def test_the_url_of_every_version_leads_to_the_file(recorder):
    """v1, v2 and v3 name three paths, which are the portal's, and one recording."""
    sid = recorder.recorded()
    urls = [
        recorder.v1(sid)["RecordingUrl"],
        recorder.v2(sid)["recording_url"],
        recorder.account.get(sid)["recordings"][0]["url"],
    ]
    answers = [recorder.fetch(url) for url in urls]

    assert 3 == len(set(urls))
    assert [(200, "audio/mpeg")] * 3 == [(one.status_code, one.headers["content-type"]) for one in answers]
    assert 1 == len({one.content for one in answers})
    assert (31, SIZE) == (facts_of(answers[0].content).seconds, len(answers[0].content))


@pytest.mark.parametrize(
    ("asked", "channels", "kbps"),
    [
        ({}, 1, 16),
        ({"channels": "single", "format": "mp3"}, 1, 16),
        ({"channels": "single", "format": "mp3-hq"}, 1, 32),
        ({"channels": "dual", "format": "mp3"}, 2, 32),
        ({"channels": "dual", "format": "mp3-hq"}, 2, 64),
    ],
)
def test_channels_and_format_are_those_of_the_order(recorder, asked, channels, kbps):
    """Single and dual, mp3 and mp3-hq: 32 kbit/s a channel, as documented."""
    facts = facts_of(recorder.fetch(recorder.path(recorder.recorded(**asked))).content)

    assert (channels, kbps) == (facts.channels, facts.kbps)


@pytest.mark.parametrize("talk", [1, 7.5, 31, 3_000])
def test_it_is_as_long_as_the_talk(recorder, talk):
    """Ringing is not recorded."""
    sid = recorder.recorded(talk)
    listed = recorder.v1(sid, "?details=true")

    assert talk == facts_of(recorder.fetch(listed["RecordingUrl"]).content).seconds
    assert round(talk) == listed["Details"]["ConversationDuration"]


def test_a_call_into_a_flow_is_recorded(recorder):
    """The second voice is the flow's."""
    fields = {"From": "+919811112222", "CallerId": "+912241499102", "Record": "true"}
    fields["Url"] = "http://my.exotel.com/x/exoml/start_voice/501"
    path = f"/v1/Accounts/{recorder.account.sid}/Calls/connect.json"
    placed = recorder.account.http.request("POST", path, data=fields, auth=recorder.auth).json()["Call"]
    recorder.account.advance(300)

    assert 20 == facts_of(recorder.fetch(recorder.v1(placed["Sid"])["RecordingUrl"]).content).seconds


def test_it_is_there_when_the_record_names_it(recorder, refusal):
    """404 while the call runs and until it has been processed, a second after its end; then at once."""
    sid, seen = recorder.record({"talk": 10}), []
    for _ in range(20):
        answer = recorder.fetch(recorder.path(sid))
        named = recorder.account.get(sid)["recordings"] is not None
        seen.append((answer.status_code, named))
        if not named:
            assert (404, NO_RECORDING.format(sid)) == refusal(answer)
        recorder.account.advance(1)

    assert {(404, False), (200, True)} == set(seen)
    assert sorted(seen, reverse=True) == seen


def test_nothing_that_was_not_recorded_can_be_heard(recorder, refusal):
    """Recording was not asked for, or nobody talked; the journal says which."""
    unasked = recorder.account.place()["sid"]
    recorder.account.advance(300)
    silent = recorder.record({"to": {"reaction": "busy"}})
    recorder.account.advance(300)

    for sid in (unasked, silent):
        assert (404, NO_RECORDING.format(sid)) == refusal(recorder.fetch(recorder.path(sid)))
        assert "ask for a recording" in recorder.last_request()["hint"]


@pytest.mark.parametrize("sid", ["nobody", "0" * 32, "%00", "a" * 5_000])
def test_an_unknown_call_has_no_recording(recorder, refusal, sid):
    """Whatever stands in its place."""
    assert 404 == refusal(recorder.fetch(recorder.path(sid)))[0]


@pytest.mark.parametrize(
    "path", ["/recordings", "/recordings/", "/recordings/exotelrecordings/{}", "/recordings/x/{}/y.wav"]
)
def test_other_paths_are_refused_in_the_same_words(recorder, refusal, path):
    """Unknown paths below the prefix; the journal names the nearest route."""
    assert 404 == refusal(recorder.fetch(path.format(recorder.account.sid)))[0]
    assert recorder.last_request()["nearest"].startswith("GET /recordings/exotel")


def test_other_verbs_are_refused(recorder, refusal):
    """Recordings are read only."""
    answer = recorder.fetch(recorder.path(recorder.recorded()), "DELETE")

    assert 405 == refusal(answer)[0]
    assert "GET, HEAD" == answer.headers["allow"]


def test_the_head_alone(recorder):
    """HEAD tells length and type of all of it, and sends nothing, whatever range is asked for."""
    path = recorder.path(recorder.recorded())
    heads = [recorder.fetch(path, "HEAD", headers=more) for more in ({}, {"Range": "bytes=0-9"})]

    for head in heads:
        assert (200, b"", str(SIZE)) == (head.status_code, head.content, head.headers["content-length"])
        assert ("audio/mpeg", "bytes") == (head.headers["content-type"], head.headers["accept-ranges"])


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-0", 0, 1), ("0-99", 0, 100), ("100-", 100, SIZE), ("-500", SIZE - 500, SIZE), ("60000-999999", 60_000, SIZE)],
)
def test_a_part_of_it(recorder, asked, start, stop):
    """206 with the bytes that were asked for, and where they belong."""
    path = recorder.path(recorder.recorded())
    whole, part = recorder.fetch(path), recorder.fetch(path, headers={"Range": f"bytes={asked}"})

    assert 206 == part.status_code
    assert f"bytes {start}-{stop - 1}/{SIZE}" == part.headers["content-range"]
    assert str(stop - start) == part.headers["content-length"]
    assert whole.content[start:stop] == part.content


def test_a_part_that_is_not_there(recorder):
    """416 with the size; nothing is sent."""
    answer = recorder.fetch(recorder.path(recorder.recorded()), headers={"Range": f"bytes={SIZE}-"})

    assert (416, b"", f"bytes */{SIZE}") == (answer.status_code, answer.content, answer.headers["content-range"])
    assert f"the range lies outside of {SIZE} bytes" == recorder.last_request()["refusal"]


@pytest.mark.parametrize("asked", ["bytes=0-9,20-29", "bytes=9-0", "lines=1-2", "bytes=x"])
def test_what_is_no_single_range_gets_all_of_it(recorder, asked):
    """As the standard allows."""
    answer = recorder.fetch(recorder.path(recorder.recorded()), headers={"Range": asked})

    assert (200, SIZE) == (answer.status_code, len(answer.content))
    assert "content-range" not in answer.headers


def test_a_part_of_another_file_is_of_no_use(recorder):
    """If-Range with what was told before gets the part; with anything else, all of it."""
    path = recorder.path(recorder.recorded())
    told = recorder.fetch(path).headers
    statuses = [
        recorder.fetch(path, headers={"Range": "bytes=0-9", "If-Range": known}).status_code
        for known in (told["etag"], told["last-modified"], '"other"', "Mon, 05 Jan 2026 04:30:00 GMT")
    ]

    assert [206, 206, 200, 200] == statuses


def test_what_is_known_is_not_sent_again(recorder):
    """If-None-Match with the ETag is answered with 304 and nothing."""
    path = recorder.path(recorder.recorded())
    tag = recorder.fetch(path).headers["etag"]
    answers = [recorder.fetch(path, headers={"If-None-Match": one}) for one in (tag, f'"x", W/{tag}', "*", '"x"')]

    assert [(304, 0), (304, 0), (304, 0), (200, SIZE)] == [(one.status_code, len(one.content)) for one in answers]


def test_it_is_as_old_as_its_call(recorder):
    """Last-Modified is when the call was processed, on the world's clock."""
    sid = recorder.recorded(31)

    # Placed at 10:00:00 in India, dialled at :01, answered at :03 and :06, ended at :37.
    assert "Mon, 05 Jan 2026 04:30:38 GMT" == recorder.fetch(recorder.path(sid)).headers["last-modified"]
