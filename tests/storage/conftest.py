"""Calls in any phase of their life, ready to be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mockserver.domain.call import Call, CallState, Leg, LegState, Outcome
from mockserver.domain.contact import Contact
from mockserver.domain.order import DEFAULT_PACE, CallEvent, Order, Party
from mockserver.domain.story import DEFAULT_STORY, Side
from mockserver.engine.delivery import Delivery, DeliveryState, OutboundRequest

START = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)
CALLER = Party(Contact("+919810012345"))
CALLEE = Party(Contact("+919820012345"))
EXOPHONE = Contact("+912241499102")


def make_call(number: int, *, seconds: float | None = None, talk: float | None = 20.0, **order: object) -> Call:
    """Call number n, placed n seconds after the start (or after `seconds`); settled, or alive when `talk` is None."""
    created = START + timedelta(seconds=number if seconds is None else seconds)
    alive = Call(
        sid=f"{number:032x}",
        account_sid="mock",
        order=replace(Order(CALLER, CALLEE, EXOPHONE), **order),
        story=DEFAULT_STORY,
        pace=DEFAULT_PACE,
        state=CallState.TALKING,
        created_at=created,
        updated_at=created,
    )
    return alive if talk is None else settled(alive, talk)


def settled(call: Call, talk: float) -> Call:
    """The call after its end: both answered at once and talked that long."""
    dialled = call.start_at
    ended = dialled + timedelta(seconds=talk)
    legs = tuple(
        Leg(number, side, party, f"{number:032x}", LegState.COMPLETED, dialled, ended, dialled, ended)
        for number, (side, party) in enumerate(((Side.FROM, call.order.from_party), (Side.TO, CALLEE)), 1)
    )
    late = ended + timedelta(seconds=120)
    return replace(
        call,
        state=CallState.SETTLED,
        legs=legs,
        outcome=Outcome.COMPLETED,
        updated_at=late,
        ended_at=ended,
        processed_at=ended + timedelta(seconds=1),
        settled_at=late,
    )


@pytest.fixture(scope="session")
def start() -> datetime:
    """The moment from which calls are counted."""
    return START


@pytest.fixture(scope="session")
def call() -> Callable[..., Call]:
    """Makes calls by number."""
    return make_call


@pytest.fixture(scope="session")
def settle() -> Callable[[Call, float], Call]:
    """Lets a living call come to its end and settle."""
    return settled


@pytest.fixture(scope="session")
def delivery() -> Callable[..., Delivery]:
    """Makes a delivery of a call by id and state."""

    def make_delivery(delivery_id: str, of: Call, state: DeliveryState = DeliveryState.PENDING) -> Delivery:
        request = OutboundRequest("POST", "http://localhost/callback", (), b"{}")
        return Delivery(delivery_id, of.sid, CallEvent.OVER, None, request, START, state)

    return make_delivery
