"""ExoPhones by their sids."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Directory, Exophone
from mockserver.domain.errors import UnknownExophone

SALES = Exophone(Contact("+912241499102"), "Sales")
SUPPORT = Exophone(Contact("+918047112345"), "Support")


@pytest.fixture
def directory():
    directory = Directory()
    directory.add_exophone(SALES)
    directory.add_exophone(SUPPORT)
    return directory


def test_a_sid_is_32_hexadecimal_digits_of_the_number_alone():
    """Name and flows have no part in it, another number has another."""
    assert re.fullmatch("[0-9a-f]{32}", SALES.sid)
    assert SALES.sid == replace(SALES, friendly_name="Other", voice_url="http://x/1", sms_url="http://x/2").sid
    assert SALES.sid != SUPPORT.sid


def test_an_exophone_is_found_by_its_sid(directory):
    """As it is now, not as it was when it was added."""
    directory.put_exophone(replace(SUPPORT, friendly_name="Help"))

    assert (SALES, "Help") == (
        directory.exophone_of_sid(SALES.sid),
        directory.exophone_of_sid(SUPPORT.sid).friendly_name,
    )


@pytest.mark.parametrize("sid", ["", "x", "+912241499102", SALES.sid.upper()])
def test_what_is_no_sid_of_the_account_is_unknown(directory, sid):
    """The message names it."""
    with pytest.raises(UnknownExophone, match=re.escape(repr(sid))):
        directory.exophone_of_sid(sid)


def test_a_removed_exophone_has_no_sid_any_more(directory):
    """It is unknown until it is added again."""
    directory.remove_exophone(SALES.contact)
    with pytest.raises(UnknownExophone):
        directory.exophone_of_sid(SALES.sid)
    directory.add_exophone(SALES)

    assert SALES is directory.exophone_of_sid(SALES.sid)
