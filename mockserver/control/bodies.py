"""What control is told: the structs of request bodies, and how they become values of the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from mockserver.control.problems import OUR_OWN
from mockserver.control.script_bodies import TurnBody
from mockserver.domain.causes import HangupCause
from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadInput
from mockserver.domain.story import PartyStory, Reaction, Side, Story
from mockserver.engine.delivery import Edit
from mockserver.engine.scenarios import Match, Rule, Scenarios, Share

_described = OUR_OWN.field

# The look-ahead: a dollar sign alone lets a final line feed through.
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}(?!\n)$")]
_HeaderName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}(?!\n)$")]
_HeaderValue = Annotated[str, msgspec.Meta(pattern=r"^[\x20-\x7e\t]{0,8192}(?!\n)$")]
_Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[\x21-\x7e]{1,4096}(?!\n)$")]
EntryId = Annotated[Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None, _described("by default the next free one")]
ClockModeName = Literal["real", "scaled", "manual", "jump"]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A request body. Names that we do not know are refused: a typo must not pass for a setting."""


class PartyBody(Body):
    """One party of a story. `ring` is in seconds; by default 2 for `from`, 3 for `to`."""

    reaction: Annotated[Reaction, _described()] = Reaction.ANSWERS
    ring: Annotated[float | None, _described("seconds until the reaction")] = None
    digits: Annotated[str, _described("DTMF digits pressed a second into the talk")] = ""
    is_machine: Annotated[bool, _described("answered by a machine")] = False
    gives_up_after: Annotated[float | None, _described("seconds after its answer; for from only")] = None
    cause: Annotated[HangupCause | None, _described("why it does not answer, where the reaction leaves a choice")] = (
        None
    )
    says: Annotated[list[TurnBody], _described("to a bot, turn by turn; nothing else hears it")] = msgspec.field(
        default_factory=list
    )

    def party(self, usual: PartyStory) -> PartyStory:
        unsaid = 0.0 if self.reaction is Reaction.NO_ANSWER else usual.ring
        return PartyStory(
            reaction=self.reaction,
            ring=unsaid if self.ring is None else self.ring,
            digits=self.digits,
            is_machine=self.is_machine,
            gives_up_after=self.gives_up_after,
            cause=self.cause,
            says=tuple(turn.turn() for turn in self.says),
        )


class StoryBody(Body):
    """What both parties do. What is left out is as in the default story."""

    from_: Annotated[PartyBody | None, _described()] = msgspec.field(name="from", default=None)
    to: Annotated[PartyBody | None, _described()] = None
    talk: Annotated[float | None, _described("seconds; null: until the time limit")] = 20.0
    hangs_up: Annotated[Side, _described()] = Side.TO
    others: Annotated[list[PartyBody], _described("of an incoming call: agents dialled after or beside `to`")] = (
        msgspec.field(default_factory=list)
    )
    voicemail: Annotated[float | None, _described("seconds of the message that a caller leaves; null: none")] = None
    asks_callback_after: Annotated[float | None, _described("seconds until a caller asks to be called back")] = None

    def story(self) -> Story:
        """Raises BadStory if it contradicts itself."""
        usual = Story()
        return replace(
            usual,
            from_party=self.from_.party(usual.from_party) if self.from_ else usual.from_party,
            to_party=self.to.party(usual.to_party) if self.to else usual.to_party,
            talk=self.talk,
            hangs_up=self.hangs_up,
            others=tuple(one.party(usual.to_party) for one in self.others),
            voicemail=self.voicemail,
            asks_callback_after=self.asks_callback_after,
        )


class MatchBody(Body):
    """Which calls a rule is for; numbers in any spelling, what is left out matches all."""

    from_: Annotated[str | None, _described()] = msgspec.field(name="from", default=None)
    to: Annotated[str | None, _described()] = None
    exophone: Annotated[str | None, _described()] = None

    def match(self) -> Match:
        numbers = (self.from_, self.to, self.exophone)
        return Match(*(parse_contact(number) if number is not None else None for number in numbers))


