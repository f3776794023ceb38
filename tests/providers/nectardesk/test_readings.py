"""Choices of a world where the vendor is silent. `bad-id` is among the requests."""

from __future__ import annotations

import pytest

NO = {"reaction": "no-answer"}
ABSENT = object()
OPTIONAL = ("contact", "original_call_id", "campaign", "ring_group", "ivr", "disposition")


@pytest.fixture
def reading(new_centre):
    """An account that has chosen a value; None leaves the default."""

    def make(name, value, **readings):
        chosen = {f"nectardesk.{one}": it for one, it in {name: value, **readings}.items() if it is not None}
        return new_centre(readings=chosen)

    return make


def test_every_reading_is_tested(centre):
    """These, and `bad-id`."""
    names = {
        "unset-object",
        "unknown-contact",
        "outcomes",
        "live-duration",
        "unanswered-sla",
        "external-numbers",
        "leg-cause",
        "recording-url",
        "bad-id",
    }
    readings = centre.account.control("GET")["readings"]

    assert {f"nectardesk.{name}" for name in names} == {name for name in readings if name.startswith("nectardesk.")}


@pytest.mark.parametrize(("value", "shown"), [(None, None), ("null", None), ("{}", {}), ("[]", []), ("absent", ABSENT)])
def test_unset_object(reading, value, shown):
    """What a call does not have is null, an empty object, an empty list, or not there; the rest keeps its order."""
    centre = reading("unset-object", value, **{"unknown-contact": "unset"})
    # Not held against the document, which describes the default.
    headers = {"Access-Token": centre.access_token}
    data = centre.account.http.request("GET", f"/calls/{centre.place().id}", headers=headers).json()["calls"]

    assert [shown] * len(OPTIONAL) == [data.get(name, ABSENT) for name in OPTIONAL]
    assert ([], []) == (data["recordings"], data["tags"])
    assert (19 if shown is ABSENT else 25) == len(data)
    assert ["id", "is_inbound"] == list(data)[:2]
    assert ["recordings", "tags"] == list(data)[-2:]


@pytest.mark.parametrize("value", [None, "made", "unset"])
def test_unknown_contact(reading, value):
    """A number that is not in the address book has a contact without a name, the same each time, or none."""
    centre = reading("unknown-contact", value)
    went, came = centre.read(centre.place()), centre.read(centre.come_in())

    if value == "unset":
        assert (None, None) == (went["contact"], came["contact"])
        return
    assert went["contact"] == came["contact"]
    made_id = went["contact"].pop("id")
    assert isinstance(made_id, int)
    assert {
        "full_name": "",
        "number_country_code": "91",
        "national_number": "9833334444",
        "number": "919833334444",
        "list_ids": [],
    } == went["contact"]
    other = centre.read(centre.come_in(caller="+919833334445"))
    assert made_id != other["contact"]["id"]


@pytest.mark.parametrize("value", [None, "made", "unset"])
def test_a_known_contact_is_the_address_books(reading, value):
    """Whatever is done about unknown ones, and as soon as it is added."""
    centre = reading("unknown-contact", value)
    call = centre.come_in()
    added = centre.add("contacts", number="098333 34444", first_name="Asha", list_ids=[7])

    assert {
        "id": added["id"],
        "full_name": "Asha",
        "number_country_code": "91",
        "national_number": "9833334444",
        "number": "919833334444",
        "list_ids": [7],
    } == centre.read(call)["contact"]


@pytest.mark.parametrize("value", [None, "worded", "null"])
def test_outcomes(reading, value):
    """What was not answered is missed, abandoned or voicemail, which are our words, or null; what was, is answered."""
    centre = reading("outcomes", value)
    nobody = {"to": NO, "others": [NO]}
    stories = [{}, nobody, {**nobody, "from": {"gives_up_after": 3}}, {**nobody, "voicemail": 4}]
    types = []
    for story in stories:
        call = centre.come_in(story)
        centre.advance(300)
        types.append(centre.read(call)["type"])

    assert ["answered", *([None] * 3 if value == "null" else ["missed", "abandoned", "voicemail"])] == types


@pytest.mark.parametrize("value", [None, "running", "zero"])
def test_live_duration(reading, value):
    """Before the end durations run with the clock, or are 0 until they are final."""
    centre = reading("live-duration", value)
    call, seen = centre.come_in({"talk": 30}, menu=5), []
    for seconds in (4, 14, 100):
        centre.advance(seconds)
        data = centre.read(call)
        seen.append((data["duration"], data["talk_time"]))

    live = [(0, 0), (0, 0)] if value == "zero" else [(4, 0), (18, 10)]
    assert [*live, (38, 30)] == seen


@pytest.mark.parametrize(("value", "shown"), [(None, False), ("false", False), ("null", None)])
def test_unanswered_sla(reading, value, shown):
    """A call that was not answered was not answered in time, or there is nothing to say."""
    centre = reading("unanswered-sla", value)
    answered, missed = centre.place(), centre.come_in({"to": NO, "others": [NO]})
    centre.advance(300)

    assert [True, shown] == [centre.read(call)["is_answered_within_sla"] for call in (answered, missed)]


@pytest.mark.parametrize("value", [None, "others", "contact"])
def test_external_numbers(reading, value):
    """Phones that took an agent's part; the contact's goes before them where the world reads it so."""
    centre = reading("external-numbers", value)
    call = centre.come_in()
    centre.advance(5)
    centre.play(call, "transfer", to="+919844445555")
    centre.advance(300)
    data = centre.read(call)

    contact = [{"number": "919833334444", "is_any_transfer": False}] if value == "contact" else []
    assert [*contact, {"number": "919844445555", "is_any_transfer": True}] == data["external_numbers"]


@pytest.mark.parametrize("value", [None, "contact", "agent"])
@pytest.mark.parametrize(
    ("to", "cause"),
    [
        ({"reaction": "busy"}, "USER_BUSY"),
        ({"reaction": "rejects"}, "CALL_REJECTED"),
        ({"reaction": "no-answer", "cause": "NO_USER_RESPONSE"}, "NO_USER_RESPONSE"),
        ({"reaction": "unreachable"}, "NETWORK_OUT_OF_ORDER"),
    ],
)
def test_leg_cause(reading, value, to, cause):
    """The agent's leg of a call that was not answered says why the contact was not reached, or how it ended itself."""
    centre = reading("leg-cause", value)
    call = centre.place({"to": to})
    centre.advance(4)
    ringing = centre.read(call)
    centre.advance(300)
    over = centre.read(call)

    assert [None] == [leg["hangup_reason"] for leg in ringing["all_agents"]]
    assert ["NORMAL_CLEARING" if value == "agent" else cause] == [leg["hangup_reason"] for leg in over["all_agents"]]


@pytest.mark.parametrize("value", [None, "own", "plivo"])
def test_recording_url(reading, value):
    """On this server, or in the form of the vendor's example."""
    centre = reading("recording-url", value)
    call = centre.come_in(record=True)
    centre.advance(300)
    [recording] = centre.read(call)["recordings"]

    expected = {
        "own": f"http://127.0.0.1:8080/api/call/recording/1?tenant={centre.account.sid}",
        "plivo": "https://media.plivo.com/v1/Account/{AccountPlivoID}/Recording/1.mp3",
    }
    assert expected[value or "own"] == recording["url"]
