"""What control is told about flows, and how it shows them: applets, one after another or by name."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from mockserver.control.bodies import Body, EntryId
from mockserver.control.problems import OUR_OWN
from mockserver.domain.applets import (
    MOST_DIGITS,
    Applet,
    Connect,
    Destination,
    Dial,
    Gather,
    Gathering,
    Greeting,
    HangUp,
    Passthru,
    Said,
    Streaming,
    Voicemail,
)
from mockserver.domain.contact import parse_contact, parse_number
from mockserver.domain.directory import Directory, Flow
from mockserver.domain.media import Recording
from mockserver.engine.wording import APPLETS

_described = OUR_OWN.field
_Id = Annotated[str | None, _described("by default its kind and place, such as greeting-1")]
_Way = Annotated[str | msgspec.UnsetType | None, _described("id; by default the applet behind it; null: hang up")]
_OtherWay = Annotated[str | None, _described("id; null: hang up")]
_Url = Annotated[
    Annotated[str, msgspec.Meta(pattern=r"^https?://[\x21-\x7e]{1,4096}(?!\n)$")] | None,
    _described("asked with GET, instead of what stands here"),
]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]
_Text = Annotated[str, _described("spoken; 15 letters a second")]
_Audio = Annotated[list[str], _described("URLs of audio that is played; 5 seconds each")]


class AppletBody(Body, kw_only=True, tag_field="applet"):
    """One applet of a flow. Each kind makes its `applet` of an id and of the id of what stands behind it."""

    id: _Id = None


class GreetingBody(AppletBody, kw_only=True, tag="greeting"):
    """Says something."""

    text: _Text = ""
    audio_urls: _Audio = msgspec.field(default_factory=list)
    url: _Url = None
    next: _Way = msgspec.UNSET

    def applet(self, applet_id: str, behind: str | None) -> Greeting:
        return Greeting(applet_id, _said(self.text, self.audio_urls), self.url, _way(self.next, behind))


class GatherBody(AppletBody, kw_only=True, tag="gather"):
    """Waits for keys."""

    text: _Text = ""
    audio_urls: _Audio = msgspec.field(default_factory=list)
    max_digits: Annotated[int, msgspec.Meta(ge=1, le=MOST_DIGITS)] = 1
    finish_on_key: Annotated[str, msgspec.Meta(pattern="^[0-9*#]?$"), _described("empty: none does")] = "#"
    timeout: Annotated[_Seconds, _described("seconds after the prompt and after each key")] = 5.0
    repeats: Annotated[int, msgspec.Meta(ge=0, le=20), _described("of the prompt, if no key comes")] = 0
    url: _Url = None
    fallback_url: _Url = None
    branches: Annotated[dict[str, str], _described("ids of applets by digits")] = msgspec.field(default_factory=dict)
    otherwise: _Way = msgspec.UNSET

    def applet(self, applet_id: str, behind: str | None) -> Gather:
        prompt = _said(self.text, self.audio_urls)
        gathering = Gathering(prompt, self.max_digits, self.finish_on_key, self.timeout, self.repeats)
        ways = tuple(self.branches.items()), _way(self.otherwise, behind)
        return Gather(applet_id, gathering, self.url, self.fallback_url, *ways)


class PassthruBody(AppletBody, kw_only=True, tag="passthru"):
    """Tells a URL what is known of the call; 200 leads to `next`, 302 to `otherwise`."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[\x21-\x7e]{1,4096}(?!\n)$")]
    is_async: Annotated[bool, _described("nobody waits for the answer")] = msgspec.field(name="async", default=False)
    next: _Way = msgspec.UNSET
    otherwise: _OtherWay = None

    def applet(self, applet_id: str, behind: str | None) -> Passthru:
        return Passthru(applet_id, self.url, self.is_async, _way(self.next, behind), self.otherwise)


