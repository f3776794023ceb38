"""What a call centre does: calls that come in, transfers, wrap-ups."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from mockserver.control import call_views
from mockserver.control.bodies import Body, StoryBody
from mockserver.control.calls import shown_call
from mockserver.control.desk import Visit
from mockserver.control.problems import OUR_OWN, error_rows
from mockserver.domain import errors
from mockserver.domain.call import Call, Wrapup
from mockserver.domain.contact import parse_contact, parse_number
from mockserver.domain.effects import Input
from mockserver.domain.errors import BadInput
from mockserver.domain.media import Recording
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side
from mockserver.engine.callers import known_party, require_free
from mockserver.engine.incoming import Arrival, arrived
from mockserver.operations.operation import Operation

_described = OUR_OWN.field
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class IncomingBody(Body):
    """Somebody calls an ExoPhone. Agents who are off, not verified or busy are passed over."""

    from_: Annotated[str, _described("who calls, in any spelling")] = msgspec.field(name="from")
    group_id: Annotated[int | None, _described("whose users are dialled; by default the first group")] = None
    user_ids: Annotated[list[str] | None, _described("who is dialled instead; [] for nobody")] = None
    flow_id: Annotated[str | None, _described("the flow (IVR) that the caller hears")] = None
    ringing: Annotated[Literal["parallel", "sequential"], _described("all at once, or one after the other")] = (
        "parallel"
    )
    menu: Annotated[_Seconds, _described("seconds in the flow")] = 0.0
    queue: Annotated[_Seconds, _described("seconds in the queue before agents are dialled")] = 0.0
    record: Annotated[bool, _described()] = False
    channels: Annotated[Literal["single", "dual"], _described("of the recording")] = "single"
    custom_field: Annotated[str | None, _described()] = None
    story: Annotated[StoryBody | None, _described("by default what the scenarios tell")] = None

    def arrival(self, exophone: str) -> Arrival:
        return Arrival(
            caller=parse_contact(self.from_),
            exophone=parse_number(exophone),
            group_id=self.group_id,
            user_ids=None if self.user_ids is None else tuple(self.user_ids),
            flow_id=self.flow_id,
            is_parallel=self.ringing == "parallel",
            menu=self.menu,
            queue=self.queue,
            recording=Recording(2 if self.channels == "dual" else 1) if self.record else None,
            custom_field=self.custom_field,
        )


class TransferBody(Body):
    to: Annotated[str, _described("who takes over, in any spelling; a user's device or somebody outside")]
    side: Annotated[Side | None, _described("whose place that is; by default the agent's")] = None


class WrapupBody(Body):
    """What is left out is taken away; ids are those of the directory."""

    disposition_id: Annotated[int | None, _described()] = None
    note: Annotated[str, _described()] = ""
    tags: Annotated[list[str], _described()] = msgspec.field(default_factory=list)
    campaign_id: Annotated[int | None, _described()] = None
    original: Annotated[int | None, _described("serial of the call that this one derives from")] = None


async def come_in(visit: Visit) -> call_views.CallView:
    world, body = visit.world, await visit.body(IncomingBody)
    order = arrived(world, body.arrival(visit.path("number")))
    call = visit.engine.place(world, order, body.story.story() if body.story else None)
    visit.engine.answer_sent(world, call.sid)
    return shown_call(world, call.sid)


async def transfer(visit: Visit) -> call_views.CallView:
    world, body = visit.world, await visit.body(TransferBody)
    call = world.store.call(visit.path("call_sid"))
    party = known_party(world.directory, parse_contact(body.to))
    require_free(world, party)
    side = body.side or (Side.TO if call.order.route else Side.FROM)
    visit.engine.feed(world, call.sid, Input(Trigger.DIAL, side, party=party))
    return shown_call(world, call.sid)


async def put_wrapup(visit: Visit) -> call_views.CallView:
    world, body = visit.world, await visit.body(WrapupBody)
    call, directory = world.store.call(visit.path("call_sid")), world.directory
    if body.disposition_id is not None:
        directory.disposition(body.disposition_id)
    if body.campaign_id is not None:
        directory.campaign(body.campaign_id)
    if body.original is not None:
        _require_earlier(world.store.call_of_serial(body.original), call)
    wrapup = Wrapup(body.disposition_id, body.note, tuple(body.tags), body.campaign_id, body.original)
    return shown_call(world, visit.engine.note(world, call.sid, wrapup).sid)


def _require_earlier(original: Call, call: Call) -> None:
    if original.serial >= call.serial:
        message = f"call {call.serial} cannot derive from call {original.serial}, which is not earlier"
        raise BadInput(message, where="original")


_CALL = "/worlds/{account_sid}/calls/{call_sid}"

OPERATIONS = (
    Operation(
        "control.come-in",
        "POST",
        "/worlds/{account_sid}/numbers/{number}/incoming",
        "Call an ExoPhone",
        OUR_OWN,
        come_in,
        call_views.CallView,
        request=IncomingBody,
        status=201,
        errors=error_rows(
            errors.UnknownWorld,
            errors.UnknownExophone,
            errors.UnknownUser,
            errors.UnknownEntry,
            errors.BadContact,
            errors.BadStory,
            errors.Exhausted,
        ),
    ),
    Operation(
        "control.transfer-call",
        "POST",
        f"{_CALL}/transfer",
        "Hand a talk over to somebody else",
        OUR_OWN,
        transfer,
        call_views.CallView,
        request=TransferBody,
        errors=error_rows(
            errors.UnknownWorld, errors.UnknownCall, errors.IllegalInput, errors.BadContact, errors.ContactBusy
        ),
    ),
    Operation(
        "control.put-wrapup",
        "PUT",
        f"{_CALL}/wrapup",
        "Note disposition, tags, campaign and original call",
        OUR_OWN,
        put_wrapup,
        call_views.CallView,
        request=WrapupBody,
        errors=error_rows(errors.UnknownWorld, errors.UnknownCall, errors.UnknownEntry),
    ),
)
