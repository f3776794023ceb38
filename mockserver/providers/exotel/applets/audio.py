"""Audio that somebody is to hear: whether the provider could play it."""

from __future__ import annotations

import io
import wave

import msgspec

from mockserver.engine.delivery import Reply
from mockserver.engine.ports import Heard
from mockserver.providers.exotel.applets.replies import Unusable, header, opening, refuse_status

# Of what is played while somebody waits; documented for it alone.
_OF_WAITING = "wait"
_LARGEST_WAIT = 2_000_000
_RATE, _CHANNELS, _BITS = 8_000, 1, 16
_MEND = f"use wav with {_RATE} Hz, {_CHANNELS} channel and {_BITS} bit"


class Nothing(msgspec.Struct):
    """Audio is fetched as it is: no parameter says whose call it is for."""


def read_audio(reply: Reply, kind: str) -> Heard:
    """What is wrong with it; there is no answer in it. Raises Unusable."""
    refuse_status(reply)
    return Heard(None, (*_form(reply), *(_size(reply) if kind == _OF_WAITING else ())))


def _form(reply: Reply) -> tuple[str, ...]:
    """The vendor documents the form for greetings; for all other audio it is assumed to be the same."""
    try:
        with wave.open(io.BytesIO(reply.body)) as heard:
            found = heard.getframerate(), heard.getnchannels(), 8 * heard.getsampwidth()
    except (wave.Error, EOFError) as error:
        reason = str(error) or "it ends too early"
        raise Unusable(f"not wav ({reason}), it begins with {opening(reply.body)}; {_MEND}") from error
    if found == (_RATE, _CHANNELS, _BITS):
        return ()
    return (f"wav with {found[0]} Hz, {found[1]} channel(s) and {found[2]} bit; {_MEND}",)


def _size(reply: Reply) -> tuple[str, ...]:
    """By what the receiver says of it: of long audio only the beginning is read."""
    said = header(reply, "content-length")
    size = int(said) if said.isascii() and said.isdecimal() else len(reply.body)
    if size < _LARGEST_WAIT:
        return ()
    return (f"{size} bytes, which is too much to be played to who waits; use less than {_LARGEST_WAIT}",)