class RuleBody(Body):
    story: Annotated[StoryBody, _described()]
    match: Annotated[MatchBody, _described()] = msgspec.field(default_factory=MatchBody)
    times: Annotated[Annotated[int, msgspec.Meta(ge=1)] | None, _described("for how many calls; null: for all")] = None
    priority: Annotated[int, _described("of several rules that match, the highest holds")] = 0

    def add_to(self, scenarios: Scenarios) -> Rule:
        return scenarios.add_rule(self.match.match(), self.story.story(), self.times, self.priority)


class ShareBody(Body):
    """One outcome of a distribution."""

    percent: Annotated[int, msgspec.Meta(ge=1, le=100), _described("of the calls")]
    side: Annotated[Side, _described("whose")] = Side.TO
    reaction: Annotated[Reaction, _described()] = Reaction.ANSWERS
    is_machine: Annotated[bool, _described("answered by a machine")] = False
    gives_up: Annotated[bool, _described("the from party hangs up before; for to and no-answer only")] = False

    def share(self) -> Share:
        return Share(self.percent, self.side, self.reaction, self.is_machine, self.gives_up)


class DistributionBody(Body):
    outcomes: Annotated[list[ShareBody], _described("their percents come to 100")]


class SettingsBody(Body):
    """A world's settings; what is left out stays as it is."""

    zone: Annotated[str | None, _described("IANA time zone of the account")] = None
    voip: Annotated[bool | None, _described("whether SIP URIs may be called")] = None
    strict: Annotated[bool | None, _described("refuse what the provider overlooks, such as misspelt parameters")] = None
    retry_after: Annotated[list[float] | None, _described("seconds before each further attempt of a callback")] = None
    callback_timeout: Annotated[Annotated[float, msgspec.Meta(gt=0, le=300)] | None, _described("real seconds")] = None
    alarm_window: Annotated[
        Annotated[float, msgspec.Meta(ge=0, le=31_622_400)] | None,
        _described("seconds on the world's clock in which a lost answer and the same pair again raise an alarm"),
    ] = None
    readings: Annotated[dict[str, str] | None, _described("choices where documentation is silent, by name")] = None
    ended_webhooks: Annotated[list[str] | None, _described("URLs that NectarDesk's Call Ended goes to")] = None
    hosts: Annotated[
        dict[str, str] | None,
        _described("hosts of callbacks (host or host:port) that are served elsewhere, with the base URLs to go to"),
    ] = None
    sla_seconds: Annotated[Annotated[float, msgspec.Meta(ge=0, le=86_400)] | None, _described()] = None
    answer_within: Annotated[
        Annotated[float, msgspec.Meta(gt=0, le=300)] | None,
        _described("seconds on the world's clock that an application has for what a flow asks"),
    ] = None
    check_audio: Annotated[
        bool | None, _described("fetch audio that is played, once, and say if the provider could not play it")
    ] = None
    stream_limit: Annotated[
        Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None, _described("how many streams may be open at a time")
    ] = None


class WorldBody(SettingsBody):
    """A new world; everything has a default."""

    account_sid: Annotated[
        Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}(?!\n)$")] | None, _described()
    ] = None
    api_key: Annotated[Annotated[str, msgspec.Meta(pattern=r"^[^:\s]{1,128}(?!\n)$")] | None, _described()] = None
    api_token: Annotated[Annotated[str, msgspec.Meta(pattern=r"^\S{1,128}(?!\n)$")] | None, _described()] = None
    access_token: Annotated[Annotated[str, msgspec.Meta(pattern=r"^\S{1,128}(?!\n)$")] | None, _described()] = None
    seed: Annotated[int, _described("of all that is random in this world")] = 0
    clock: Annotated[ClockModeName, _described()] = "manual"
    speed: Annotated[float | None, _described("with a scaled clock")] = None
    start: Annotated[datetime | None, _described("the clock's first moment, with offset")] = None
    outcomes: Annotated[Literal["story", "random"], _described()] = "story"
    rate_limit: Annotated[
        Literal["off", "documented"] | None, _described("the vendor's quotas; as the server was told if left out")
    ] = None
    exophones: Annotated[list[str], _described("besides the sample ones")] = msgspec.field(default_factory=list)


