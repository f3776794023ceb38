"""What lies between a call that tells something and its callback on the wire: the faults of callbacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import anyio

from mockserver.domain.call import Call
from mockserver.domain.order import CallEvent, Order, Subscription
from mockserver.engine.delivery import Delivery, DeliveryState, OutboundRequest
from mockserver.engine.dispatcher import Dispatcher
from mockserver.engine.faults import effects
from mockserver.engine.faults.book import Injection
from mockserver.engine.faults.effects import Effect, Swapped
from mockserver.engine.faults.payloads import corrupted, found_name, optional_names, payload_of, with_event
from mockserver.engine.faults.rules import Told
from mockserver.engine.parking import ANY_CALL, Parked
from mockserver.engine.world import World

FAULT_HEADER = "X-Mockserver-Fault"


@dataclass(frozen=True, slots=True)
class Overtaking:
    """An answer that waits until the first callback of its call has left; `seconds` real ones at most."""

    fault: str
    seconds: float
    subscription: Subscription
    has_left: anyio.Event = field(default_factory=anyio.Event, compare=False)


class Outbox:
    """One world's. Every callback passes: `tampered` when it is worded, `post` when it is on record."""

    def __init__(self, world: World, dispatcher: Dispatcher) -> None:
        self._world = world
        self._dispatcher = dispatcher
        self._overtaking: dict[str, Overtaking] = {}
        dispatcher.on_attempt = self._attempted
        # Called with a question after the attempt to send it.
        self.on_answer: Callable[[Delivery], None] = lambda _: None

    # The answer to the request that placed a call

    def begin(self, call_sid: str, order: Order) -> None:
        """A call is being placed: its callbacks wait for the answer, unless one is to overtake it."""
        overtaking = self._overtaken_by(order) if self._world.faults.rules else None
        if overtaking is None:
            self._dispatcher.withhold(call_sid)
        else:
            self._overtaking[call_sid] = overtaking

    def _overtaken_by(self, order: Order) -> Overtaking | None:
        contacts = _contacts(order)
        for subscription in order.subscriptions:
            injection = self._world.faults.hit_answer(_told(subscription.event, subscription, contacts))
            if injection is not None and isinstance(injection.effect, effects.Overtake):
                return Overtaking(injection.rule.id, injection.effect.seconds, subscription)
        return None

    def overtaking(self, call_sid: str) -> Overtaking | None:
        return self._overtaking.get(call_sid)

    def answer_sent(self, call_sid: str) -> None:
        if self._overtaking.pop(call_sid, None) is None:
            self._dispatcher.release(call_sid)

    def _attempted(self, delivery: Delivery) -> None:
        if delivery.is_question:
            self.on_answer(delivery)
            return
        overtaking = self._overtaking.get(delivery.call_sid)
        if overtaking is not None and delivery.fault == overtaking.fault:
            overtaking.has_left.set()

    # A callback

    def tampered(self, worded: Sequence[tuple[Delivery, Subscription]], call: Call) -> tuple[Delivery, ...]:
        """What becomes of deliveries: each stays, is changed, or has others behind it."""
        if not self._world.faults.rules and not self._overtaking:
            return tuple(delivery for delivery, _ in worded)
        return tuple(one for delivery, subscription in worded for one in self._fate(delivery, subscription, call))

    def _fate(self, delivery: Delivery, subscription: Subscription, call: Call) -> Sequence[Delivery]:
        if delivery.state.is_final or delivery.is_question:
            return (delivery,)
        overtaking = self._overtaking.get(call.sid)
        if overtaking is not None and overtaking.subscription == subscription:
            return (_labelled(delivery, overtaking.fault),)
        told = _told(delivery.event, subscription, _contacts(call.order))
        injection = self._world.faults.hit_callback(told, lambda effect: _can_suffer(effect, delivery, subscription))
        return (delivery,) if injection is None else self._injected(delivery, subscription, injection)

    def _injected(self, delivery: Delivery, subscription: Subscription, injection: Injection) -> Sequence[Delivery]:
        effect, marked = injection.effect, _labelled(delivery, injection.rule.id)
        match effect:
            case effects.Drop():
                return (replace(marked, state=DeliveryState.DROPPED),)
            case effects.Duplicate():
                return (delivery, *(self._another(marked, repeats=delivery.id) for _ in range(effect.copies)))
            case effects.ExtraEvent():
                request = with_event(payload_of(marked.request, subscription.url), effect.word)
                return (delivery, replace(self._another(marked), request=request))
            case effects.Delay():
                self._park(marked, effect.seconds)
            case effects.Swap():
                self._park(marked, effect.seconds, ANY_CALL if effect.behind is Swapped.ANY else delivery.call_sid)
        return (replace(marked, request=_changed(marked.request, subscription, injection)),)

    def _another(self, delivery: Delivery, *, repeats: str | None = None) -> Delivery:
        return replace(delivery, id=f"d{self._world.next_number('delivery')}", redelivers=repeats)

    def _park(self, delivery: Delivery, seconds: float, behind: str | None = None) -> None:
        due = self._world.clock.now() + timedelta(seconds=seconds)
        self._world.parking.park(delivery.id, Parked(due, behind))

    def post(self, deliveries: Iterable[Delivery]) -> None:
        """Send deliveries that are on record, or let them wait for their moment."""
        for delivery in deliveries:
            self._post(delivery)

    def _post(self, delivery: Delivery) -> None:
        world, parked = self._world, self._world.parking.find(delivery.id)
        if delivery.state is DeliveryState.DROPPED:
            self._tell("delivery.dropped", delivery)
        elif parked is not None:
            self._tell("delivery.held", delivery, due=str(parked.due))
            world.store.retry_at(parked.due, delivery)
        elif not delivery.state.is_final:
            # What is asked for the call's own sake must not hold up what is told of it.
            self._dispatcher.enqueue(delivery, is_retry=delivery.is_question)
            self._follow(delivery)

    def ask(self, question: Delivery) -> None:
        """Send a question that is on record, without waiting for what else is being told."""
        if question.state.is_final:
            self.on_answer(question)
        else:
            self._dispatcher.enqueue(question, is_retry=True)

    def _follow(self, first: Delivery) -> None:
        """Send what was to go behind a delivery."""
        for delivery_id in self._world.parking.follow(first.id, first.call_sid):
            self._dispatcher.enqueue(self._world.store.delivery(delivery_id), behind=first)

    def due(self, delivery_id: str, due: datetime) -> None:
        """The moment of a delivery has come: of one that waits, or of a further attempt."""
        if not self._world.parking.leave(delivery_id, due):
            return
        delivery = self._world.store.delivery(delivery_id)
        self._dispatcher.enqueue(delivery, is_retry=True)
        if not delivery.attempts:
            self._follow(delivery)

    def clear(self) -> None:
        """Forget all that waits."""
        for overtaking in self._overtaking.values():
            overtaking.has_left.set()
        self._overtaking.clear()
        self._world.parking.clear()
        self._dispatcher.clear()

    def _tell(self, kind: str, delivery: Delivery, **facts: str) -> None:
        self._world.events.append(
            delivery.created_at,
            kind,
            delivery.call_sid,
            delivery=delivery.id,
            event=delivery.event,
            leg=delivery.leg_number,
            url=delivery.request.url,
            fault=delivery.fault,
            **facts,
        )


