"""Who is called, and in how many ways a number can be written."""

from __future__ import annotations

from enum import StrEnum

from mockserver.drawing.choices import Choices

EXOPHONES = ("+912241499102", "+911414941199", "+918047112345")
# Users of the sample directory by what comes of dialling them.
FREE_PHONE, FREE_SIP, OFF_PHONE, UNVERIFIED_PHONE = (
    "+919810000001",
    "sip:agent1002",
    "+919810000003",
    "+919810000004",
)
_CUSTOMERS = ("+919811112222", "+919833334444", "+919876543210", "+918041234567", "+911141234567")
_FOREIGN = ("+14155552671", "+442079460018", "+6591234567", "+971501234567")
EVERYWHERE = (*_CUSTOMERS, *_FOREIGN)
_SHARED_DIGITS = 3
# Each is refused wherever a number is asked for.
_NO_NUMBERS = ("abc", "12", "+", "+91", "98765 43210 98765 43210", "sip:", "+9198100O0001", "++919811112222", "९८")


class NumberKind(StrEnum):
    """How a number is written: E.164; in another way that is understood; in one that is not."""

    VALID = "valid"
    ODD = "odd"
    INVALID = "invalid"


def number(choices: Choices, kind: NumberKind = NumberKind.VALID) -> str:
    """A phone number. The simplest is a sample customer's; magic numbers are among the valid ones."""
    if kind is NumberKind.INVALID:
        return choices.one_of(_NO_NUMBERS)
    known = _valid(choices)
    return known if kind is NumberKind.VALID else _oddly(choices, known)


def _valid(choices: Choices) -> str:
    source = choices.whole(0, _SHARED_DIGITS)
    if source == 0:
        return choices.one_of(_CUSTOMERS)
    if source == 1:
        return f"+91981{choices.whole(0, 9_999_999):07d}"
    return magic_number(choices) if source == _SHARED_DIGITS - 1 else choices.one_of(_FOREIGN)


def magic_number(choices: Choices) -> str:
    """A number that tells its own story: 99000, outcome, two digits of ringing, two of talking."""
    outcome, ring, talk = choices.whole(0, 8), choices.whole(0, 29), choices.whole(0, 99)
    return f"+9199000{outcome}{ring:02d}{talk:02d}"


def _oddly(choices: Choices, known: str) -> str:
    if not known.startswith("+91"):
        return choices.one_of((f"00{known[1:]}", f"tel:{known}"))
    national = known[3:]
    return choices.one_of(
        (
            f"0{national}",
            national,
            f"91{national}",
            f"0091{national}",
            f"tel:{known}",
            f" +91 {national[:5]}-{national[5:]} ",
            f"+91 ({national[:2]}) {national[2:]}",
        )
    )


def spelt(choices: Choices) -> str:
    """A number that is understood, mostly in E.164."""
    return number(choices, choices.one_of((NumberKind.VALID, NumberKind.VALID, NumberKind.ODD)))


def email(choices: Choices) -> str:
    [(first, last)] = choices.names(1)
    letters = "".join(letter for letter in f"{first}.{last}".lower() if letter.isascii() and letter not in " '")
    return f"{letters}.{choices.whole(1, 9_999)}@example.com"
