"""What an application may answer to a connect applet. The description of a field is what it has to be."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from mockserver.providers.exotel import sources

_known = sources.CONNECT_URL.field
_ccm = sources.CCM_CONNECT.field
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=14_400)]
_Count = Annotated[int, msgspec.Meta(ge=1)]


class MusicOnHold(msgspec.Struct, kw_only=True):
    type: Annotated[str, _known("text: operator_tone, default_tone, or another type with a value")]
    value: Annotated[str | None, _known("text: the URL of audio")] = None


class StartCallPlayback(msgspec.Struct, kw_only=True):
    playback_to: Annotated[Literal["callee", "both"], _known('"callee" or "both"')]
    type: Annotated[Literal["text", "audio_url"], _known('"text" or "audio_url"')]
    value: Annotated[str, _known("text: what is said, or the URL of audio")]


class ParallelRinging(msgspec.Struct, kw_only=True):
    activate: Annotated[bool, _known("true or false")]
    max_parallel_attempts: Annotated[_Count | None, _known("a whole number above 0")] = None


class Destination(msgspec.Struct, kw_only=True):
    """Of version 1.0."""

    numbers: Annotated[list[Any] | None, _known("an array of phone numbers")] = None
    trunk: Annotated[str | None, _known("text: the id of a trunk")] = None
    custom_params: Annotated[str | None, _known("text: key=value pairs for the trunk")] = None


class ManagedDestination(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Of version 1.1. Quirk: with any other key nobody is dialled (seen by a client)."""

    contact_uri: Annotated[str, _ccm("text: a phone number or a sip: URI")]
    state_management: Annotated[bool | None, _ccm("true or false")] = None


class _ConnectAnswer(msgspec.Struct, kw_only=True):
    fetch_after_attempt: Annotated[bool | None, _known("true or false")] = None
    outgoing_phone_number: Annotated[str | None, _known("text: an ExoPhone of the account")] = None
    record: Annotated[bool | None, _known("true or false")] = None
    recording_channels: Annotated[Literal["single", "dual"] | None, _known('"single" or "dual"')] = None
    max_ringing_duration: Annotated[_Seconds | None, _known("a whole number of seconds, 1 to 14400")] = None
    max_conversation_duration: Annotated[_Seconds | None, _known("a whole number of seconds, 1 to 14400")] = None
    music_on_hold: Annotated[MusicOnHold | None, _known("an object")] = None
    start_call_playback: Annotated[StartCallPlayback | None, _known("an object")] = None
    parallel_ringing: Annotated[ParallelRinging | None, _known("an object")] = None
    dial_passthru_event_url: Annotated[str | None, _known("text: a URL")] = None


class ProgrammableAnswer(_ConnectAnswer, kw_only=True):
    """Of version 1.0."""

    destination: Annotated[Destination, _known('an object, as in {"numbers": ["+919810000001"]}')]
    # Beside the destination, as the pages on trunks show it.
    custom_params: Annotated[str | None, _known("text: key=value pairs for the trunk")] = None


class ContactCenterAnswer(_ConnectAnswer, kw_only=True):
    """Of version 1.1."""

    destination: Annotated[list[Any], _ccm('an array, as in [{"contact_uri": "+919810000001"}]')]
