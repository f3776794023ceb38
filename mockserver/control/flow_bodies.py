"""What control is told about flows, and how it shows them: applets, one after another or by name."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

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
    """One applet of a flow."""

    id: _Id = None

    def applet(self, applet_id: str, behind: str | None) -> Applet:
        """The applet; `behind` is the id of the one that stands behind it."""
        raise NotImplementedError


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


class HangUpBody(AppletBody, kw_only=True, tag="hang-up"):
    """Ends the call."""

    def applet(self, applet_id: str, behind: str | None) -> HangUp:  # noqa: ARG002  it is the last
        return HangUp(applet_id)


AnyApplet: TypeAlias = GreetingBody | GatherBody | PassthruBody | ConnectBody | VoicemailBody | HangUpBody


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


def applets_of(bodies: list[AnyApplet]) -> tuple[Applet, ...]:
    """The applets, each with its id and its ways."""
    ids = [body.id or f"{body.__struct_config__.tag}-{place}" for place, body in enumerate(bodies, start=1)]
    behind = [*ids, None][1:]
    return tuple(body.applet(*names) for body, names in zip(bodies, zip(ids, behind, strict=True), strict=True))


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
        case Voicemail():
            return VoicemailBody(id=applet.id, **_words(applet.says))
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


def _said(text: str, audio_urls: list[str]) -> Said:
    return Said(text, tuple(audio_urls))


def _words(said: Said) -> dict[str, Any]:
    return {"text": said.text, "audio_urls": list(said.audio_urls)}


def _way(told: str | msgspec.UnsetType | None, behind: str | None) -> str | None:
    return behind if isinstance(told, msgspec.UnsetType) else told