class ConnectBody(AppletBody, kw_only=True, tag="connect"):
    """Dials numbers, users, the users of a group, or whom the URL names."""

    numbers: Annotated[list[str], _described("in any spelling, or SIP URIs")] = msgspec.field(default_factory=list)
    managed: Annotated[bool, _described("numbers of outsiders are busy meanwhile")] = False
    user_ids: list[str] = msgspec.field(default_factory=list)
    group_id: int | None = None
    url: _Url = None
    fallback_url: _Url = None
    version: Annotated[
        Literal["1.0", "1.1", "plain"],
        _described("of Programmable Connect, 1.1 being that of CCM; plain is told numbers with commas between them"),
    ] = "1.1"
    events_url: Annotated[_Url, _described("told of each agent's ringing, answer and end")] = None
    caller_id: Annotated[str | None, _described("an ExoPhone; by default the one that was called")] = None
    ringing: Annotated[Literal["parallel", "sequential"], _described()] = "sequential"
    max_parallel: Annotated[Annotated[int, msgspec.Meta(ge=1)] | None, _described("null: all of them")] = None
    ring_timeout: Annotated[_Seconds, _described("seconds")] = 30.0
    talk_limit: Annotated[_Seconds | None, _described("seconds")] = None
    record: bool = False
    channels: Literal["single", "dual"] = "single"
    wait_audio_url: _Url = None
    next: Annotated[_Way, _described("after a talk")] = msgspec.UNSET
    nobody: _OtherWay = None

    def applet(self, applet_id: str, behind: str | None) -> Connect:
        return Connect(
            applet_id,
            self._dial(),
            self.url,
            self.fallback_url,
            self.version,
            self.events_url,
            _way(self.next, behind),
            self.nobody,
        )

    def _dial(self) -> Dial:
        return Dial(
            destinations=tuple(Destination(parse_contact(number), self.managed) for number in self.numbers),
            user_ids=tuple(self.user_ids),
            group_id=self.group_id,
            caller_id=None if self.caller_id is None else parse_number(self.caller_id),
            is_parallel=self.ringing == "parallel",
            max_parallel=self.max_parallel,
            ring_timeout=self.ring_timeout,
            talk_limit=self.talk_limit,
            recording=Recording(2 if self.channels == "dual" else 1) if self.record else None,
            wait_audio_url=self.wait_audio_url,
        )


class VoicemailBody(AppletBody, kw_only=True, tag="voicemail"):
    """Lets the caller leave a message."""

    text: _Text = ""
    audio_urls: _Audio = msgspec.field(default_factory=list)

    def applet(self, applet_id: str, behind: str | None) -> Voicemail:  # noqa: ARG002  it is the last
        return Voicemail(applet_id, _said(self.text, self.audio_urls))


_StreamUrl = Annotated[
    Annotated[str, msgspec.Meta(pattern=r"^(wss?|https?)://[\x21-\x7e]{1,4096}(?!\n)$")],
    _described("of the bot's WebSocket, or one that answers it as JSON: {url}"),
]


class VoicebotBody(AppletBody, kw_only=True, tag="voicebot"):
    """Lets the caller talk to a bot, until it closes the stream."""

    url: _StreamUrl
    next: _Way = msgspec.UNSET

    def applet(self, applet_id: str, behind: str | None) -> Streaming:
        return Streaming(applet_id, self.url, is_two_way=True, next=_way(self.next, behind))


class StreamBody(AppletBody, kw_only=True, tag="stream"):
    """Lets a bot listen, beside all that follows."""

    url: _StreamUrl
    next: _Way = msgspec.UNSET

    def applet(self, applet_id: str, behind: str | None) -> Streaming:
        return Streaming(applet_id, self.url, is_two_way=False, next=_way(self.next, behind))


class HangUpBody(AppletBody, kw_only=True, tag="hang-up"):
    """Ends the call."""

    def applet(self, applet_id: str, behind: str | None) -> HangUp:  # noqa: ARG002  it is the last
        return HangUp(applet_id)


AnyApplet: TypeAlias = (
    GreetingBody | GatherBody | PassthruBody | ConnectBody | VoicemailBody | VoicebotBody | StreamBody | HangUpBody
)


class FlowBody(Body, kw_only=True):
    """A call flow: an app, an IVR. Calls go through its applets from the first one on; without any, the caller is
    alone with it as long as the story's talk.
    """

    id: EntryId = None
    name: Annotated[str, _described()]
    applets: Annotated[list[AnyApplet], _described("in order")] = msgspec.field(default_factory=list)
    numbers: Annotated[list[str], _described("ExoPhones whose calls come into it")] = msgspec.field(
        default_factory=list
    )

    def entry(self, entry_id: int, directory: Directory) -> Flow:
        flow = Flow(str(entry_id), self.name, applets_of(self.applets), APPLETS)
        directory.lead(flow.id, [directory.exophone(parse_number(number)) for number in self.numbers])
        return flow


def applets_of(bodies: list[AnyApplet]) -> tuple[Applet, ...]:
    """The applets, each with its id and its ways."""
    ids = [body.id or f"{body.__struct_config__.tag}-{place}" for place, body in enumerate(bodies, start=1)]
    behind = [*ids, None][1:]
    return tuple(body.applet(*names) for body, names in zip(bodies, zip(ids, behind, strict=True), strict=True))


def _said(text: str, audio_urls: list[str]) -> Said:
    return Said(text, tuple(audio_urls))


def _way(told: str | msgspec.UnsetType | None, behind: str | None) -> str | None:
    return behind if isinstance(told, msgspec.UnsetType) else told
