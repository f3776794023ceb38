"""What a flow is made of: applets, and what an application may answer when one asks. Frozen values of no provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mockserver.domain.contact import Contact
from mockserver.domain.errors import BadInput
from mockserver.domain.media import Playback, Recording
from mockserver.domain.story import PartyStory

if TYPE_CHECKING:
    from mockserver.domain.order import Route

# How long text is to listen to, and audio of unknown length. Assumed: nobody documents either.
_LETTERS_A_SECOND = 15.0
_AUDIO_SECONDS = 5.0
MOST_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller hears: text that is spoken, and audio."""

    text: str = ""
    audio_urls: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return round(len(self.text) / _LETTERS_A_SECOND, 1) + _AUDIO_SECONDS * len(self.audio_urls)


@dataclass(frozen=True, slots=True)
class Gathering:
    """Which keys are waited for. `timeout` in seconds, after the prompt and after each key."""

    prompt: Said = field(default_factory=Said)
    max_digits: int = 1
    finish_on_key: str = "#"
    timeout: float = 5.0
    repeats: int = 0

    def ends_with(self, keys: str) -> bool:
        """Whether these keys are all that is waited for."""
        return len(keys) >= self.max_digits or bool(self.finish_on_key and self.finish_on_key in keys)

    def digits(self, keys: str) -> str:
        """The digits that count: without the key that finishes."""
        return keys.partition(self.finish_on_key)[0] if self.finish_on_key else keys


@dataclass(frozen=True, slots=True)
class Destination:
    """Somebody to dial; `is_managed` asks that an outsider's number is busy meanwhile, as users' always are."""

    contact: Contact
    is_managed: bool = False


@dataclass(frozen=True, slots=True)
class Dial:
    """Whom a connect applet dials, and how. Times in seconds.

    `destinations` first, then `user_ids`, then the users of the group. `max_parallel` None rings all of them at once,
    if `is_parallel`. With `asks_after_attempt` the application is asked again after each of them that did not answer.
    """

    destinations: tuple[Destination, ...] = ()
    user_ids: tuple[str, ...] = ()
    group_id: int | None = None
    caller_id: Contact | None = None
    is_parallel: bool = False
    max_parallel: int | None = None
    asks_after_attempt: bool = False
    ring_timeout: float = 30.0
    talk_limit: float | None = None
    recording: Recording | None = None
    playbacks: tuple[Playback, ...] = ()
    wait_audio_url: str | None = None
    events_url: str | None = None


# Where each applet leads, by id; None ends the flow. Every URL is asked with GET.


@dataclass(frozen=True, slots=True)
class Greeting:
    """Says something that is known, or what the application answers at `url`."""

    id: str
    says: Said = field(default_factory=Said)
    url: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Gather:
    """Waits for keys; `branches` lead on by digits, `otherwise` for all others and for none."""

    id: str
    waits_for: Gathering = field(default_factory=Gathering)
    url: str | None = None
    fallback_url: str | None = None
    branches: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None

    def leads_to(self, digits: str) -> str | None:
        return dict(self.branches).get(digits, self.otherwise) if digits else self.otherwise


@dataclass(frozen=True, slots=True)
class Passthru:
    """Tells the application what is known of the call; unless `is_async`, its answer chooses between two ways."""

    id: str
    url: str
    is_async: bool = False
    next: str | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """Dials whom it knows, or whom the application names at `url`, which is asked in `version` of its dialect.

    `next` follows a talk, `nobody` follows when there was none. `events_url` hears of each agent's ringing.
    """

    id: str
    dial: Dial = field(default_factory=Dial)
    url: str | None = None
    fallback_url: str | None = None
    version: str = "1.1"
    events_url: str | None = None
    next: str | None = None
    nobody: str | None = None


@dataclass(frozen=True, slots=True)
class Voicemail:
    """Lets the caller leave a message, which is the last of the call."""

    id: str
    says: Said = field(default_factory=Said)


@dataclass(frozen=True, slots=True)
class Streaming:
    """Opens a stream to a bot. A two-way one (Voicebot) has the caller to itself until the bot closes it; one that is
    not (Stream) only listens, beside all that follows.
    """

    id: str
    url: str
    is_two_way: bool = True
    next: str | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    id: str


Applet = Greeting | Gather | Passthru | Connect | Voicemail | Streaming | HangUp


def check_ways(applets: tuple[Applet, ...]) -> None:
    """Raises BadInput if two applets share an id, or one leads to none of them."""
    known = [applet.id for applet in applets]
    for applet in applets:
        if known.count(applet.id) > 1:
            message = f"two applets have the id {applet.id!r}"
            raise BadInput(message, where="applets")
        for way in ways_of(applet):
            if way not in known:
                message = f"applet {applet.id!r} leads to {way!r}, which is none of the flow's"
                raise BadInput(message, where="applets", hint=f"It has: {', '.join(known)}.")


def ways_of(applet: Applet) -> tuple[str, ...]:
    """The ids of the applets that one can lead to."""
    ways: tuple[str | None, ...] = ()
    match applet:
        case Greeting() | Streaming():
            ways = (applet.next,)
        case Gather():
            ways = (*(way for _, way in applet.branches), applet.otherwise)
        case Passthru():
            ways = (applet.next, applet.otherwise)
        case Connect():
            ways = (applet.next, applet.nobody)
    return tuple(way for way in ways if way is not None)


# What an application may answer, understood. None of them: no answer, or one that cannot be used.


@dataclass(frozen=True, slots=True)
class Branch:
    """Which way a passthru goes on."""

    is_first: bool


@dataclass(frozen=True, slots=True)
class Connecting:
    """Those of a Dial who can be rung now, with the story of each."""

    dial: Dial
    route: Route
    stories: tuple[PartyStory, ...] = ()


# What a provider's dialect reads from a reply; a Dial becomes a Connecting when it is known who is free.
Wanted = Said | Gathering | Branch | Dial
Answer = Said | Gathering | Branch | Connecting


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a call has come in its flow.

    It is in `applet` (by id) `since` then, the `entered`-th in all. Of `asked` questions to the application, `open_ask`
    waits for its answer. `keys` are those of the gather that runs, `digits` those of the last one that is over; so many
    of the story's digits have been `told`.
    """

    applet: str | None = None
    since: datetime | None = None
    entered: int = 0
    asked: int = 0
    open_ask: int | None = None
    is_fallback: bool = False
    gathering: Gathering | None = None
    tries: int = 0
    keys: str = ""
    digits: str = ""
    told: int = 0


NOT_BEGUN = Progress()
