"""Strategies for numbers, stories, orders, calls, legs and directories."""

from __future__ import annotations

import pytest
from hypothesis import find, given

from mockserver.domain.call import CallState
from mockserver.domain.contact import parse_contact
from mockserver.domain.directory import Directory
from mockserver.domain.errors import BadContact
from mockserver.domain.story import DEFAULT_STORY
from mockserver.strategies import NumberKind, calls, directories, legs, orders, phone_numbers, stories


def test_valid_numbers_are_e164(few):
    """A valid number is its own identity."""

    @few
    @given(phone_numbers())
    def check(number):
        assert number == parse_contact(number).key

    check()


def test_odd_numbers_are_understood(few):
    """Another spelling is not the identity, and leads to one."""

    @few
    @given(phone_numbers(kind="odd"))
    def check(number):
        assert number != parse_contact(number).key

    check()


def test_invalid_numbers_are_refused(few):
    """No spelling of these is understood."""

    @few
    @given(phone_numbers(kind=NumberKind.INVALID))
    def check(number):
        with pytest.raises(BadContact):
            parse_contact(number)

    check()


def test_the_simplest_number_is_a_sample_one(few):
    """What a number shrinks to can be read."""
    assert "+919811112222" == find(phone_numbers(), lambda _: True, settings=few)


def test_the_simplest_story_is_the_default_one(few):
    """Without a reason for another, both answer and talk."""
    assert DEFAULT_STORY == find(stories(), lambda _: True, settings=few)


def test_stories_of_incoming_calls_have_voicemail_and_others(few):
    """They draw what only callers of a contact centre meet."""
    story = find(stories(incoming=True), lambda one: one.voicemail is not None and one.others, settings=few)

    assert story.from_party.reaction.value == "answers"


def test_the_simplest_call_is_completed(few):
    """A call shrinks to a plain completed one between two sample numbers."""
    call = find(calls(), lambda _: True, settings=few)

    assert ("completed", CallState.SETTLED) == (call.outcome, call.state)
    assert ["+919811112222", "+919811112222"] == [leg.party.contact.key for leg in call.legs]


@pytest.mark.parametrize("state", [state for state in CallState if state is not CallState.TRANSFERRING])
def test_calls_are_at_the_moment_asked_for(few, state):
    """Every state can be asked for, and is what every call is in."""

    @few
    @given(calls(at=state.value))
    def check(call):
        assert state is call.state

    check()


def test_legs_are_of_calls(few):
    """A leg has a party that was dialled, or dialled in."""

    @few
    @given(legs())
    def check(leg):
        assert leg.party.contact.key
        assert leg.number >= 1

    check()


def test_orders_hold_whom_they_name(few):
    """An order has an ExoPhone of the account and a first party."""

    @few
    @given(orders())
    def check(order):
        assert order.exophone.key.startswith("+91")
        assert order.from_party.contact.key

    check()


def test_directories_have_faker_names(few):
    """People have names that v2 takes, and one is in the address book."""

    @few
    @given(directories())
    def check(directory):
        assert isinstance(directory, Directory)
        assert 1 == len(directory.customers)
        assert all(3 <= len(user.first_name) <= 20 for user in directory.users)

    check()
