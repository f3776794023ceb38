"""Any course of calls against an application of yours, with callbacks in order and time that moves on demand."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mockserver.domain.call import Call
from mockserver.domain.story import Story
from mockserver.drawing import people
from mockserver.drawing.orders import form_order, json_order, wanting_callbacks
from mockserver.drawing.stage import Stage
from mockserver.drawing.wire import SAMPLE, Access, Callback, Request, Response
from mockserver.strategies.decisions import DrawnChoices
from mockserver.strategies.domain import stories

_WORDS = ("answer", "reject", "hangup", "digits")
_SECONDS = (1.0, 0.5, 3.0, 30.0, 600.0, 20_000.0)
_MOST_TICKS = 10_000


@st.composite
def _orders(draw: st.DrawFn) -> Request:
    """A request that places a call through the operation of the machine, and wants to be told of it."""
    choices, operation = DrawnChoices(draw), draw(st.runner()).operation
    order = form_order if operation.startswith("exotel-v1.") else json_order
    return wanting_callbacks(choices, order(choices, SAMPLE, operation))


class CallMachine(RuleBasedStateMachine):
    """Places calls, lets the parties act, moves time and hands over callbacks in the order of the provider.

    Extend it for an application: override `place` (let the application place the call), `receive` (let it have a
    callback) and the two checks; add rules of your own. `operation` says through which API calls are placed. The server
    is in this process, answers `ask`, and sends nothing over any network.

        class MyApplication(CallMachine):
            def receive(self, callback):
                return self.client.post("/webhooks/calls", content=callback.content).status_code

            def check(self):
                assert len(self.application.open_calls) <= len(self.living)

        TestMyApplication = MyApplication.TestCase
    """

    operation = "exotel-v3.create-call"
    access: Access = SAMPLE

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        self.callbacks: list[Callback] = []

    # For applications to override.

    def place(self, request: Request) -> Response:
        """Let a call be placed; by default the request is simply sent. A refusal is no mistake."""
        return self.ask(request)

    def receive(self, callback: Callback) -> int:
        """Have a callback; the status that the application answers. By default it is only kept in `callbacks`."""
        del callback
        return HTTPStatus.OK

    def check(self) -> None:
        """Asserts what holds after each step."""

    def check_at_end(self) -> None:
        """Asserts what holds when every call is over and every callback has been handed over."""

    # For applications to use.

    def ask(self, request: Request) -> Response:
        """What the server answers to a request of the application."""
        return self.stage.ask(request)

    @property
    def calls(self) -> list[Call]:
        """All calls there have been, in order."""
        store = self.stage.world.store
        return [store.call_of_serial(serial) for serial in range(1, len(store) + 1)]

    @property
    def living(self) -> list[Call]:
        return [call for call in self.calls if not call.is_over]

    # What happens.

    @rule(order=_orders(), story=stories())
    def a_call_is_placed(self, order: Request, story: Story) -> None:
        self.stage.tell_next(story)
        if self.place(order).status >= HTTPStatus.BAD_REQUEST:
            self.stage.control("DELETE", "/scenarios")

    @rule(caller=st.sampled_from(("+919811112222", "+919833334444")))
    def somebody_calls(self, caller: str) -> None:
        self.stage.control("POST", f"/numbers/{people.EXOPHONES[0]}/incoming", {"from": caller})

    @precondition(lambda self: self.living)
    @rule(word=st.sampled_from(_WORDS), side=st.sampled_from((None, "from", "to")), which=st.integers(0, 2))
    def a_party_acts(self, word: str, side: str | None, which: int) -> None:
        """What makes no sense at that moment changes nothing."""
        living = self.living
        call = living[-1 - which % len(living)]
        body: dict[str, Any] = {"side": side, "digits": "1"} if word == "digits" else {"side": side}
        self.ask(Request(method="POST", path=f"{self.access.control}/calls/{call.sid}/{word}", json=body))

    @rule(seconds=st.sampled_from(_SECONDS))
    def time_passes(self, seconds: float) -> None:
        self.stage.advance(seconds)

    @rule()
    def the_next_thing_happens(self) -> None:
        self.stage.tick()

    @invariant()
    def the_application_is_told_and_checked(self) -> None:
        self._hand_over()
        self.check()

    def teardown(self) -> None:
        for _ in range(_MOST_TICKS):
            if not self.stage.tick():
                break
            self._hand_over()
        self.check_at_end()

    def _hand_over(self) -> None:
        sent = self.stage.world.store.deliveries()
        for one in sent[len(self.callbacks) :]:
            wire = one.request
            callback = Callback(wire.method, wire.url, wire.headers, wire.body, ())
            self.callbacks.append(callback)
            self.receive(callback)
