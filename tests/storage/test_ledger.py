"""The deliveries of a world."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.domain.errors import UnknownDelivery
from mockserver.engine.delivery import DeliveryState
from mockserver.storage.ledger import Ledger


@pytest.fixture
def ledger():
    """No deliveries yet."""
    return Ledger()


def test_deliveries_are_kept_in_the_order_of_their_creation(ledger, call, delivery):
    """All of them, and those of one call; a change leaves them in their place."""
    one, two = call(1), call(2)
    for name, of in (("d1", one), ("d2", two), ("d3", one)):
        ledger.put(delivery(name, of))
    ledger.put(delivery("d1", one, DeliveryState.DELIVERED))

    assert ["d1", "d2", "d3"] == [kept.id for kept in ledger.all()]
    assert ["d1", "d3"] == [kept.id for kept in ledger.of_call(one.sid)]
    assert [] == ledger.of_call("unknown")


def test_a_delivery_is_found_as_it_was_put_last(ledger, call, delivery):
    """An id names one delivery."""
    ledger.put(delivery("d1", call(1)))
    ledger.put(delivery("d1", call(1), DeliveryState.FAILED))

    assert DeliveryState.FAILED is ledger.get("d1").state


def test_an_unknown_delivery_is_refused(ledger):
    """The message names it."""
    with pytest.raises(UnknownDelivery, match="d9"):
        ledger.get("d9")


@pytest.mark.parametrize(
    ("states", "is_open"),
    [
        ((), False),
        ((DeliveryState.PENDING,), True),
        ((DeliveryState.PENDING, DeliveryState.RETRYING), True),
        ((DeliveryState.PENDING, DeliveryState.DELIVERED), False),
        ((DeliveryState.PENDING, DeliveryState.RETRYING, DeliveryState.FAILED), False),
        ((DeliveryState.PENDING, DeliveryState.BLOCKED), False),
        ((DeliveryState.DELIVERED, DeliveryState.DELIVERED), False),
        ((DeliveryState.FAILED, DeliveryState.PENDING), True),
    ],
)
def test_a_delivery_is_open_until_its_state_is_final(states, is_open, ledger, call, delivery):
    """Pending and retrying are open; delivered, failed and blocked are not."""
    for state in states:
        ledger.put(delivery("d1", call(1), state))

    assert is_open is ledger.has_open(call(1).sid)


def test_a_call_is_open_as_long_as_one_of_its_deliveries(ledger, call, delivery):
    """Other calls do not matter."""
    pending = delivery("d2", call(1))
    ledger.put(delivery("d1", call(1), DeliveryState.DELIVERED))
    ledger.put(pending)
    ledger.put(delivery("d3", call(2)))
    before = ledger.has_open(call(1).sid)
    ledger.put(replace(pending, state=DeliveryState.DELIVERED))

    assert (True, False, True) == (before, ledger.has_open(call(1).sid), ledger.has_open(call(2).sid))


def test_a_forgotten_call_takes_its_deliveries_along(ledger, call, delivery):
    """Those of others stay."""
    ledger.put(delivery("d1", call(1)))
    ledger.put(delivery("d2", call(2)))
    ledger.forget_call(call(1).sid)

    assert ["d2"] == [kept.id for kept in ledger.all()]
    assert not ledger.has_open(call(1).sid)
    with pytest.raises(UnknownDelivery):
        ledger.get("d1")
