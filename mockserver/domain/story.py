"""What the two people of a call will do, and the magic numbers that tell it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from mockserver.domain.causes import HangupCause
from mockserver.domain.contact import Contact
from mockserver.domain.errors import BadStory
from mockserver.domain.script import Turn, check_script


class Side(StrEnum):
    FROM = "from"
    TO = "to"

    @property
    def other(self) -> Side:
        return Side.TO if self is Side.FROM else Side.FROM


class Reaction(StrEnum):
    """What a party does when it is dialled."""

    ANSWERS = "answers"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    REJECTS = "rejects"
    NOT_DIALLED = "not-dialled"


# The causes that may stand behind a reaction, the usual one first.
CAUSES = {
    Reaction.ANSWERS: (HangupCause.NORMAL_CLEARING,),
    Reaction.NO_ANSWER: (HangupCause.NO_ANSWER, HangupCause.NO_USER_RESPONSE, HangupCause.RECOVERY_ON_TIMER_EXPIRE),
    Reaction.BUSY: (HangupCause.USER_BUSY,),
    Reaction.REJECTS: (HangupCause.CALL_REJECTED, HangupCause.INCOMING_CALL_BARRED),
    Reaction.UNREACHABLE: (
        HangupCause.NETWORK_OUT_OF_ORDER,
        HangupCause.SUBSCRIBER_ABSENT,
        HangupCause.USER_NOT_REGISTERED,
        HangupCause.UNALLOCATED_NUMBER,
        HangupCause.NO_ROUTE_TRANSIT_NET,
        HangupCause.NO_ROUTE_DESTINATION,
        HangupCause.NUMBER_CHANGED,
        HangupCause.INVALID_NUMBER_FORMAT,
        HangupCause.DESTINATION_OUT_OF_ORDER,
        HangupCause.NORMAL_UNSPECIFIED,
        HangupCause.NORMAL_CIRCUIT_CONGESTION,
        HangupCause.NORMAL_TEMPORARY_FAILURE,
        HangupCause.SWITCH_CONGESTION,
        HangupCause.SERVICE_UNAVAILABLE,
        HangupCause.OUTGOING_CALL_BARRED,
        HangupCause.INCOMING_CALL_BARRED,
        HangupCause.BEARERCAPABILITY_NOTAUTH,
    ),
    Reaction.NOT_DIALLED: (),
}

_LONGEST_SECONDS = 86_400.0
_DTMF = frozenset("0123456789*#ABCD")


def _check_seconds(name: str, value: float) -> None:
    if not 0 <= value <= _LONGEST_SECONDS:
        message = f"{name} must be between 0 and {_LONGEST_SECONDS:.0f} seconds, not {value}"
        raise BadStory(message, where=name)


@dataclass(frozen=True, slots=True)
class PartyStory:
    """One party. Times in seconds.

    `ring` is how long it rings until the reaction; a party that does not answer rings until the ring time-out, or
    until `ring` when that is shorter and above zero. `gives_up_after` is for leg 1: it hangs up so long after its
    answer, if leg 2 has not answered by then. `cause` is why it does not answer, where the reaction leaves a choice.
    `says` is what it says to a bot, turn by turn; nothing else hears it.
    """

    reaction: Reaction = Reaction.ANSWERS
    ring: float = 0.0
    digits: str = ""
    is_machine: bool = False
    gives_up_after: float | None = None
    cause: HangupCause | None = None
    says: tuple[Turn, ...] = ()

    def __post_init__(self) -> None:
        _check_seconds("ring", self.ring)
        check_script(self.says)
        if self.cause is not None and self.cause not in CAUSES[self.reaction]:
            known = ", ".join(CAUSES[self.reaction]) or "none"
            message = f"a party whose reaction is {self.reaction} cannot end with {self.cause} (possible: {known})"
            raise BadStory(message, where="cause")
        if self.gives_up_after is not None:
            _check_seconds("gives_up_after", self.gives_up_after)
        if not _DTMF.issuperset(self.digits):
            message = f"{self.digits!r} are not DTMF digits (0-9, *, #, A-D)"
            raise BadStory(message, where="digits")
        if self.reaction is not Reaction.ANSWERS:
            self._refuse_answered_facts()

    def _refuse_answered_facts(self) -> None:
        for name, is_told in (
            ("digits", bool(self.digits)),
            ("is_machine", self.is_machine),
            ("gives_up_after", self.gives_up_after is not None),
            ("says", bool(self.says)),
        ):
            if is_told:
                message = f"a party whose reaction is {self.reaction} cannot have {name}: it never answers"
                raise BadStory(message, where=name)


@dataclass(frozen=True, slots=True)
class Story:
    """Both parties, how long they talk (seconds; None: until the time limit) and who hangs up.

    Of an incoming call: `others` are the parties that are dialled after or beside `to_party`, in order (the last one's
    story holds for all that follow); `voicemail` is how long a message the caller leaves when nobody answers (None:
    no message); `asks_callback_after` so many seconds the caller asks to be called back and leaves.
    """

    from_party: PartyStory = field(default_factory=lambda: PartyStory(ring=2.0))
    to_party: PartyStory = field(default_factory=lambda: PartyStory(ring=3.0))
    talk: float | None = 20.0
    hangs_up: Side = Side.TO
    others: tuple[PartyStory, ...] = ()
    voicemail: float | None = None
    asks_callback_after: float | None = None

    def __post_init__(self) -> None:
        for name in ("talk", "voicemail", "asks_callback_after"):
            value = getattr(self, name)
            if value is not None:
                _check_seconds(name, value)
        if any(party.gives_up_after is not None for party in (self.to_party, *self.others)):
            message = "only the from party waits for somebody, so only it can give up"
            raise BadStory(message, where="to.gives_up_after")
        if self.asks_callback_after is not None and self.from_party.gives_up_after is not None:
            message = "a caller who asks to be called back leaves thereby, and cannot give up as well"
            raise BadStory(message, where="asks_callback_after")

    def party(self, side: Side, attempt: int = 0) -> PartyStory:
        """The story of a side; on the called side, of the party that is dialled as number `attempt` from 0 on."""
        if side is Side.FROM:
            return self.from_party
        if not attempt or not self.others:
            return self.to_party
        return self.others[min(attempt, len(self.others)) - 1]


DEFAULT_STORY = Story()


# Magic numbers: national part 99000, then o rr tt (outcome, ring seconds, talk seconds).
_MAGIC_PREFIX = "99000"
_MAGIC_LENGTH = 10
_PRESSED = "1"
_DEFAULT_GIVE_UP = 1.0
_REACTIONS = {
    "0": Reaction.ANSWERS,
    "1": Reaction.NO_ANSWER,
    "2": Reaction.BUSY,
    "3": Reaction.UNREACHABLE,
    "4": Reaction.REJECTS,
    "5": Reaction.ANSWERS,
    "6": Reaction.NOT_DIALLED,
    "7": Reaction.ANSWERS,
    "8": Reaction.ANSWERS,
}


@dataclass(frozen=True, slots=True)
class _Magic:
    outcome: str
    ring: float
    talk: float

    def party(self, side: Side) -> PartyStory:
        party = PartyStory(reaction=_REACTIONS[self.outcome], ring=self.ring)
        match self.outcome, side:
            case "7", _:
                return replace(party, digits=_PRESSED)
            case "5", Side.FROM:
                return replace(party, gives_up_after=self.talk or _DEFAULT_GIVE_UP)
            case "5", Side.TO:
                return replace(party, is_machine=True)
        return party


def _magic(contact: Contact | None) -> _Magic | None:
    if contact is None or not contact.key.startswith("+"):
        return None
    national = contact.key[-_MAGIC_LENGTH:]
    if not national.startswith(_MAGIC_PREFIX) or contact.national != national or national[5] not in _REACTIONS:
        return None
    return _Magic(national[5], float(national[6:8]), float(national[8:10]))


def magic_party(contact: Contact, side: Side) -> PartyStory | None:
    """What the party with a magic number does; None for any other number."""
    magic = _magic(contact)
    return magic.party(side) if magic else None


def magic_story(from_contact: Contact, to_contact: Contact | None, otherwise: Story) -> Story | None:
    """The story that the numbers tell, or None if neither is magic. What they leave open is taken from `otherwise`."""
    from_magic, to_magic = _magic(from_contact), _magic(to_contact)
    teller, side = (to_magic, Side.TO) if to_magic else (from_magic, Side.FROM)
    if teller is None:
        return None
    from_party = from_magic.party(Side.FROM) if from_magic else otherwise.from_party
    to_party = to_magic.party(Side.TO) if to_magic else otherwise.to_party
    if from_party.gives_up_after is not None and to_party.reaction is Reaction.ANSWERS:
        # Leg 1 hangs up while leg 2 rings: leg 2 has to keep ringing for that.
        to_party = PartyStory(reaction=Reaction.NO_ANSWER)
    return Story(
        from_party=from_party,
        to_party=to_party,
        talk=None if teller.outcome == "8" else teller.talk,
        hangs_up=side.other if teller.outcome == "7" else side,
    )
