"""What holds of NectarDesk's call data at any moment, and between the dialects when a call has settled."""

from __future__ import annotations

from typing import Any

from mockserver.domain.call import Call, Outcome
from mockserver.engine.world import World
from mockserver.providers.exotel.v1 import records as v1
from mockserver.providers.exotel.v2 import render as v2
from mockserver.providers.exotel.v3 import render as v3
from mockserver.providers.nectardesk.callbacks import call_ended
from mockserver.providers.nectardesk.facts import facts_of


def is_consistent(data: dict[str, Any]) -> None:
    """What holds of a call's data at every moment."""
    legs, answered, ids = data["all_agents"], data["answered_agents"], [leg["id"] for leg in data["all_agents"]]

    assert not data["is_in_queue"] or (data["is_inbound"] and not data["is_answered"] and not data["is_ended"])
    assert (data["type"] == "answered") == data["is_answered"]
    assert data["is_answered"] >= bool(answered)
    assert 0 <= data["talk_time"] <= data["duration"]
    assert data["is_inbound"] or data["talk_time"] == data["duration"]
    assert data["is_answered"] or not data["talk_time"]
    assert data["is_answered"] or not data["is_answered_within_sla"]
    assert not data["requested_callback"] or (data["is_inbound"] and not data["is_answered"] and data["is_ended"])
    assert data["is_ended"] == data["is_data_cached"]
    assert (data["type"] is None) == (not data["is_ended"] and not data["is_answered"])
    assert not data["is_ended"] or all(leg["hangup_reason"] for leg in legs)
    assert data["is_ended"] or not data["recordings"]
    assert all(leg in legs for leg in answered)
    assert list(dict.fromkeys(ids)) == data["agents"]
    assert all(leg["started_at"] >= data["started_at"] for leg in legs)
    number, alias = data["number"], data["number"]["alias"]
    assert number["numberWithAlias"] == (f"{number['number']} ({alias})" if alias else number["number"])
    assert data["contact"]["number_country_code"] + data["contact"]["national_number"] == data["contact"]["number"]


def has_gone_on(before: dict[str, Any], after: dict[str, Any]) -> None:
    """What never goes back from one look to the next."""
    for name in ("is_answered", "is_ended", "requested_callback", "is_data_cached", "talk_time", "duration"):
        assert before[name] <= after[name], name
    for name in ("id", "is_inbound", "contact", "number", "ivr"):
        assert before[name] == after[name], name
    # Which group it is for, a flow may say later.
    assert not before["ring_group"] or before["ring_group"] == after["ring_group"]
    known = [(leg["id"], leg["started_at"], leg["is_any_transfer"]) for leg in after["all_agents"]]
    assert known[: len(before["all_agents"])] == [
        (leg["id"], leg["started_at"], leg["is_any_transfer"]) for leg in before["all_agents"]
    ]
    for was, leg in zip(before["all_agents"], after["all_agents"], strict=False):
        assert was["hangup_reason"] in {None, leg["hangup_reason"]}
    for name in ("type", "recordings"):
        assert not before[name] or before[name] == after[name]


def the_dialects_agree(call: Call, data: dict[str, Any], world: World, slack: int) -> None:
    """What v1, v2, v3 and NectarDesk say of one settled call; `slack` seconds where moments are fractions."""
    one = v1.single_record(call, world, v1.Shape(is_json=True, has_details=True))
    two, three = v2.call_details(call, world), v3.call_details(call, world)
    talks = [one.details.conversation_duration, two.talk_time, three.total_talk_time, data["talk_time"]]
    is_inbound, is_completed = data["is_inbound"], call.outcome is Outcome.COMPLETED

    assert max(talks) - min(talks) <= slack
    assert [is_completed] * 3 == [two.call_status == "completed", three.status == "completed", data["is_answered"]]
    assert (one.status == "completed") == (is_completed or is_inbound)
    assert int(one.duration) == two.duration
    assert not is_inbound or data["duration"] == two.duration
    assert [is_inbound] * 3 == [one.direction == "inbound", two.direction == "inbound", three.direction == "inbound"]
    has_recording = bool(three.recordings)
    assert [has_recording] * 2 == [bool(one.recording_url), isinstance(two.recording_url, str)]
    assert has_recording == bool(data["recordings"])
    assert bool(call.legs) == (one.details.leg1_status is not None)
    if call.legs:
        shown = v3.legs(call, world)
        assert len(call.legs) == len(shown.from_) + len(shown.to)
        agents = shown.to if is_inbound else shown.from_
        assert len(agents) == len(data["all_agents"]) + len(data["external_numbers"])


def the_webhook_agrees(call: Call, data: dict[str, Any], world: World) -> None:
    """Call Ended says of a call what REST says, and its own seconds add up."""
    told = call_ended(facts_of(call, world))
    rest = (data["id"], data["duration"], data["talk_time"], data["is_inbound"])
    lasted = int(call.ended_at.timestamp()) - int(call.start_at.timestamp())
    handed_over = getattr(told.transfer_details, "transfer_talk_time", 0)

    assert rest == (told.id, told.duration, told.talk_time, told.type == "inbound")
    assert told.talk_time + told.waiting_time <= (told.duration if data["is_inbound"] else lasted)
    assert bool(told.abandoned) == (data["type"] == "abandoned")
    assert (told.sub_type == "Not Answered") != data["is_answered"]
    assert len(told.call_recordings) == len(data["recordings"])
    assert len(told.agents or ()) == len(data["all_agents"])
    assert not handed_over or handed_over <= told.talk_time
