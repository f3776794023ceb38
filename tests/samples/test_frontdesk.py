"""A customer dials in: an application on a real socket says whom to dial, and four APIs show the same call."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
import uvicorn
from frontdesk.desk import FrontDesk, web_app

from mockserver.server import Server
from mockserver.settings import Settings

CUSTOMER, EXOPHONE = "+919812300000", "+912241499102"
STORY = {
    "from": {"digits": "1"},
    "to": {"reaction": "busy", "ring": 2},
    "others": [{"reaction": "no-answer"}, {"ring": 4, "digits": "5"}],
    "talk": 31,
    "hangs_up": "from",
}
DEADLINE = 15


@pytest.fixture(scope="module")
def base_url():
    """A server whose clocks are moved here."""
    with Server(Settings(port=0, clock="manual")) as server:
        yield server.base_url


@pytest.fixture(params=["1.0", "1.1"])
def desk(request):
    """An application that answers in one version of the dialect, and its URL."""
    desk = FrontDesk(request.param)
    server = uvicorn.Server(uvicorn.Config(web_app(desk), port=0, log_config=None, lifespan="off"))
    socket = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    yield desk, f"http://127.0.0.1:{socket.getsockname()[1]}"
    server.should_exit = True
    thread.join(DEADLINE)
    assert not thread.is_alive()


class Line:
    """One call of a customer, and what the four APIs say of it."""

    def __init__(self, http: httpx.Client, desk_url: str) -> None:
        self.http = http
        created = self.control("POST", "", {"ended_webhooks": [f"{desk_url}/ended"]}, is_world=False)
        self.world = created
        self.sid = created["account_sid"]
        self.auth = (created["api_key"], created["api_token"])

    def control(self, method: str, path: str, body: Any = None, *, is_world: bool = True) -> Any:
        prefix = f"/_mock/v1/worlds/{self.sid}" if is_world else "/_mock/v1/worlds"
        response = self.http.request(method, prefix + path, json=body)
        assert response.is_success, response.text
        return response.json()

    def read(self, path: str, **options: Any) -> Any:
        response = self.http.get(path, **options)
        assert response.is_success, response.text
        return response.json()


@pytest.fixture
def line(base_url, desk):
    """A world with a flow that asks the application."""
    version, url = desk[0].version, desk[1]
    applets = [
        {"applet": "greeting", "url": f"{url}/welcome"},
        {"applet": "gather", "text": "Press 1 for a doctor", "branches": {"1": "agents", "3": "agents"}},
        {
            "applet": "connect",
            "id": "agents",
            "url": f"{url}/whom",
            "version": version,
            "events_url": f"{url}/agents",
            "next": "told",
            "nobody": "missed",
        },
        {"applet": "passthru", "id": "told", "url": f"{url}/passthru", "next": None},
        {"applet": "voicemail", "id": "missed"},
    ]
    with httpx.Client(base_url=base_url, timeout=DEADLINE) as http:
        line = Line(http, url)
        line.control("POST", "/flows", {"id": 700, "name": "Front desk", "applets": applets, "numbers": [EXOPHONE]})
        yield line


def test_the_third_agent_answers(line, desk):
    """The first is busy, the second rings out; the caller presses keys, talks and hangs up: everything agrees."""
    application = desk[0]
    arrived = line.control("POST", f"/numbers/{EXOPHONE}/incoming", {"from": CUSTOMER, "story": STORY})
    line.control("POST", "/clock/advance", {"seconds": 300})
    sid, serial = arrived["call"]["sid"], arrived["call"]["serial"]
    seen = line.control("GET", f"/calls/{sid}")

    states = ["completed", "busy", "no-answer", "completed"]
    assert states == [leg["state"] for leg in seen["legs"]]
    assert [CUSTOMER, "+919833330001", "+919833330002", "+919833330003"] == [leg["contact"] for leg in seen["legs"]]
    the_application_has_heard(application, sid)
    one = line.read(f"/v1/Accounts/{line.sid}/Calls/{sid}.json?details=true", auth=line.auth)["Call"]
    two = line.read(f"/v2/accounts/{line.sid}/calls/{sid}", auth=line.auth)["response"]["call_details"]
    three = line.read(f"/v3/accounts/{line.sid}/calls/{sid}", auth=line.auth)["response"]["call_details"]
    legs = line.read(f"/v3/accounts/{line.sid}/calls/{sid}/legs", auth=line.auth)["response"]["leg_details"]
    four = line.read(f"/calls/{serial}", headers={"Access-Token": line.world["access_token"]})["calls"]

    assert ("inbound", "09812300000", "09833330003", "completed") == tuple(
        one[name] for name in ("Direction", "From", "To", "Status")
    )
    assert ("inbound", "completed", "700", "Front desk", "1-5") == tuple(
        three[name] for name in ("direction", "status", "app_id", "app_name", "digits")
    )
    assert (["completed"], ["no-answer", "no-answer", "completed"]) == tuple(
        [leg["status"] for leg in legs[side]] for side in ("from", "to")
    )
    assert (True, True, 700) == (four["is_inbound"], four["is_answered"], four["ivr"]["id"])
    talks = (one["Details"]["ConversationDuration"], two["talk_time"], three["total_talk_time"], four["talk_time"])
    assert (31, 31, 31, 31) == talks
    assert ("inbound", "completed") == (two["direction"], two["call_status"])
    assert all((one["RecordingUrl"], three["recordings"], four["recordings"]))
    [ended] = application.words("/ended")
    assert (four["talk_time"], 2 + 20 + 4) == (ended["talkTime"], ended["waitingTime"])


def the_application_has_heard(application, sid):
    """Every request in its order, each with what was known then."""
    paths = [path for path, _ in application.heard if path != "/ended"]
    told = application.words("/passthru")[0]

    assert ["/welcome", "/whom", *["/agents"] * 7, "/passthru"] == paths
    assert {sid} == {said["CallSid"] for path, said in application.heard if path != "/ended"}
    assert ('"1"', "incoming") == tuple(application.words("/whom")[0][name] for name in ("digits", "Direction"))
    assert [
        ("Dial", "09833330001"),
        ("Terminal", "09833330001"),
        ("Dial", "09833330002"),
        ("Terminal", "09833330002"),
        ("Dial", "09833330003"),
        ("Answered", "09833330003"),
        ("Terminal", "09833330003"),
    ] == [(said["EventType"], said["DialWhomNumber"]) for said in application.words("/agents")]
    assert ("completed", "completed", "35", "09833330003") == tuple(
        told[name] for name in ("CallType", "DialCallStatus", "DialCallDuration", "DialWhomNumber")
    )
    assert ["USER_BUSY", "RING_TIMEOUT", "NORMAL_CLEARING"] == [told[f"Legs[{place}][CauseCode]"] for place in range(3)]
    assert "31" == told["Legs[2][OnCallDuration]"]


def test_a_key_that_nobody_is_on_duty_for_breaks_the_application_not_the_call(line):
    """The application answers 500: the caller hears the other way, and the ledger says what was wrong."""
    story = {"from": {"digits": "3"}, "voicemail": 4}
    arrived = line.control("POST", f"/numbers/{EXOPHONE}/incoming", {"from": CUSTOMER, "story": story})
    line.control("POST", "/clock/advance", {"seconds": 300})
    seen = line.control("GET", f"/calls/{arrived['call']['sid']}")
    [question] = [one for one in seen["deliveries"] if one["event"] == "connect"]

    assert ("voicemail", 1) == (seen["call"]["outcome"], len(seen["legs"]))
    assert question["is_question"]
    assert "500" in question["complaints"][0]