class HistoryBody(Body):
    """A history of calls that are over. Its parts, asked for in order, come to the same as all of it in one."""

    calls: Annotated[int, _described("in the whole history")] = 1_000
    days: Annotated[int, _described("in which they lie, back from now")] = 60
    seed: Annotated[int, _described("same seed, same history; a world tells each only once")] = 0
    first: Annotated[int, _described("number of the first call of this part, from 0 on")] = 0
    count: Annotated[int | None, _described("how many calls this part has; null: the rest")] = None


class ClockBody(Body):
    mode: Annotated[ClockModeName | None, _described()] = None
    speed: Annotated[float | None, _described("with mode scaled")] = None


class AdvanceBody(Body):
    seconds: Annotated[float, _described("on the world's clock")]
    cap_seconds: Annotated[float, msgspec.Meta(gt=0, le=600), _described("real seconds that settling may take")] = 30.0


class RunUntilBody(Body):
    """Exactly one condition: a call's state, a number of finished deliveries, or idle."""

    call_sid: Annotated[str | None, _described()] = None
    state: Annotated[str, _described("that the call comes to or passes", enum=["ended", "processed", "settled"])] = (
        "settled"
    )
    deliveries: Annotated[Annotated[int, msgspec.Meta(ge=1)] | None, _described("so many delivered")] = None
    idle: Annotated[bool, _described("no timer is left")] = False
    within_seconds: Annotated[float, msgspec.Meta(ge=0, le=31_622_400), _described("on the world's clock")] = 86_400.0
    cap_seconds: Annotated[float, msgspec.Meta(gt=0, le=600), _described("real seconds that settling may take")] = 30.0


class NumberBody(Body):
    number: Annotated[str, _described("in any spelling")]
    friendly_name: Annotated[str | None, _described()] = None


class NumberPatch(Body):
    friendly_name: Annotated[str, _described()]


class DeviceBody(Body):
    contact_uri: Annotated[str, _described("phone number in any spelling, or SIP URI")]
    name: Annotated[str, _described()] = "Phone"
    available: Annotated[bool, _described("whether it is on")] = True
    verified: Annotated[bool, _described()] = True


class DevicePatch(Body):
    contact_uri: Annotated[str | None, _described()] = None
    name: Annotated[str | None, _described()] = None
    available: Annotated[bool | None, _described()] = None
    verified: Annotated[bool | None, _described()] = None


class UserBody(Body):
    first_name: Annotated[str, _described()]
    last_name: Annotated[str, _described()] = ""
    id: Annotated[Name | None, _described()] = None
    email: Annotated[str, _described()] = ""
    role: Annotated[Literal["admin", "supervisor", "user"], _described()] = "user"
    devices: Annotated[list[DeviceBody], _described()] = msgspec.field(default_factory=list)


class UserPatch(Body):
    first_name: Annotated[str | None, _described()] = None
    last_name: Annotated[str | None, _described()] = None
    email: Annotated[str | None, _described()] = None
    role: Annotated[Literal["admin", "supervisor", "user"] | None, _described()] = None
    devices: Annotated[list[DeviceBody] | None, _described("all of them; they get new ids")] = None


class SideBody(Body):
    side: Annotated[Side | None, _described("whose leg; by default the one that it makes sense for")] = None
    leg: Annotated[int | None, _described("its number, where a side has several")] = None


class DigitsBody(SideBody, kw_only=True):
    digits: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#A-D]{1,64}(?!\n)$"), _described("DTMF digits")]


class RedeliveryBody(Body):
    """What is to be sent instead; what is left out is sent as it was."""

    body: Annotated[str | None, _described("the whole body; Content-Length follows")] = None
    headers: Annotated[
        dict[_HeaderName, _HeaderValue | None] | None, _described("replaced or added; null: left out")
    ] = None
    url: Annotated[_Url | None, _described("Host follows; the policy of callbacks holds")] = None

    def edit(self) -> Edit | None:
        """None if nothing is to be changed. Raises BadInput."""
        if self == RedeliveryBody():
            return None
        try:
            urlsplit(self.url or "")
        except ValueError as error:
            message = f"url {self.url!r} is none: {error}"
            raise BadInput(message, where="url") from error
        return Edit(None if self.body is None else self.body.encode(), self.headers, self.url)
