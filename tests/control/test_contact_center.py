"""The five kinds of entries that a contact centre keeps: groups, flows, contacts, campaigns, dispositions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Kind:
    """`first` is what a new world has; `bodies` are two entries, with what they look like when they are shown."""

    first: list[dict[str, Any]]
    bodies: tuple[dict[str, Any], dict[str, Any]]
    shown: tuple[dict[str, Any], dict[str, Any]]
    next_id: int = 1


FULL_CONTACT = {
    "number": "+919833334444",
    "first_name": "John",
    "last_name": "Doe",
    "email": "john@example.com",
    "list_ids": [3, 1],
    "created_at": "2026-01-01T00:00:00Z",
    "fields": {"tier": "gold"},
}
KINDS = {
    "groups": Kind(
        [{"id": 123456, "name": "Support", "user_ids": ["u1001", "u1002", "u1003", "u1004"]}],
        ({"name": "Nights", "user_ids": ["u1002", "u1001"]}, {"name": "Nobody"}),
        ({"name": "Nights", "user_ids": ["u1002", "u1001"]}, {"name": "Nobody", "user_ids": []}),
        123457,
    ),
    "flows": Kind(
        [{"id": 501, "name": "Greeting and connect", "applets": [], "numbers": []}],
        ({"name": "Night", "numbers": ["02241499102"]}, {"name": "Day"}),
        (
            {"name": "Night", "applets": [], "numbers": ["+912241499102"]},
            {"name": "Day", "applets": [], "numbers": []},
        ),
        502,
    ),
    "contacts": Kind(
        [],
        (FULL_CONTACT, {"number": "098222 20000", "first_name": "Asha"}),
        (
            FULL_CONTACT,
            {
                "number": "+919822220000",
                "first_name": "Asha",
                "last_name": "",
                "email": "",
                "list_ids": [],
                "created_at": None,
                "fields": {},
            },
        ),
    ),
    "campaigns": Kind([], ({"name": "Spring"}, {"name": "Summer"}), ({"name": "Spring"}, {"name": "Summer"})),
    "dispositions": Kind([], ({"code": "Sold"}, {"code": "Not sold"}), ({"code": "Sold"}, {"code": "Not sold"})),
}
every_kind = pytest.mark.parametrize("name", KINDS)


@every_kind
def test_a_world_begins_with_a_group_and_a_flow(world, name):
    """The address book and the rest are empty."""
    assert {name: KINDS[name].first} == world.get(f"/{name}")


@every_kind
def test_entries_are_added_listed_replaced_and_removed(world, name):
    """Ids count on from the highest; the answer is the entry, on removal as it was."""
    kind, path = KINDS[name], f"/{name}"
    added = [world.do("POST", path, body) for body in kind.bodies]
    expected = [{"id": kind.next_id + place, **shown} for place, shown in enumerate(kind.shown)]

    assert expected == added
    assert {name: [*kind.first, *expected]} == world.get(path)
    gone = world.do("DELETE", f"{path}/{kind.next_id + 1}")
    replaced = world.do("PUT", f"{path}/{kind.next_id}", kind.bodies[1])
    assert (expected[1], {"id": kind.next_id, **kind.shown[1]}) == (gone, replaced)
    assert {name: [*kind.first, replaced]} == world.get(path)


@every_kind
def test_an_id_can_be_chosen_once(world, name, expect_refusal):
    """Ids of an application's own data are kept; those that follow count on from there."""
    kind, path = KINDS[name], f"/{name}"
    chosen = world.do("POST", path, {"id": 900_000, **kind.bodies[0]})

    assert 900_000 == chosen["id"]
    expect_refusal(world.ask("POST", path, {"id": 900_000, **kind.bodies[1]}), 409, "already-exists")
    assert 900_001 == world.do("POST", path, kind.bodies[1])["id"]


@every_kind
def test_an_id_in_a_replacement_is_that_of_the_path(world, name, expect_refusal):
    """It may be said again, and nothing else."""
    kind, path = KINDS[name], f"/{name}/{KINDS[name].next_id}"
    entry = world.do("POST", f"/{name}", kind.bodies[0])

    assert entry == world.do("PUT", path, {"id": entry["id"], **kind.bodies[0]})
    expect_refusal(world.ask("PUT", path, {"id": entry["id"] + 1, **kind.bodies[0]}), 400, "bad-input", "id")


