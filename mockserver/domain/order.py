"""What was asked for: who is to be connected, how, and who is to be told. Frozen values of no provider."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mockserver.domain.applets import Dial, Streaming
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow, user_key
from mockserver.domain.media import Playback, Recording, Stream
from mockserver.domain.story import Side


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


class CallEvent(StrEnum):
    """What a subscription can ask to be told: each leg's answer, the end with its facts, what goes on in a flow."""

    ANSWERED = "answered"
    OVER = "over"
    # What a flow asks the application, and tells it.
    GREETING = "greeting"
    GATHER = "gather"
    PASSTHRU = "passthru"
    CONNECT = "connect"
    AGENT_DIALLED = "agent-dialled"
    AGENT_ANSWERED = "agent-answered"
    AGENT_LEFT = "agent-left"
    # Audio that somebody is to hear, fetched to see whether it can be played.
    AUDIO = "audio"


# What the flow of a call is called that is alone with a bot: none of the account's.
STREAM_FLOW = Flow("stream", "Stream")

# Those that an order can ask for.
CALL_EVENTS = (CallEvent.ANSWERED, CallEvent.OVER)


@dataclass(frozen=True, slots=True)
class Party:
    """Who is dialled; name, user and group only for the account's own users.

    `is_managed` for an outsider whose number is busy meanwhile, as users' always are.
    """

    contact: Contact
    name: str | None = None
    user_id: str | None = None
    group_id: int | None = None
    group_name: str | None = None
    is_managed: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """What is busy while an agent is on a call: the user, so that all of the user's devices are, and the contact.

        Of outsiders only the number, if that is managed.
        """
        if self.user_id is None:
            return (self.contact.key,) if self.is_managed else ()
        return user_key(self.user_id), self.contact.key


@dataclass(frozen=True, slots=True)
class Subscription:
    """One callback that was asked for.

    `dialect` names the provider version that will word it; `variant` is for that version's eyes only.
    """

    event: CallEvent
    url: str
    method: str
    content_type: str
    dialect: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """What the platform does with an incoming call. Times in seconds.

    The caller is `menu` seconds in the flow (IVR) and `queue` seconds in the queue before `parties` are dialled: all
    at once, or one after the other. Without parties nobody is there, and the queue is all there is.

    Of a call that runs applets it is the way of the latest connect, whose `dial` it is; its parties follow the `first`
    so many that earlier ones have dialled.
    """

    parties: tuple[Party, ...] = ()
    is_parallel: bool = True
    menu: float = 0.0
    queue: float = 0.0
    group_id: int | None = None
    dial: Dial | None = None
    first: int = 0

    @property
    def width(self) -> int:
        """How many of them ring at a time."""
        if not self.is_parallel:
            return 1
        most = len(self.parties) - self.first
        return most if self.dial is None or self.dial.max_parallel is None else min(most, self.dial.max_parallel)


@dataclass(frozen=True, slots=True)
class Pace:
    """The provider's own delays, in seconds.

    `dial_after`: from the request to the first dial; `process_after`: from the end to the processed record;
    `settle_after`: from the end to price and duration in v1; `answer_within`: how long an application has to answer
    what a flow asks.
    """

    dial_after: float = 1.0
    process_after: float = 1.0
    settle_after: float = 120.0
    answer_within: float = 5.0


DEFAULT_PACE = Pace()


@dataclass(frozen=True, slots=True)
class Order:
    """What the application asked for, understood. Times in seconds.

    `holds` are the keys of the contacts that are busy while the call is alive (state management). `route` is for
    incoming calls, and for flows that connect: then the parties are its, and `to_party` is None.
    """

    from_party: Party
    to_party: Party | None
    exophone: Contact
    direction: Direction = Direction.OUTBOUND_API
    ring_timeout: float = 30.0
    time_limit: float = 14_400.0
    custom_field: str | None = None
    recording: Recording | None = None
    wait_audio_url: str | None = None
    playbacks: tuple[Playback, ...] = ()
    stream: Stream | None = None
    subscriptions: tuple[Subscription, ...] = ()
    holds: tuple[str, ...] = ()
    flow: Flow | None = None
    route: Route | None = None

    @property
    def comes_in(self) -> bool:
        """Somebody calls an ExoPhone, and the platform finds the way."""
        return self.route is not None and (self.direction is Direction.INBOUND or not self.runs_applets)

    @property
    def is_into_flow(self) -> bool:
        """A flow takes the place of the second party, whomever it may connect to."""
        return self.flow is not None and self.to_party is None and not self.comes_in

    @property
    def runs_flow(self) -> bool:
        """A flow takes the place of the second party, and has dialled nobody."""
        return self.is_into_flow and self.route is None

    @property
    def is_with_bot(self) -> bool:
        """Somebody is alone with a bot: the call lasts as long as the stream."""
        return self.stream is not None and self.to_party is None and self.flow == STREAM_FLOW

    @property
    def may_stream(self) -> bool:
        """There is, or there may be, a stream to be closed."""
        applets = self.flow.applets if self.flow is not None else ()
        return self.stream is not None or any(isinstance(one, Streaming) for one in applets)

    @property
    def runs_applets(self) -> bool:
        """It goes through the applets of its flow."""
        return self.flow is not None and bool(self.flow.applets) and self.to_party is None

    def party(self, side: Side, attempt: int = 0) -> Party | None:
        """Who is dialled on a side; on the called side of a routed call, as number `attempt` from 0 on."""
        if side is Side.FROM:
            return self.from_party
        if self.route is None:
            return self.to_party
        return self.route.parties[attempt] if attempt < len(self.route.parties) else None
