"""`mockserver requests`: what the application asked of a world, and was answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cyclopts import App, Parameter

from mockserver.cli.printing import print_message, print_row
from mockserver.cli.target import USUAL_WORLD, OnWorld, WorldTarget, print_json, told
from mockserver.control.record_views import ExchangeView
from mockserver.testing.client.blocking.world import World
from mockserver.testing.client.fields import RequestQuery

_WIDTHS = (6, 8, 6, 6, 44, 1)

app = App(name="requests", help="The requests of the application, with their answers.", config=())


@app.default
@app.command(name="list")
def list_requests(
    *,
    follow: Annotated[bool, Parameter(negative=())] = False,
    refused: Annotated[bool, Parameter(negative=())] = False,
    status: str | None = None,
    path: str | None = None,
    number: str | None = None,
    target: OnWorld = USUAL_WORLD,
) -> int:
    """List the requests, oldest first.

    Parameters
    ----------
    follow
        Go on with those that come, until Ctrl-C.
    refused
        Only those that were not served.
    status
        Only those answered so, such as 404, or 4xx.
    path
        Only paths that fit this pattern with * and ?.
    number
        Only those that name this phone number, in any spelling.
    """
    match: RequestQuery = {"refused": refused, "status": status, "path": path, "number": number}
    return told(lambda: _list(target, match, follows=follow))


@app.command
def show(request_id: str, *, target: OnWorld = USUAL_WORLD) -> int:
    """Show a request with its answer.

    Parameters
    ----------
    request_id
        Its id, such as q1.
    """
    return told(lambda: _show(target, request_id))


def _list(target: WorldTarget, match: RequestQuery, *, follows: bool) -> None:
    with target.entered() as world:
        if not target.json:
            print_row(("ID", "TIME", "METHOD", "STATUS", "PATH", "NOTE"), _WIDTHS)
        views = _followed(world, match) if follows else _behind(world, None, match)
        for view in views:
            if target.json:
                print_json(view)
            else:
                print_row(_row(view), _WIDTHS)


def _behind(world: World, after: str | None, match: RequestQuery) -> Iterator[ExchangeView]:
    """All requests behind an id, page by page."""
    page = world.requests(after=after, **match)
    yield from page.requests
    while page.next is not None:
        page = world.requests(after=page.next, **match)
        yield from page.requests


def _followed(world: World, match: RequestQuery) -> Iterator[ExchangeView]:
    """What there is, and then what comes. The feed only wakes: what a filter means, the server knows."""
    with world.follow(kind="request") as events:
        last: str | None = None
        for view in _behind(world, None, match):
            last = view.id
            yield view
        for event in events:
            told = str(event.facts["request"])
            if last is not None and _number(told) <= _number(last):
                continue
            for view in _behind(world, last, match):
                last = view.id
                yield view
            last = told if last is None else max(last, told, key=_number)


def _number(request_id: str) -> int:
    return int(request_id[1:])


def _row(view: ExchangeView) -> tuple[object, ...]:
    target = f"{view.path}?{view.query}" if view.query else view.path
    return view.id, f"{view.at:%H:%M:%S}", view.method, view.status or "cut", target, _note(view)


def _note(view: ExchangeView) -> str:
    """What is to be said besides: a fault, an alarm, why it was not served."""
    notes = [
        f"fault {view.fault}" if view.fault else "",
        f"alarm {view.alarm}" if view.alarm else "",
        view.refusal or "",
    ]
    return "; ".join(note for note in notes if note)


def _show(target: WorldTarget, request_id: str) -> None:
    with target.entered() as world:
        view = world.get_request(request_id)
    if target.json:
        print_json(view)
        return
    print(" ".join(str(part) for part in _row(view) if part))
    if view.hint:
        print(f"hint: {view.hint}")
    print_message("\nrequest", view.headers, view.body)
    print_message(f"\nanswer {view.status}, {view.seconds * 1000:.1f} ms", view.response_headers, view.response_body)