@every_kind
@pytest.mark.parametrize("entry_id", ["7", "0", "x", "-1", "1.0", "1" * 30, "1" * 5_000, "٣"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_entry_is_unknown(world, name, method, entry_id, expect_refusal):
    """404, whatever stands in the path."""
    body = KINDS[name].bodies[0] if method == "PUT" else None

    expect_refusal(world.ask(method, f"/{name}/{entry_id}", body), 404, "unknown-entry")


@every_kind
def test_no_entry_is_found_under_the_beginning_of_a_number(world, name, expect_refusal):
    """An id of sixteen digits is not that of seventeen."""
    largest = 2**53
    world.do("POST", f"/{name}", {"id": largest, **KINDS[name].bodies[0]})

    expect_refusal(world.ask("DELETE", f"/{name}/{largest}1"), 404, "unknown-entry")


@every_kind
@pytest.mark.parametrize("entry_id", [0, -1, 2**53 + 1, "1", 1.5])
def test_an_id_is_a_positive_number(world, name, entry_id, expect_refusal):
    """That JavaScript can count to."""
    expect_refusal(world.ask("POST", f"/{name}", {"id": entry_id, **KINDS[name].bodies[0]}), 400, "bad-input")


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("/groups", {}, (400, "bad-input")),
        ("/groups", {"name": "Nights", "user_ids": ["u9"]}, (404, "unknown-user")),
        ("/groups", {"name": "Nights", "users": []}, (400, "bad-input")),
        ("/groups", {"name": 7}, (400, "bad-input")),
        ("/flows", {"title": "Night"}, (400, "bad-input")),
        ("/flows", {"id": "502", "name": "Night"}, (400, "bad-input")),
        ("/campaigns", {"name": None}, (400, "bad-input")),
        ("/dispositions", {"name": "Sold"}, (400, "bad-input")),
        ("/contacts", {"number": "+919833334444"}, (400, "bad-input")),
        ("/contacts", {"first_name": "Asha"}, (400, "bad-input")),
        ("/contacts", {"number": "nobody", "first_name": "Asha"}, (400, "bad-contact")),
        ("/contacts", {**FULL_CONTACT, "list_ids": ["1"]}, (400, "bad-input")),
        ("/contacts", {**FULL_CONTACT, "fields": {"age": 7}}, (400, "bad-input")),
        ("/contacts", {**FULL_CONTACT, "created_at": "yesterday"}, (400, "bad-input")),
        ("/contacts", {**FULL_CONTACT, "created_at": "2026-01-01T00:00:00"}, (400, "bad-input")),
    ],
)
def test_bad_entries_are_refused(world, expect_refusal, path, body, refusal):
    """When they are added and when they replace another; nothing has changed then."""
    entry = world.do("POST", path, KINDS[path.removeprefix("/")].bodies[0])
    before = world.get(path)

    expect_refusal(world.ask("POST", path, body), *refusal)
    expect_refusal(world.ask("PUT", f"{path}/{entry['id']}", body), *refusal)
    assert before == world.get(path)


def test_a_number_is_one_contacts(world, expect_refusal):
    """In whatever spelling; the contact itself may be replaced under it."""
    first = world.do("POST", "/contacts", {"number": "+919833334444", "first_name": "Asha"})
    second = world.do("POST", "/contacts", {"number": "+919833334445", "first_name": "Ila"})
    taken = {"number": "09833334444", "first_name": "Uma"}

    expect_refusal(world.ask("POST", "/contacts", taken), 409, "already-exists")
    expect_refusal(world.ask("PUT", f"/contacts/{second['id']}", taken), 409, "already-exists")
    assert "Uma" == world.do("PUT", f"/contacts/{first['id']}", taken)["first_name"]


def test_a_reset_of_the_directory_forgets_them(world):
    """All five are as they were in the beginning."""
    for name, kind in KINDS.items():
        world.do("POST", f"/{name}", kind.bodies[0])
    world.do("POST", "/reset?scope=directory")

    assert [kind.first for kind in KINDS.values()] == [world.get(f"/{name}")[name] for name in KINDS]


def test_worlds_keep_their_own(new_world):
    """Nobody sees another account's."""
    one, other = new_world(), new_world()
    one.do("POST", "/campaigns", {"name": "Spring"})

    assert {"campaigns": []} == other.get("/campaigns")
