"""Sids: 28 hexadecimal digits and a date suffix."""

from __future__ import annotations

from datetime import datetime
from random import Random

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def date_suffix(local: datetime) -> str:
    """Two hex digits of the year since 2000, then month and day in base 36: `16b2` is 2022-11-02."""
    return f"{(local.year - 2000) % 256:02x}{_BASE36[local.month]}{_BASE36[local.day]}"


def new_sid(rng: Random, local: datetime) -> str:
    """A sid as the provider makes them; `local` is the account's local time."""
    return f"{rng.getrandbits(112):028x}{date_suffix(local)}"


def new_leg_sid(rng: Random, call_sid: str) -> str:
    """The sid of a leg, with the date of its call."""
    return f"{rng.getrandbits(112):028x}{call_sid[-4:]}"
