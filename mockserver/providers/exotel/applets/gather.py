"""The gather applet: what an application may answer when it is asked which keys to wait for. Unverified."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mockserver.domain.applets import MOST_DIGITS, Gathering, Said
from mockserver.engine.delivery import Headers, Reply
from mockserver.engine.ports import Heard
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.applets.replies import object_of
from mockserver.providers.exotel.applets.shapes import understood

_partly = sources.UNVERIFIED.field
_Key = Annotated[str, msgspec.Meta(pattern="^[0-9*#]?$")]
_Digits = Annotated[int, msgspec.Meta(ge=1, le=MOST_DIGITS)]
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=300)]
_Repeats = Annotated[int, msgspec.Meta(ge=0, le=10)]

HEADERS: Headers = (("Exotel-Version", "1.0"),)
_USUAL_TIMEOUT = 5


class GatherPrompt(msgspec.Struct, kw_only=True):
    text: Annotated[str | None, _partly("text that is said")] = None
    audio_url: Annotated[str | None, _partly("text: the URL of audio")] = None


class GatherAnswer(msgspec.Struct, kw_only=True):
    gather_prompt: Annotated[GatherPrompt | None, _partly("an object with text or audio_url")] = None
    max_input_digits: Annotated[_Digits | None, _partly("a whole number, 1 to 32")] = None
    finish_on_key: Annotated[_Key | None, _partly('one key in quotes, as in "#", or "" for none')] = None
    input_timeout: Annotated[_Seconds | None, _partly("a whole number of seconds, 1 to 300")] = None
    repeat_menu: Annotated[_Repeats | None, _partly("a whole number, 0 to 10")] = None
    repeat_gather_prompt: Annotated[GatherPrompt | None, _partly("an object with text or audio_url")] = None


def read_gather(reply: Reply) -> Heard:
    """Raises Unusable. Without a limit any number of digits is waited for, until the key that finishes."""
    value, complaints = object_of(reply)
    answer, found = understood(value, GatherAnswer)
    if answer is None:
        return Heard(None, (*complaints, *found))
    prompt = answer.gather_prompt
    if prompt is None or not (prompt.text or prompt.audio_url):
        found.append("gather_prompt has neither text nor audio_url, so the caller hears nothing; it has to have one")
    gathering = Gathering(
        prompt=_said(prompt),
        max_digits=answer.max_input_digits or MOST_DIGITS,
        finish_on_key="#" if answer.finish_on_key is None else answer.finish_on_key,
        timeout=float(answer.input_timeout or _USUAL_TIMEOUT),
        repeats=answer.repeat_menu or 0,
    )
    return Heard(gathering, (*complaints, *found))


def _said(prompt: GatherPrompt | None) -> Said:
    if prompt is None:
        return Said()
    return Said(prompt.text or "", (prompt.audio_url,) if prompt.audio_url else ())
