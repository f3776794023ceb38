"""The greeting applet: what it tells when it asks what to say, and what it understands."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from mockserver.domain.applets import Said
from mockserver.domain.call import Call
from mockserver.engine.delivery import Reply
from mockserver.engine.ports import Heard
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.applets import facts
from mockserver.providers.exotel.applets.replies import Unusable, content_type, shown, text_of
from mockserver.providers.exotel.urls import WEB_SCHEMES, is_sound_url

_known = sources.GREETING.field
_TEXT = "text/plain"
_URLS = ("http://", "https://")


class GreetingParameters(msgspec.Struct, rename="pascal", kw_only=True):
    call_sid: Annotated[str, _known()]
    from_: Annotated[str, _known("the first leg")] = msgspec.field(name="From")
    to: Annotated[str, _known("the ExoPhone")]
    dial_whom_number: Annotated[str, _known("who was dialled last, or answered; empty before")]
    custom_field: Annotated[str | UnsetType, _known("where set")] = UNSET


def greeting(call: Call) -> GreetingParameters:
    return GreetingParameters(
        call_sid=call.sid,
        from_=facts.caller(call),
        to=facts.exophone(call),
        dial_whom_number=facts.dialled_number(call),
        custom_field=call.order.custom_field or UNSET,
    )


def read_greeting(reply: Reply) -> Heard:
    """Text that is said, or the URLs of audio, one on each line. Raises Unusable.

    Quirk: a Content-Type with a charset is not the one that the vendor asks for.
    """
    text = text_of(reply).strip()
    kind = content_type(reply)
    if kind != _TEXT:
        raise Unusable(f"Content-Type {kind or 'is missing'}: it has to be exactly {_TEXT}, without a charset")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return Heard(Said(), ("the body is empty, so the caller hears nothing; answer with text, or URLs of audio",))
    if not lines[0].startswith(_URLS):
        return Heard(Said(text))
    complaints = [complaint for line in lines for complaint in _disliked(line)]
    return Heard(Said(audio_urls=tuple(one for one in lines if is_sound_url(one, WEB_SCHEMES))), tuple(complaints))


def _disliked(line: str) -> list[str]:
    if not is_sound_url(line, WEB_SCHEMES):
        return [f"{shown(line)} is no URL, so it was not played; after a URL, each line has to be one"]
    if not line.partition("?")[0].lower().endswith(".wav"):
        return [f"{shown(line)} does not end in .wav; only wav with 8 kHz, mono and 16 bit is played"]
    return []