def _can_suffer(effect: Effect, delivery: Delivery, subscription: Subscription) -> bool:
    if not isinstance(effect, effects.MissingField):
        return True
    payload = payload_of(delivery.request, subscription.url)
    return bool(optional_names(payload)) if effect.field is None else found_name(payload, effect.field) is not None


def _changed(request: OutboundRequest, subscription: Subscription, injection: Injection) -> OutboundRequest:
    match injection.effect:
        case effects.Corrupt(count):
            return corrupted(request, count, injection.rng)
        case effects.MissingField(field):
            payload = payload_of(request, subscription.url)
            name = found_name(payload, field) if field else injection.rng.choice(optional_names(payload))
            return payload.without(name) if name else request
    return request


def _labelled(delivery: Delivery, fault: str) -> Delivery:
    request = delivery.request
    headers = (*request.headers, (FAULT_HEADER, fault))
    return replace(delivery, fault=fault, request=replace(request, headers=headers))


def _told(event: CallEvent, subscription: Subscription, contacts: frozenset[str]) -> Told:
    return Told(event, subscription.method, urlsplit(subscription.url).path, contacts)


def _contacts(order: Order) -> frozenset[str]:
    parties = (order.from_party, order.to_party, *(order.route.parties if order.route else ()))
    return frozenset(party.contact.key for party in parties if party is not None)
