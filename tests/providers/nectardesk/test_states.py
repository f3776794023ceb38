"""The sixteen states that a call can be found in, each reached by a story, every cell of its row checked."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

NO = {"reaction": "no-answer"}
RECORDED = {"recording": {"record": True}}
NORMAL, CANCEL, RACE = "NORMAL_CLEARING", "ORIGINATOR_CANCEL", "LOSE_RACE"
# Group and order of ringing of the account's users that can be rung: u1001 is agent 1, u1002 agent 2.
A, B = 1, 2


class State(NamedTuple):
    """The story of a call and the moment at which it is looked at (seconds after it was placed), and what is then so.

    `reasons` are the hang-up reasons of all agents' legs. The first cells are those that the row leaves out when false.
    """

    story: dict[str, Any]
    at: float
    type: str | None
    duration: int
    talk_time: int
    all_agents: list[int]
    answered_agents: list[int]
    reasons: list[str | None]
    recordings: int = 0
    is_inbound: bool = False
    is_in_queue: bool = False
    is_answered: bool = False
    is_ended: bool = False
    has_asked: bool = False
    route: dict[str, Any] | None = None


# The agent is dialled after a second, rings for two; the customer rings for three; they talk for twenty.
OUTBOUND = {
    "ringing": State({}, 2, None, 0, 0, [A], [], [None]),
    "ringing the customer": State({}, 5, None, 0, 0, [A], [], [None]),
    "talking": State({}, 10, "answered", 4, 4, [A], [A], [None], is_answered=True),
    "answered, ended": State({}, 60, "answered", 20, 20, [A], [A], [NORMAL], 1, is_answered=True, is_ended=True),
    "busy": State({"to": {"reaction": "busy"}}, 60, "missed", 0, 0, [A], [], ["USER_BUSY"], is_ended=True),
    "no answer": State({"to": NO}, 60, "missed", 0, 0, [A], [], ["NO_ANSWER"], is_ended=True),
    "cancelled by the agent": State(
        {"from": {"gives_up_after": 2}, "to": NO}, 60, "missed", 0, 0, [A], [], [CANCEL], is_ended=True
    ),
    "bad number": State(
        {"to": {"reaction": "unreachable", "cause": "UNALLOCATED_NUMBER"}},
        60,
        "missed",
        0,
        0,
        [A],
        [],
        ["UNALLOCATED_NUMBER"],
        is_ended=True,
    ),
}
IN = {"is_inbound": True, "route": {}}
OVER = {"is_inbound": True, "is_ended": True, "route": {}}
# The caller hears a menu for four seconds, is queued for three, and rings with both agents from the seventh on.
SLOWLY = {"is_inbound": True, "route": {"menu": 4, "queue": 3, "flow_id": "501"}}
BOTH_NO = {"to": NO, "others": [NO]}
INBOUND = {
    "in the menu": State({}, 2, None, 2, 0, [], [], [], **SLOWLY),
    "queued, nobody rung": State({}, 5, None, 5, 0, [], [], [], is_in_queue=True, **SLOWLY),
    "ringing agents": State({}, 9, None, 9, 0, [A, B], [], [None, None], is_in_queue=True, **SLOWLY),
    "talking": State({}, 12, "answered", 12, 2, [A, B], [A], [None, RACE], is_answered=True, **SLOWLY),
    "answered, ended": State(
        {}, 60, "answered", 30, 20, [A, B], [A], [NORMAL, RACE], 1, is_answered=True, is_ended=True, **SLOWLY
    ),
    "abandoned": State(
        {**BOTH_NO, "from": {"gives_up_after": 8}}, 60, "abandoned", 8, 0, [A, B], [], [CANCEL, CANCEL], **OVER
    ),
    "missed": State(BOTH_NO, 60, "missed", 30, 0, [A, B], [], ["NO_ANSWER", "NO_ANSWER"], **OVER),
    "voicemail left": State(
        {**BOTH_NO, "voicemail": 12}, 60, "voicemail", 42, 0, [A, B], [], ["NO_ANSWER", "NO_ANSWER"], 1, **OVER
    ),
    "callback requested": State(
        {**BOTH_NO, "asks_callback_after": 6},
        60,
        "abandoned",
        6,
        0,
        [A, B],
        [],
        [CANCEL, CANCEL],
        has_asked=True,
        **OVER,
    ),
}
STATES = {
    **{f"outbound {name}": state for name, state in OUTBOUND.items()},
    **{f"inbound {name}": state for name, state in INBOUND.items()},
}


@pytest.fixture
def reach(centre):
    """Tells a state's story through the API and answers with what the call's data is at its moment."""

    def make(state: State) -> dict[str, Any]:
        if state.route is None:
            call = centre.place(state.story, **RECORDED)
        else:
            call = centre.come_in(state.story, record=True, **state.route)
        centre.advance(state.at)
        return centre.read(call)

    return make


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_consistent(name, reach):
    """Every cell of the row."""
    state = STATES[name]
    data = reach(state)
    legs = data["all_agents"]

    assert (state.is_inbound, state.is_in_queue) == (data["is_inbound"], data["is_in_queue"])
    assert (state.is_answered, state.is_ended) == (data["is_answered"], data["is_ended"])
    assert state.type == data["type"]
    assert (state.duration, state.talk_time) == (data["duration"], data["talk_time"])
    assert state.all_agents == [leg["id"] for leg in legs]
    assert state.answered_agents == [leg["id"] for leg in data["answered_agents"]]
    assert state.reasons == [leg["hangup_reason"] for leg in legs]
    assert state.recordings == len(data["recordings"])
    assert state.has_asked == data["requested_callback"]
    assert state.is_ended == data["is_data_cached"]


def test_a_call_that_is_not_dialled_yet_has_no_agents(centre):
    """In the second before the first dial nobody rings."""
    data = centre.read(centre.place())

    assert ([], [], None) == (data["agents"], data["all_agents"], data["type"])


def test_an_agent_who_does_not_answer_shows_why(centre):
    """When it is the agent who was not reached, the reason is the agent's."""
    call = centre.place({"from": {"reaction": "rejects"}})
    centre.advance(60)
    data = centre.read(call)

    assert ("missed", ["CALL_REJECTED"]) == (data["type"], [leg["hangup_reason"] for leg in data["all_agents"]])


