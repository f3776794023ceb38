"""Runs one story under every legal disorder of its callbacks, and says which the application does not survive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from mockserver.control.fault_bodies import Kind
from mockserver.control.record_views import DeliveryView
from mockserver.engine.delivery import OutboundRequest
from mockserver.engine.faults.payloads import optional_names, payload_of
from mockserver.testing.client.blocking.client import Client
from mockserver.testing.client.fields import WorldFields
from mockserver.testing.endings import server_errors
from mockserver.testing.orders import IN_ORDER, KINDS, Expected, Order, orders
from mockserver.testing.received import event_word
from mockserver.testing.suite_world import SuiteWorld

Story = Callable[[SuiteWorld], Any]
Check = Callable[[Any], Any]
_MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """An order under which the check fails, why, and what happened."""

    order: Order
    error: BaseException
    ladder: str


@dataclass(frozen=True, slots=True)
class Exploration:
    """How many orders were run, and the smallest that failed: none of them includes another."""

    runs: int
    failures: tuple[Failure, ...]


class OrdersFailed(AssertionError):
    """There are orders that the application does not survive."""

    def __init__(self, exploration: Exploration) -> None:
        super().__init__(exploration)
        self.exploration = exploration

    @property
    def failures(self) -> tuple[Failure, ...]:
        return self.exploration.failures

    def __str__(self) -> str:
        failures = self.failures
        heading = f"{len(failures)} smallest of {self.exploration.runs} orders of callbacks fail"
        told = [_told(one) for one in failures]
        more = [f"\n... and {len(failures) - _MOST_TOLD} more"] if len(failures) > _MOST_TOLD else []
        return "\n".join([heading, *told[:_MOST_TOLD], *more])


def explore(
    client: Client,
    story: Story,
    check: Check | None = None,
    *,
    kinds: Iterable[Kind] = KINDS,
    most: int | None = None,
    **settings: Unpack[WorldFields],
) -> Exploration:
    """Run a story in order, then under every disorder of its callbacks, each in a fresh world with the same seed.

    `story` takes the world, places calls there and moves its clock; what it returns (the world, if nothing) `check`
    gets when nothing is left to happen. Either fails by raising, `check` also by returning False; so does a double
    dial, and an answer of 500 or above to a callback. Worlds are made with `settings`; at most `most` orders are run,
    and none that includes one that has failed.

    Raises OrdersFailed, which names the smallest orders that fail.
    """
    runs = 1
    failure, expected = _run(client, IN_ORDER, story, check, settings)
    if failure is not None:
        raise OrdersFailed(Exploration(runs, (failure,)))
    failures: list[Failure] = []
    for order in orders(expected, kinds, most=most):
        if not order.disorders or any(order.includes(known.order) for known in failures):
            continue
        runs += 1
        failure, _ = _run(client, order, story, check, settings)
        if failure is not None:
            failures.append(failure)
    exploration = Exploration(runs, tuple(failures))
    if failures:
        raise OrdersFailed(exploration)
    return exploration


def _run(
    client: Client, order: Order, story: Story, check: Check | None, settings: WorldFields
) -> tuple[Failure | None, list[Expected]]:
    with SuiteWorld.of(client.create_world(**settings)) as world:
        world.disorder(order)
        try:
            told = story(world)
            world.settle()
            verdict = check(world if told is None else told) if check is not None else None
            if verdict is False:
                raise AssertionError("the check returned False")  # noqa: TRY301  as a check that raises it does
            world.check()
            _check_answers(world)
        except Exception as error:  # noqa: BLE001  whatever goes wrong in an application is what is looked for
            return Failure(order, error, world.ladder()), []
        return None, expected_of(list(world.all_deliveries()))


def _check_answers(world: SuiteWorld) -> None:
    """An application that breaks on a callback has not survived it, whatever it has come to."""
    broken = [] if "server-errors" in world.allowed else list(server_errors(world))
    if broken:
        raise AssertionError("\n".join(broken))


def expected_of(deliveries: Sequence[DeliveryView]) -> list[Expected]:
    """The callbacks of a story that went as it should."""
    last = max((one.created_at for one in deliveries), default=None)
    return [
        Expected(
            event_word(one.event),
            _field_names(one),
            (last - one.created_at).total_seconds() if last is not None else 0.0,
        )
        for one in deliveries
    ]


def _field_names(delivery: DeliveryView) -> tuple[str, ...]:
    body = (delivery.body.text or "").encode()
    request = OutboundRequest(delivery.method, delivery.url, tuple(delivery.headers), body)
    return tuple(optional_names(payload_of(request, delivery.url)))


def _told(failure: Failure) -> str:
    what = f"{_words(failure.error)}\n{failure.ladder}"
    return f"\n{failure.order.name}: {failure.order}\n{_indented(what)}"


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
