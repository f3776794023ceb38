"""Keyword arguments are the fields of the control API's bodies."""

from __future__ import annotations

import inspect
import types
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from mockserver.control import bodies, contact_center, fault_bodies, incoming, wishes
from mockserver.testing import World
from mockserver.testing.client import fields

# Each with the struct that it stands for, and those of its fields that are arguments by themselves.
STANDS_FOR = [
    (fields.SettingsFields, bodies.SettingsBody, set()),
    (fields.WorldFields, bodies.WorldBody, set()),
    (fields.StoryFields, bodies.StoryBody, set()),
    (fields.UserFields, bodies.UserBody, {"first_name"}),
    (fields.UserChanges, bodies.UserPatch, set()),
    (fields.DeviceChanges, bodies.DevicePatch, set()),
    (fields.ContactFields, contact_center.ContactBody, {"number", "first_name"}),
    (fields.IncomingFields, incoming.IncomingBody, {"from_"}),
    (fields.WrapupFields, incoming.WrapupBody, set()),
    (fields.FaultFields, fault_bodies.FaultBody, {"kind"}),
    (fields.RequestFields, wishes.RequestMatch, set()),
    (fields.RequestQuery, wishes.RequestMatch, {"headers", "json"}),
    (fields.DeliveryFields, wishes.DeliveryMatch, set()),
    (fields.DeliveryQuery, wishes.DeliveryMatch, {"json"}),
]
# Arguments that a method hands on to a body, with the default that the body has.
DEFAULTS = [
    ("advance", bodies.AdvanceBody, {}),
    ("run_until", bodies.RunUntilBody, {}),
    ("set_clock", bodies.ClockBody, {}),
    ("add_rule", bodies.RuleBody, {}),
    ("tell_history", bodies.HistoryBody, {}),
    ("set_quota", fault_bodies.QuotaBody, {}),
    ("add_fault", fault_bodies.FaultBody, {}),
    ("redeliver", bodies.RedeliveryBody, {}),
    ("wait_for_call", wishes.CallWait, {"seconds": "timeout"}),
    ("wait_for_requests", wishes.RequestsWait, {"seconds": "timeout", "behind": "since"}),
    ("wait_for_deliveries", wishes.DeliveriesWait, {"seconds": "timeout", "behind": "since"}),
    ("answer", bodies.SideBody, {}),
    ("press", bodies.DigitsBody, {}),
]


@pytest.mark.parametrize(("stand_in", "struct", "besides"), STANDS_FOR, ids=lambda one: getattr(one, "__name__", ""))
def test_the_fields_are_those_of_the_body(stand_in, struct, besides):
    """All of them, of the same types."""
    wanted = {name: bare(hint) for name, hint in get_type_hints(struct, include_extras=True).items()}

    assert {name: hint for name, hint in wanted.items() if name not in besides} == get_type_hints(stand_in)


@pytest.mark.parametrize(("method", "struct", "names"), DEFAULTS, ids=lambda one: one if isinstance(one, str) else "")
def test_the_defaults_are_those_of_the_body(method, struct, names):
    """What a method adds by itself is what the server would add."""
    ours = {
        names.get(name, name): one.default
        for name, one in inspect.signature(getattr(World, method)).parameters.items()
        if one.default is not inspect.Parameter.empty
    }
    theirs = {one.name: one.default for one in msgspec.structs.fields(struct) if one.default is not msgspec.NODEFAULT}

    assert ours
    assert {name: theirs.get(name) for name in ours} == ours


def bare(hint: Any) -> Any:
    """A type without what is said about it."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return bare(parts[0])
    if origin in {Union, types.UnionType}:
        return Union[tuple(map(bare, parts))]  # noqa: UP007  made at run time
    return origin[tuple(map(bare, parts))] if origin in {list, dict} else hint
