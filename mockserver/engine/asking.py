"""What a flow asks the application: sent like a callback, and the answer is an input of the call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from mockserver.domain.applets import Answer, Connect, Connecting, Dial
from mockserver.domain.call import Call
from mockserver.domain.effects import Ask, Input, Notify, Step
from mockserver.domain.errors import UnknownCall, UnknownDelivery
from mockserver.domain.states import Trigger
from mockserver.engine.connecting import connecting
from mockserver.engine.delivery import Delivery, DeliveryState, Reply
from mockserver.engine.ports import AnswerReader, CallbackWriter, Heard
from mockserver.engine.wording import worded_delivery
from mockserver.engine.world import World

_log = logging.getLogger(__name__)
# What to do about an answer that did not come, by the reason; the attempt on record has the details.
_MENDS = {
    "timeout": "it is waited for {patience:g} s; answer first, and work later",
    "refused": "nothing listens at this URL; start the application, or mend the URL",
    "closed": "the connection ended before the answer did; look for a crash in the application's log",
}
_TOO_LATE = "nobody waits for this answer any more: the call went on without it"


class Asking:
    """One world's questions. `feed` lets an input happen to a call now."""

    def __init__(
        self,
        world: World,
        writers: Mapping[str, CallbackWriter],
        readers: Mapping[str, AnswerReader],
        feed: Callable[[Call, Input, datetime], Call],
    ) -> None:
        self._world = world
        self._writers = writers
        self._readers = readers
        self._feed = feed

    def worded(self, stepped: Step) -> tuple[Delivery, ...]:
        """The requests of a step's questions that are for the application."""
        asks = (effect for effect in stepped.effects if isinstance(effect, Ask))
        return tuple(
            replace(
                worded_delivery(self._writers, self._world, Notify(ask.subscription), stepped.call), asks=ask.number
            )
            for ask in asks
            if ask.subscription is not None
        )

    def answered(self, stepped: Step, at: datetime) -> Call:
        """The call after its questions that are for the platform itself are answered."""
        call = stepped.call
        for ask in stepped.effects:
            if isinstance(ask, Ask) and ask.subscription is None:
                applet = call.applet
                dial = applet.dial if isinstance(applet, Connect) else Dial()
                call = self._tell(call, ask.number, self._connecting(call, dial, at), at)
        return call

    def heard(self, delivery: Delivery) -> None:
        """The attempt to send a question is over: let the call have the answer, if it waits for one."""
        at, heard = self._world.clock.now(), self._understood(delivery)
        # Who answers too late is waited for until the call's own timer says so.
        if not delivery.asks or _reason(delivery) == "timeout":
            self._note(delivery, heard.complaints, at)
            return
        try:
            call = self._world.store.call(delivery.call_sid)
        except UnknownCall:
            return  # a reset has forgotten it
        if call.progress.open_ask != delivery.asks:
            self._note(delivery, (*heard.complaints, _TOO_LATE), at)
            return
        self._note(delivery, heard.complaints, at)
        told = self._connecting(call, heard.answer, at) if isinstance(heard.answer, Dial) else heard.answer
        self._tell(call, delivery.asks, told, at)

    def _understood(self, delivery: Delivery) -> Heard:
        last = delivery.attempts[-1]
        if last.reply is not None:
            return self._read(delivery, last.reply)
        if delivery.state is DeliveryState.BLOCKED:
            return Heard(None, (last.error or "",))
        # Without the words of the error, which hold ports and times: what is told is the same in every run.
        settings, reason = self._world.settings, _reason(delivery)
        patience = settings.pace.answer_within if delivery.asks else settings.callback_timeout
        mend = _MENDS.get(reason, "the delivery's attempt says more")
        return Heard(None, (f"no answer ({reason}): " + mend.format(patience=patience),))

    def _read(self, delivery: Delivery, reply: Reply) -> Heard:
        try:
            return self._readers[delivery.dialect](delivery.event, delivery.variant, reply)
        except Exception:  # noqa: BLE001  logged; the call goes on as if there were no answer
            _log.exception("the answer to %s cannot be read", delivery.id)
            return Heard(None, ("mockserver could not read this answer; its log has the trace",))

    def _connecting(self, call: Call, dial: Dial, at: datetime) -> Connecting:
        found, passed_over = connecting(self._world, call, dial)
        for why in passed_over:
            self._world.events.note(at, "agent.passed-over", call.sid, why=why)
        return found

    def _tell(self, call: Call, number: int, answer: Answer | None, at: datetime) -> Call:
        connects = isinstance(answer, Connecting) and bool(answer.route.parties)
        return self._feed(call, Input(Trigger.CONNECT if connects else Trigger.TOLD, ask=number, answer=answer), at)

    def _note(self, delivery: Delivery, complaints: tuple[str, ...], at: datetime) -> None:
        """Put on record what is wrong with an answer."""
        if not complaints:
            return
        store = self._world.store
        try:
            store.put_delivery(replace(store.delivery(delivery.id), complaints=complaints))
        except UnknownDelivery:
            return
        for complaint in complaints:
            self._world.events.append(
                at,
                "answer.disliked",
                delivery.call_sid,
                delivery=delivery.id,
                event=delivery.event,
                url=delivery.request.url,
                why=complaint,
            )


def _reason(delivery: Delivery) -> str:
    """Why there is no answer, in a word; empty if there is one."""
    return (delivery.attempts[-1].error or "").partition(":")[0]
