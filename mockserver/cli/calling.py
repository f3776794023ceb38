"""`mockserver call`: places a call and draws its ladder while it happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from mockserver.cli.target import USUAL_WORLD, OnWorld, WorldTarget, print_json, told
from mockserver.control.bodies import StoryBody
from mockserver.control.call_views import CallView
from mockserver.control.feed import FeedEvent
from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadContact, BadInput, BadStory
from mockserver.domain.order import Direction
from mockserver.engine.delivery import DeliveryState
from mockserver.testing.client.blocking.world import World
from mockserver.testing.ladder import Ladder

_DECODERS = {".toml": msgspec.toml.decode, ".json": msgspec.json.decode}
_IS_OVER = {"processed", "settled"}
_FINAL = {state.value for state in DeliveryState if state.is_final}

app = App(name="call", help="Place a call, or call an ExoPhone, and draw the ladder while it happens.", config=())


@app.default
def call(
    *,
    from_: Annotated[str, Parameter(name="--from")],
    to: str,
    exophone: str | None = None,
    record: Annotated[bool, Parameter(negative=())] = False,
    callback: str | None = None,
    story_file: Path | None = None,
    target: OnWorld = USUAL_WORLD,
) -> int:
    """Place a call through Exotel v3, or call an ExoPhone, and draw the call's ladder while it happens.

    Parameters
    ----------
    from_
        Who is dialled first, in any spelling, or a SIP URI; or who calls the ExoPhone.
    to
        Who is dialled second; if it is one of the world's ExoPhones, who is called: the call comes in to its flow.
    exophone
        The ExoPhone to call with; the world's first if left out.
    record
        Have it recorded.
    callback
        URL that each answer and the end are reported to.
    story_file
        TOML or JSON file of what the parties do, with the names of the control API: to = { reaction = "busy" }.
    """
    story = None if story_file is None else _read_story(story_file)

    def place() -> None:
        with target.entered() as world:
            if story is not None:
                world.tell_next(**msgspec.structs.asdict(story))
            if _is_exophone(world, to):
                _refuse_for_incoming({"--exophone": exophone, "--callback": callback})
                sid = world.incoming(to, from_, record=record).call.sid
            else:
                sid = world.call(from_=from_, to=to, exophone=exophone, record=record, callback=callback)
            _follow(target, world, sid)

    return told(place)


def _is_exophone(world: World, to: str) -> bool:
    try:
        key = parse_contact(to).key
    except BadContact:
        return False  # the API that the call is placed through says it in its own words
    return any(one.number == key for one in world.numbers())


def _refuse_for_incoming(options: Mapping[str, str | None]) -> None:
    """Raises BadInput for an option that only calls which an application places can have."""
    for name, value in options.items():
        if value is not None:
            message = f"{name} is for calls that are placed, and this one comes in: --to is an ExoPhone"
            raise BadInput(message, hint="Leave it out; what comes in is told by the applets of the flow.")


def _read_story(path: Path) -> StoryBody:
    decode = _DECODERS.get(path.suffix.lower())
    if decode is None:
        message = f"{path}: stories are read from {' and '.join(_DECODERS)} files"
        raise BadInput(message)
    try:
        story: StoryBody = decode(path.read_bytes(), type=StoryBody)  # type: ignore[operator]
        story.story()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error
    except BadStory as error:
        raise BadInput(f"{path}: {error.message}", hint=error.hint) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        hint = "Names are those of the control API's StoryBody: from, to, talk, hangs_up."
        raise BadInput(f"{path}: {error}", hint=hint) from error
    return story


def _follow(target: WorldTarget, world: World, sid: str) -> None:
    _warn_of_a_standing_clock(world)
    summary = world.get_call(sid).call
    ladder = Ladder(
        summary.from_,
        summary.to or "flow",
        comes_in=summary.direction == Direction.INBOUND,
        has_colour=_has_colour(),
        is_ascii=_is_ascii(),
    )
    if not target.json:
        print(f"call {sid} in world {world.sid}, over {summary.exophone}\n\n{ladder.head()}", flush=True)
    for event in _events(world, sid):
        if target.json:
            print_json(event)
            continue
        for row in ladder.rows(event):
            print(row, flush=True)
    _sum_up(target, world.get_call(sid))


def _events(world: World, sid: str) -> Iterator[FeedEvent]:
    """What happens to a call, until it is over and all of its callbacks have ended."""
    expected: set[str] | None = None
    ended = set[str]()
    with world.follow(call_sid=sid, after=0) as events:
        for event in events:
            yield event
            if event.facts.get("state") in _FINAL:
                ended.add(str(event.facts["delivery"]))
            if expected is None and event.facts.get("after") in _IS_OVER:
                # The last ones were created in that instant.
                expected = {one.id for one in world.get_call(sid).deliveries}
            if expected is not None and expected <= ended:
                return


def _warn_of_a_standing_clock(world: World) -> None:
    if world.clock().mode == "manual":
        sys.stderr.write(
            f"The clock of world {world.sid} is manual: nothing happens until it is moved, such as by "
            f"mockserver clock advance 60 --world {world.sid}\n"
        )


def _sum_up(target: WorldTarget, view: CallView) -> None:
    if target.json:
        print_json(view)
        return
    call = view.call
    seconds = (call.ended_at - call.created_at).total_seconds() if call.ended_at else 0.0
    print(f"\n{call.outcome or call.state} after {seconds:g} s, {call.talk_seconds:g} s of talk")


def _has_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _is_ascii() -> bool:
    try:
        "│▶".encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return True
    return False
