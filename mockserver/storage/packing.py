"""Calls that nothing will happen to any more, packed to a fifth of their size.

A call becomes rows of plain values, which are pickled. Pickling the objects themselves takes eight times as long and
half as much room again, and every call is packed when it has settled. Packed calls never leave the process.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

from mockserver.domain.applets import NOT_BEGUN
from mockserver.domain.call import NOTHING_NOTED, Call, CallState, Leg, LegState, Outcome, Wrapup
from mockserver.domain.causes import HangupCause
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.media import Playback, Recording, Stream
from mockserver.domain.order import CallEvent, Direction, Order, Pace, Party, Route, Subscription
from mockserver.domain.story import PartyStory, Reaction, Side, Story

_Member = TypeVar("_Member")
_Row = tuple[Any, ...]

_READ_AGAIN = 4_096


def packed(settled: Call) -> bytes:
    return pickle.dumps(_call_row(settled), pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=_READ_AGAIN)
def unpacked(data: bytes) -> Call:
    """The call; those that were read lately are still at hand."""
    return _call(pickle.loads(data))  # noqa: S301  made by `packed` in this process


class _Members(Generic[_Member]):
    """The members of an enumeration by number, and their numbers."""

    def __init__(self, members: Iterable[_Member]) -> None:
        self.of = tuple(members)
        self.number = {member: number for number, member in enumerate(self.of)}


_STATES = _Members(CallState)
_LEG_STATES = _Members(LegState)
_OUTCOMES = _Members([None, *Outcome])
_DIRECTIONS = _Members(Direction)
_EVENTS = _Members(CallEvent)
_REACTIONS = _Members(Reaction)
_SIDES = _Members(Side)
_CAUSES = _Members([None, *HangupCause])

_pace_row = attrgetter("dial_after", "process_after", "settle_after", "answer_within")
_party_row = attrgetter("contact.key", "name", "user_id", "group_id", "group_name", "is_managed")
_wrapup_row = attrgetter("disposition_id", "note", "tags", "campaign_id", "original")
# Applets, and what they bring with them, are rare: they are pickled as they are.
_flow_row = attrgetter("id", "name", "applets", "dialect")
_recording_row = attrgetter("channels", "is_high_quality")
_playback_row = attrgetter("moment", "is_for_both", "url")


def _call_row(call: Call) -> _Row:
    return (
        call.sid,
        call.account_sid,
        _order_row(call.order),
        _story_row(call.story),
        _pace_row(call.pace),
        _STATES.number[call.state],
        _seconds(call.created_at),
        _seconds(call.updated_at),
        tuple(_leg_row(leg) for leg in call.legs),
        _OUTCOMES.number[call.outcome],
        _seconds(call.ended_at),
        _seconds(call.processed_at),
        _seconds(call.settled_at),
        call.serial,
        _seconds(call.queued_at),
        None if call.wrapup == NOTHING_NOTED else _wrapup_row(call.wrapup),
        None if call.progress == NOT_BEGUN else call.progress,
    )


def _call(row: _Row) -> Call:
    sid, account_sid, order, story, pace, state, created_at, updated_at, legs, outcome, *rest = row
    ended_at, processed_at, settled_at, serial, queued_at, wrapup, progress = rest
    return Call(
        sid,
        account_sid,
        _order(order),
        _story(story),
        Pace(*pace),
        _STATES.of[state],
        _time(created_at),
        _time(updated_at),
        tuple(_leg(leg) for leg in legs),
        _OUTCOMES.of[outcome],
        _time(ended_at),
        _time(processed_at),
        _time(settled_at),
        serial,
        _time(queued_at),
        Wrapup(*wrapup) if wrapup else NOTHING_NOTED,
        progress or NOT_BEGUN,
    )


def _leg_row(leg: Leg) -> _Row:
    return (
        leg.number,
        _SIDES.number[leg.side],
        _party_row(leg.party),
        leg.sid,
        _LEG_STATES.number[leg.state],
        _seconds(leg.dialled_at),
        _seconds(leg.updated_at),
        _seconds(leg.answered_at),
        _seconds(leg.ended_at),
        leg.digits,
        leg.is_machine,
        leg.ended_itself,
        _CAUSES.number[leg.cause],
        leg.is_transfer,
    )


def _leg(row: _Row) -> Leg:
    number, side, party, sid, state, *moments, digits, is_machine, ended_itself, cause, is_transfer = row
    dialled_at, updated_at, answered_at, ended_at = map(_time, moments)
    made = (number, _SIDES.of[side], _party(party), sid, _LEG_STATES.of[state], dialled_at, updated_at)
    return Leg(*made, answered_at, ended_at, digits, is_machine, ended_itself, _CAUSES.of[cause], is_transfer)


def _order_row(order: Order) -> _Row:
    return (
        _party_row(order.from_party),
        order.to_party and _party_row(order.to_party),
        order.exophone.key,
        _DIRECTIONS.number[order.direction],
        order.ring_timeout,
        order.time_limit,
        order.custom_field,
        order.recording and _recording_row(order.recording),
        order.wait_audio_url,
        tuple(map(_playback_row, order.playbacks)),
        order.stream and _stream_row(order.stream),
        tuple(map(_subscription_row, order.subscriptions)),
        order.holds,
        order.flow and _flow_row(order.flow),
        order.route and _route_row(order.route),
    )


def _order(row: _Row) -> Order:
    from_party, to_party, exophone, direction, ring_timeout, time_limit, custom_field, *media = row
    recording, wait_audio_url, playbacks, stream, subscriptions, holds, flow, route = media
    return Order(
        _party(from_party),
        to_party and _party(to_party),
        Contact(exophone),
        _DIRECTIONS.of[direction],
        ring_timeout,
        time_limit,
        custom_field,
        recording and Recording(*recording),
        wait_audio_url,
        tuple(Playback(*one) for one in playbacks),
        stream and _stream(stream),
        tuple(_subscription(one) for one in subscriptions),
        holds,
        flow and Flow(*flow),
        route and _route(route),
    )


def _stream_row(stream: Stream) -> _Row:
    return stream.url, _SIDES.number[stream.begins_at], stream.is_two_way, stream.name


def _stream(row: _Row) -> Stream:
    url, begins_at, *rest = row
    return Stream(url, _SIDES.of[begins_at], *rest)


def _route_row(route: Route) -> _Row:
    facts = route.is_parallel, route.menu, route.queue, route.group_id, route.dial, route.first
    return tuple(map(_party_row, route.parties)), *facts


def _route(row: _Row) -> Route:
    parties, *facts = row
    return Route(tuple(map(_party, parties)), *facts)


def _subscription_row(one: Subscription) -> _Row:
    return _EVENTS.number[one.event], one.url, one.method, one.content_type, one.dialect, one.variant


def _subscription(row: _Row) -> Subscription:
    event, *words = row
    return Subscription(_EVENTS.of[event], *words)


def _story_row(story: Story) -> _Row:
    parties = _party_story_row(story.from_party), _party_story_row(story.to_party)
    others = tuple(map(_party_story_row, story.others))
    return *parties, story.talk, _SIDES.number[story.hangs_up], others, story.voicemail, story.asks_callback_after


def _story(row: _Row) -> Story:
    from_party, to_party, talk, hangs_up, others, *rest = row
    parties = _party_story(from_party), _party_story(to_party)
    return Story(*parties, talk, _SIDES.of[hangs_up], tuple(map(_party_story, others)), *rest)


def _party_story_row(party: PartyStory) -> _Row:
    facts = party.ring, party.digits, party.is_machine, party.gives_up_after
    return _REACTIONS.number[party.reaction], *facts, _CAUSES.number[party.cause], party.says


# Frozen, and often the same: read calls share them.


@lru_cache(maxsize=_READ_AGAIN)
def _party_story(row: _Row) -> PartyStory:
    reaction, ring, digits, is_machine, gives_up_after, cause, says = row
    return PartyStory(_REACTIONS.of[reaction], ring, digits, is_machine, gives_up_after, _CAUSES.of[cause], says)


@lru_cache(maxsize=_READ_AGAIN)
def _party(row: _Row) -> Party:
    key, *words = row
    return Party(Contact(key), *words)


def _seconds(at: datetime | None) -> Any:  # noqa: ANN401  a number, or what is better left as it is
    return at.timestamp() if at is not None and at.tzinfo is UTC else at


def _time(value: Any) -> Any:  # noqa: ANN401  as above
    return datetime.fromtimestamp(value, UTC) if isinstance(value, float) else value
