"""`mockserver deliveries`: the callbacks of a world, and sending them again."""

from __future__ import annotations

from cyclopts import App

from mockserver.cli.printing import print_message, print_table
from mockserver.cli.target import USUAL_WORLD, OnWorld, WorldTarget, print_json, told
from mockserver.control.record_views import AttemptView, DeliveryView
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import DeliveryState
from mockserver.testing.client.blocking.world import World
from mockserver.testing.client.fields import DeliveryQuery

app = App(name="deliveries", help="The callbacks of a world.", config=())


@app.default
@app.command(name="list")
def list_deliveries(
    *,
    call: str | None = None,
    state: DeliveryState | None = None,
    event: CallEvent | None = None,
    sent_to: str | None = None,
    target: OnWorld = USUAL_WORLD,
) -> int:
    """List the callbacks, oldest first.

    Parameters
    ----------
    call
        Only those of this call.
    state
        Only those in this state.
    event
        Only those about this event.
    sent_to
        Only those to URLs that fit this pattern with * and ?.
    """
    return told(lambda: _list(target, {"call_sid": call, "state": state, "event": event, "url": sent_to}))


@app.command
def show(delivery_id: str, *, target: OnWorld = USUAL_WORLD) -> int:
    """Show a callback with all attempts.

    Parameters
    ----------
    delivery_id
        Its id, such as d1.
    """
    return told(lambda: _show(target, delivery_id))


@app.command
def redeliver(
    delivery_id: str, *, body: str | None = None, send_to: str | None = None, target: OnWorld = USUAL_WORLD
) -> int:
    """Send a callback again.

    Parameters
    ----------
    delivery_id
        Its id, such as d1.
    body
        What to send instead of its body.
    send_to
        The URL to send it to instead.
    """
    return told(lambda: _redeliver(target, delivery_id, body, send_to))


def _list(target: WorldTarget, match: DeliveryQuery) -> None:
    with target.entered() as world:
        views = _all(world, match)
    if target.json:
        for view in views:
            print_json(view)
        return
    rows = [
        (one.id, f"{one.created_at:%H:%M:%S}", one.call_sid, one.event, one.leg, *_last(one), one.url) for one in views
    ]
    print_table(("ID", "TIME", "CALL", "EVENT", "LEG", "STATE", "TRIES", "STATUS", "URL"), rows)


def _all(world: World, match: DeliveryQuery) -> list[DeliveryView]:
    page = world.deliveries(**match)
    views = page.deliveries
    while page.next is not None:
        page = world.deliveries(after=page.next, **match)
        views += page.deliveries
    return views


def _last(view: DeliveryView) -> tuple[str, int, object]:
    """State, number of attempts, and how the last one ended."""
    last = view.attempts[-1] if view.attempts else None
    return view.state, len(view.attempts), _ended(last) if last else None


def _ended(attempt: AttemptView) -> object:
    return attempt.status if attempt.error is None else attempt.error.partition(":")[0]


def _show(target: WorldTarget, delivery_id: str) -> None:
    with target.entered() as world:
        view = world.get_delivery(delivery_id)
    if target.json:
        print_json(view)
        return
    print(f"{view.id}  {view.event} of call {view.call_sid}: {view.state}")
    print_message(f"\n{view.method} {view.url}", view.headers, view.body)
    for one in view.attempts:
        ended = one.error or one.status
        title = f"\nattempt {one.number} at {one.at:%H:%M:%S}, {one.seconds * 1000:.0f} ms: {ended}"
        print_message(title, one.headers, one.body)


def _redeliver(target: WorldTarget, delivery_id: str, body: str | None, url: str | None) -> None:
    with target.entered() as world:
        view = world.redeliver(delivery_id, body=body, url=url)
    if target.json:
        print_json(view)
    else:
        print(f"{view.id} repeats {delivery_id}: {view.method} {view.url}")
