"""The ExoPhones of a world."""

from __future__ import annotations

import pytest

SAMPLE = {"number": "+912241499102", "friendly_name": "02241499102", "flow_id": None}


def test_the_sample_numbers_are_listed(world):
    """A world begins with three ExoPhones, named by their local form."""
    numbers = world.get("/numbers")["numbers"]

    assert SAMPLE == numbers[0]
    assert 3 == len(numbers)


@pytest.mark.parametrize(
    ("body", "view"),
    [
        ({"number": "+918069150000"}, {"number": "+918069150000", "friendly_name": "08069150000"}),
        (
            {"number": "080 6915-0000", "friendly_name": "Sales"},
            {"number": "+918069150000", "friendly_name": "Sales"},
        ),
        ({"number": "+6531580000"}, {"number": "+6531580000", "friendly_name": "+6531580000"}),
    ],
)
def test_a_number_is_added_in_any_spelling(world, body, view):
    """A new ExoPhone is known by its E.164 form, and named by its local form unless it has a name."""
    assert {**view, "flow_id": None} == world.do("POST", "/numbers", body)
    assert {**view, "flow_id": None} in world.get("/numbers")["numbers"]


@pytest.mark.parametrize("spelling", ["+912241499102", "02241499102", "2241499102", "00912241499102"])
def test_a_number_is_read_in_any_spelling(world, spelling):
    """The path takes a number in any form."""
    assert SAMPLE == world.get(f"/numbers/{spelling}")


def test_a_number_is_renamed(world):
    """PATCH changes the friendly name."""
    renamed = world.do("PATCH", "/numbers/+912241499102", {"friendly_name": "Support"})

    assert {**SAMPLE, "friendly_name": "Support"} == renamed
    assert renamed == world.get("/numbers/+912241499102")


def test_a_number_is_removed(world, expect_refusal):
    """DELETE answers with the number that was; then it is unknown."""
    assert SAMPLE == world.do("DELETE", "/numbers/02241499102")
    expect_refusal(world.ask("GET", "/numbers/02241499102"), 404, "unknown-number")
    expect_refusal(world.ask("DELETE", "/numbers/02241499102"), 404, "unknown-number")
    expect_refusal(world.ask("PATCH", "/numbers/02241499102", {"friendly_name": "x"}), 404, "unknown-number")


@pytest.mark.parametrize("spelling", ["+912241499102", "022 4149 9102"])
def test_a_number_is_added_once(world, expect_refusal, spelling):
    """A number that the account has already is refused in every spelling."""
    expect_refusal(world.ask("POST", "/numbers", {"number": spelling}), 409, "already-exists")


@pytest.mark.parametrize("number", ["", "abc", "123", "sip:pbx", "9" * 300])
def test_what_is_no_number_is_not_added(world, expect_refusal, number):
    """A SIP URI, a word and a number that cannot be are 400 bad-contact."""
    expect_refusal(world.ask("POST", "/numbers", {"number": number}), 400, "bad-contact")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_path_that_is_no_number_is_bad_contact(world, expect_refusal, method):
    """A path segment that can be no number is 400, another number 404."""
    expect_refusal(world.ask(method, "/numbers/abc"), 400, "bad-contact")
    expect_refusal(world.ask(method, "/numbers/+918888888888"), 404, "unknown-number")
