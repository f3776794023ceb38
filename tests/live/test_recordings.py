"""Recordings over real HTTP: fetched by the URL that an answer names, decoded by a program that is not ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import httpx
import mp3_facts
import pytest

COMMAND = str(Path(sysconfig.get_path("scripts")) / "mockserver")
FROM, TO = pytest.approx(440, abs=3), pytest.approx(660, abs=3)
# Both as they are in .../recording of a call of 31 seconds: turns of 1.8 s, of which 1.36 sound.
TURN, SPOKEN = 1.8, 1.36


def recorded(world, talk=31, **recording):
    """The URL of the recording of a call that is over, as v3 names it."""
    sid = world.place(talk=talk, recording={"record": True, **recording})
    world.advance(20_000)
    return world.details(sid)["recordings"][0]["url"]


def test_a_call_of_31_seconds_is_31_seconds_to_hear(world, tmp_path):
    """In one channel both parties are heard, in turns, each with its tone."""
    recording = mp3_facts.heard(world.http.get(recorded(world), auth=world.auth).content, tmp_path)
    turns = [recording.hertz(0, at * TURN, at * TURN + SPOKEN) for at in range(16)]

    assert (31.0, 1) == (recording.seconds, len(recording.samples))
    assert [FROM, TO] * 8 == turns


@pytest.mark.parametrize("quality", ["mp3", "mp3-hq"])
def test_in_two_channels_each_party_has_one(world, tmp_path, quality):
    """The first party is left, the second right."""
    url = recorded(world, channels="dual", format=quality)
    recording = mp3_facts.heard(world.http.get(url, auth=world.auth).content, tmp_path)

    assert (31.0, 2) == (recording.seconds, len(recording.samples))
    assert [FROM, TO] == [recording.hertz(0), recording.hertz(1)]


def test_the_url_is_where_clients_find_the_server(server, world):
    """Whole, on the address that the server was told to name or listens on."""
    assert recorded(world).startswith(f"{server.base_url}/recordings/exotel-mum1-recordings/{world.sid}/")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_curl_gets_a_part_and_the_rest(world):
    """`curl -r` gets what it asks for, and the parts make the whole."""
    url = recorded(world)

    def curl(*words):
        command = ["curl", "-sf", "-u", ":".join(world.auth), *words, url]
        return subprocess.run(command, check=True, capture_output=True, timeout=30).stdout  # noqa: S603  our words

    whole = curl()

    assert (whole[:1_000], whole[1_000:]) == (curl("-r", "0-999"), curl("-r", "1000-"))
    assert whole[-10:] == curl("-r", "-10")
    assert f"Content-Length: {len(whole)}".lower() in curl("-I").decode().lower()


def test_a_presigned_url_ends_on_the_worlds_clock(world):
    """It needs no credentials, and time that does not pass on the wall ends it."""
    recorded(world)
    listed = world.http.get(f"/v1/Accounts/{world.sid}/Calls.json?RecordingUrlValidity=5", auth=world.auth).json()
    url = listed["Calls"][0]["PreSignedRecordingUrl"]
    before = world.http.get(url).status_code
    world.advance(301)

    assert (200, 403) == (before, world.http.get(url).status_code)


def test_a_call_of_four_hours(world):
    """It is streamed; others are served meanwhile, and its end is there without its beginning."""
    sid = world.post(
        {
            "from": {"contact_uri": "+919900000200"},
            "to": {"contact_uri": "+919900080300"},
            "virtual_number": "+912241499102",
            "recording": {"record": True, "channels": "dual", "format": "mp3-hq"},
        }
    ).json()["response"]["call_details"]["sid"]
    world.advance(20_000)
    details = world.details(sid)
    url, length = details["recordings"][0]["url"], 0
    end = world.http.get(url, auth=world.auth, headers={"Range": "bytes=-1000"})
    with world.http.stream("GET", url, auth=world.auth) as answer:
        for number, piece in enumerate(answer.iter_raw()):
            length += len(piece)
            if number == 10:
                assert 200 == world.http.get("/livez").status_code

    assert 14_397 == details["total_talk_time"]
    assert 14_397 * 8_000 == pytest.approx(length, rel=0.001)
    assert (206, 1_000, str(length)) == (
        end.status_code,
        len(end.content),
        end.headers["content-range"].rpartition("/")[2],
    )


def test_ten_thousand_recorded_calls_cost_nothing_until_somebody_listens(tmp_path):
    """No file is written, before or after; the encoder is not even loaded until the first recording is asked for."""
    environment = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    command = [COMMAND, "--port", "0", "--print-json", "--clock", "manual", "--history", "10000", "--seed", "7"]
    with subprocess.Popen(  # noqa: S603  our own command
        command, cwd=tmp_path, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            url = json.loads(started.stdout.readline())["url"]
            with httpx.Client(base_url=url, auth=("key", "token"), timeout=30) as http:
                calls = http.get("/v1/Accounts/mock/Calls.json?PageSize=100").json()["Calls"]
                urls = [call["RecordingUrl"] for call in calls if call["RecordingUrl"]]
                was_loaded = _has_loaded(started.pid, "lameenc")
                statuses = {http.get(one).status_code for one in urls}
                is_loaded = _has_loaded(started.pid, "lameenc")
        finally:
            started.kill()

    assert (100, {200}) == (len(calls), statuses)
    assert 20 < len(urls)
    assert (False, True) == (was_loaded, is_loaded)
    assert [] == list(tmp_path.iterdir())


def _has_loaded(pid: int, library: str) -> bool:
    maps = Path(f"/proc/{pid}/maps")
    if not maps.exists():
        pytest.skip("no /proc on this machine to look into the server with")
    return library in maps.read_text()
