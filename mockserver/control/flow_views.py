"""Flows as control shows them, every way of their applets spelt out: what is shown can be sent again."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from mockserver.control.flow_bodies import (
    AnyApplet,
    ConnectBody,
    GatherBody,
    GreetingBody,
    HangUpBody,
    PassthruBody,
    StreamBody,
    VoicebotBody,
    VoicemailBody,
)
from mockserver.domain.applets import (
    Applet,
    Connect,
    Gather,
    Greeting,
    HangUp,
    Passthru,
    Said,
    Streaming,
    Voicemail,
)
from mockserver.domain.directory import Directory, Flow


class FlowView(msgspec.Struct):
    id: int
    name: str
    applets: list[AnyApplet]
    numbers: list[str]


class FlowList(msgspec.Struct):
    flows: list[FlowView]


def flow_view(one: Flow, directory: Directory) -> FlowView:
    numbers = [exophone.contact.key for exophone in directory.exophones if exophone.flow_id == one.id]
    return FlowView(int(one.id), one.name, [applet_view(applet) for applet in one.applets], numbers)


def applet_view(applet: Applet) -> AnyApplet:
    """An applet as control shows it, every way spelt out."""
    match applet:
        case Greeting():
            return GreetingBody(id=applet.id, **_words(applet.says), url=applet.url, next=applet.next)
        case Gather(waits_for=waits):
            return GatherBody(
                id=applet.id,
                **_words(waits.prompt),
                max_digits=waits.max_digits,
                finish_on_key=waits.finish_on_key,
                timeout=waits.timeout,
                repeats=waits.repeats,
                url=applet.url,
                fallback_url=applet.fallback_url,
                branches=dict(applet.branches),
                otherwise=applet.otherwise,
            )
        case Passthru():
            ways = {"next": applet.next, "otherwise": applet.otherwise}
            return PassthruBody(id=applet.id, url=applet.url, is_async=applet.is_async, **ways)
        case Connect():
            return _connect_view(applet)
    return _last_view(applet)


def _last_view(applet: Voicemail | Streaming | HangUp) -> AnyApplet:
    match applet:
        case Voicemail():
            return VoicemailBody(id=applet.id, **_words(applet.says))
        case Streaming():
            kind = VoicebotBody if applet.is_two_way else StreamBody
            return kind(id=applet.id, url=applet.url, next=applet.next)
        case HangUp():
            return HangUpBody(id=applet.id)


def _connect_view(applet: Connect) -> ConnectBody:
    dial = applet.dial
    return ConnectBody(
        id=applet.id,
        numbers=[one.contact.key for one in dial.destinations],
        managed=any(one.is_managed for one in dial.destinations),
        user_ids=list(dial.user_ids),
        group_id=dial.group_id,
        url=applet.url,
        fallback_url=applet.fallback_url,
        version=msgspec.convert(applet.version, Literal["1.0", "1.1", "plain"]),
        events_url=applet.events_url,
        caller_id=dial.caller_id.key if dial.caller_id else None,
        ringing="parallel" if dial.is_parallel else "sequential",
        max_parallel=dial.max_parallel,
        ring_timeout=dial.ring_timeout,
        talk_limit=dial.talk_limit,
        record=dial.recording is not None,
        channels="dual" if dial.recording and dial.recording.channels > 1 else "single",
        wait_audio_url=dial.wait_audio_url,
        next=applet.next,
        nobody=applet.nobody,
    )


def _words(said: Said) -> dict[str, Any]:
    return {"text": said.text, "audio_urls": list(said.audio_urls)}
