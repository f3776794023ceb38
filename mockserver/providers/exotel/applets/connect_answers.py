"""Reads whom an application wants to be dialled, in each version of the connect applet."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.domain.applets import Destination, Dial
from mockserver.domain.contact import Contact, parse_contact, parse_number
from mockserver.domain.errors import BadContact
from mockserver.domain.media import Playback, Recording
from mockserver.engine.delivery import Reply
from mockserver.engine.ports import Heard
from mockserver.providers.exotel.applets import connect_shapes as shapes
from mockserver.providers.exotel.applets.connect import CONTACT_CENTER, PLAIN
from mockserver.providers.exotel.applets.replies import Unusable, object_of, shown, text_of
from mockserver.providers.exotel.applets.shapes import understood
from mockserver.providers.exotel.urls import WEB_SCHEMES, is_sound_url

_USUAL_RING = 30.0
_OF_CONTACT_CENTER = (
    'destination is an array, as in version 1.1, and this applet asks in version 1.0; it has to be {"numbers": [...]}'
)
_OF_PROGRAMMABLE = (
    "destination is an object, as in version 1.0, and this applet asks in version 1.1; it has to be "
    '[{"contact_uri": ...}]'
)
_Found = tuple[tuple[Destination, ...], list[str]]


def read_connect(reply: Reply, version: str) -> Heard:
    """Raises Unusable."""
    if version == PLAIN:
        return _read_plain(reply)
    value, complaints = object_of(reply)
    destination = value.get("destination")
    if version == CONTACT_CENTER:
        if isinstance(destination, dict):
            return Heard(None, (*complaints, _OF_PROGRAMMABLE))
        managed, found = understood(value, shapes.ContactCenterAnswer)
        return _heard(managed, _managed(managed.destination) if managed else ((), []), [*complaints, *found])
    if isinstance(destination, list):
        return Heard(None, (*complaints, _OF_CONTACT_CENTER))
    answer, found = understood(value, shapes.ProgrammableAnswer)
    return _heard(answer, _numbered(answer.destination) if answer else ((), []), [*complaints, *found])


def _heard(
    answer: shapes.ProgrammableAnswer | shapes.ContactCenterAnswer | None, found: _Found, complaints: list[str]
) -> Heard:
    """Quirk: an answer without anybody to dial is understood: it leads to where nobody answered (seen by a client)."""
    if answer is None:
        return Heard(None, tuple(complaints))
    destinations, disliked = found
    settings: list[str] = []
    parallel, recording = answer.parallel_ringing, None
    if answer.record:
        recording = Recording(channels=2 if answer.recording_channels == "dual" else 1)
    dial = Dial(
        destinations=destinations,
        caller_id=_shown_number(answer.outgoing_phone_number, settings),
        is_parallel=parallel is not None and parallel.activate,
        max_parallel=parallel.max_parallel_attempts if parallel else None,
        asks_after_attempt=bool(answer.fetch_after_attempt),
        ring_timeout=float(answer.max_ringing_duration or _USUAL_RING),
        talk_limit=float(answer.max_conversation_duration) if answer.max_conversation_duration else None,
        recording=recording,
        playbacks=_playbacks(answer.start_call_playback, settings),
        wait_audio_url=_music(answer.music_on_hold, settings),
        events_url=_sound("dial_passthru_event_url", answer.dial_passthru_event_url, settings),
    )
    return Heard(dial, (*complaints, *disliked, *settings))


def _numbered(destination: shapes.Destination) -> _Found:
    """Whom version 1.0 names."""
    if destination.trunk is not None:
        told = f"destination.trunk is {shown(destination.trunk)}; there are no trunks here, so nobody was dialled"
        return (), [told]
    if destination.numbers is None:
        return (), ['destination has no numbers, so nobody was dialled; it has to be {"numbers": [...]}']
    return _dialled((f"destination.numbers[{place}]", one) for place, one in enumerate(destination.numbers))


def _dialled(spellings: Iterable[tuple[str, object]]) -> _Found:
    """Phone numbers, by the place where each stands. Quirk: SIP URIs are dropped without a word (seen by a client)."""
    found, complaints = list[Destination](), list[str]()
    for place, spelling in spellings:
        contact = _contact(place, spelling, complaints)
        if contact is not None and contact.is_sip:
            told = f"{place} is {shown(spelling)}: the provider drops sip: URIs here without a word; use version 1.1"
            complaints.append(told)
        elif contact is not None:
            found.append(Destination(contact))
    return tuple(found), complaints


def _managed(entries: list[object]) -> _Found:
    """Whom version 1.1 names. Whoever is named in a way that it does not know is not dialled."""
    found, complaints = list[Destination](), list[str]()
    for place, entry in enumerate(entries):
        where = f"destination[{place}]"
        one, disliked = understood(entry, shapes.ManagedDestination, where)
        complaints += disliked
        if one is None:
            complaints.append(f"{where} was not dialled because of that")
        contact = _contact(f"{where}.contact_uri", one.contact_uri, complaints) if one else None
        if one is not None and contact is not None:
            found.append(Destination(contact, is_managed=bool(one.state_management)))
    return tuple(found), complaints


def _contact(place: str, spelling: object, complaints: list[str]) -> Contact | None:
    try:
        if isinstance(spelling, str):
            return parse_contact(spelling)
        complaints.append(f"{place} is {shown(spelling)}, so it was not dialled; it has to be a number in quotes")
    except BadContact as bad:
        complaints.append(f"{place}: {bad}, so it was not dialled. {bad.hint}")
    return None


def _read_plain(reply: Reply) -> Heard:
    """Numbers between commas, as text; none of them is a way to say that nobody is to be dialled."""
    text = text_of(reply).strip()
    if text.startswith(("<", "{", "[")):
        raise Unusable(f"the body is {shown(text)}; a plain connect wants phone numbers with commas between them")
    spellings = [one.strip() for one in text.split(",")] if text else []
    destinations, complaints = _dialled((f"number {place}", one) for place, one in enumerate(spellings, start=1))
    return Heard(Dial(destinations, ring_timeout=_USUAL_RING), tuple(complaints))


def _shown_number(spelling: str | None, complaints: list[str]) -> Contact | None:
    try:
        return parse_number(spelling) if spelling else None
    except BadContact as bad:
        complaints.append(f"outgoing_phone_number: {bad}, so the ExoPhone that was called is shown. {bad.hint}")
        return None


def _playbacks(playback: shapes.StartCallPlayback | None, complaints: list[str]) -> tuple[Playback, ...]:
    """Text is understood, and takes no time."""
    if playback is None or playback.type == "text":
        return ()
    url = _sound("start_call_playback.value", playback.value, complaints)
    return (Playback("start", playback.playback_to == "both", url),) if url else ()


def _music(music: shapes.MusicOnHold | None, complaints: list[str]) -> str | None:
    return _sound("music_on_hold.value", music.value, complaints) if music else None


def _sound(place: str, url: str | None, complaints: list[str]) -> str | None:
    if not url or is_sound_url(url, WEB_SCHEMES):
        return url or None
    complaints.append(f"{place} is {shown(url)}, which is no URL, so it was overlooked; use http:// or https://")
    return None