def test_agents_in_turn_ring_one_after_another(centre):
    """Who is rung in turn has no race to lose."""
    call = centre.come_in({"to": {"reaction": "busy"}, "others": [{}]}, ringing="sequential")
    centre.advance(60)
    data = centre.read(call)

    assert ["USER_BUSY", NORMAL] == [leg["hangup_reason"] for leg in data["all_agents"]]
    assert [[A, B], [B]] == [data["agents"], [leg["id"] for leg in data["answered_agents"]]]


def test_nobody_is_there(centre):
    """A caller for whom there is no agent has been missed as soon as the queue is over."""
    call = centre.come_in(user_ids=[], queue=7)
    centre.advance(60)
    data = centre.read(call)

    assert ("missed", 7, []) == (data["type"], data["duration"], data["all_agents"])
    assert data["ring_group"] is None


@pytest.mark.parametrize(("delay", "is_within"), [(19, True), (20, True), (21, False)])
def test_the_service_level_is_that_of_the_world(centre, delay, is_within):
    """A caller who was answered within 20 seconds was answered in time."""
    call = centre.come_in({"to": {"ring": delay}, "others": [NO]})
    centre.advance(60)

    assert is_within == centre.read(call)["is_answered_within_sla"]


def test_the_service_level_can_be_set(new_centre):
    """By `sla_seconds`; calls that go out are in time whenever they are answered."""
    centre = new_centre(sla_seconds=2)
    came, went = centre.come_in(), centre.place({"to": {"ring": 25}}, caller="+919820000001")
    centre.advance(100)

    assert [False, True] == [centre.read(call)["is_answered_within_sla"] for call in (came, went)]


def test_recordings_appear_a_moment_after_the_end(centre):
    """When the call is processed, not when it ends."""
    call = centre.come_in({"to": {"ring": 0}, "talk": 5}, record=True)
    centre.advance(5)
    ended = centre.read(call)
    centre.advance(1)
    processed = centre.read(call)

    assert (True, []) == (ended["is_ended"], ended["recordings"])
    url = f"http://127.0.0.1:8080/api/call/recording/{call.id}?tenant={centre.account.sid}"
    assert [{"id": call.id, "url": url}] == processed["recordings"]


def test_what_was_not_recorded_has_no_recordings(centre):
    """Recording is asked for when the call is placed; a message that a caller leaves is one anyway."""
    went, came = centre.place(), centre.come_in({"to": NO, "others": [NO], "voicemail": 5}, user_ids=["u1002"])
    centre.advance(300)

    assert [0, 1] == [len(centre.read(call)["recordings"]) for call in (went, came)]
