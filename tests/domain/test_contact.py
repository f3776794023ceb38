"""Phone numbers and SIP URIs: one identity for every spelling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.contact import Contact, parse_contact
from mockserver.domain.errors import BadContact

MOBILE = "+919810012345"

SPELLINGS = (
    "+919810012345",
    "+91 98100 12345",
    "+91-98100-12345",
    "+91 (98100) 12345",
    "+91.98100.12345",
    "+91 (0) 98100 12345",
    "919810012345",
    "00919810012345",
    "00 91 98100 12345",
    "09810012345",
    "0 98100 12345",
    "0-98100-12345",
    "9810012345",
    "98100 12345",
    "(98100) 12345",
    "tel:+919810012345",
    "tel:+91-98100-12345",
    "  +919810012345\n",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_number_is_one_number(spelling):
    """E.164, national, bare, spaced, dashed, bracketed, with 00 and with tel: are the same contact."""
    assert MOBILE == parse_contact(spelling).key


@pytest.mark.parametrize("spelling", ["TEL:+919810012345", "Tel:+91-98100-12345"])
def test_the_tel_scheme_is_spelt_in_any_case(spelling):
    """URI schemes are case-insensitive, for tel: as for sip:."""
    assert MOBILE == parse_contact(spelling).key


_digits = st.text("0123456789", min_size=9, max_size=9)
_gaps = st.sampled_from(["", " ", "-", ".", " - "])


@st.composite
def spelt_numbers(draw):
    """An Indian number of ten digits as (key, one of its spellings)."""
    national = draw(st.sampled_from("23456789")) + draw(_digits)
    cut = draw(st.integers(1, 9))
    head, gap, tail = national[:cut], draw(_gaps), national[cut:]
    if draw(st.booleans()):
        head = f"({head})"
    prefix = draw(st.sampled_from(["+91", "+91 ", "+91-", "0091", "00 91 ", "0", "0-", "", "tel:+91"]))
    margin = draw(st.sampled_from(["", " ", "\n"]))
    return f"+91{national}", f"{margin}{prefix}{head}{gap}{tail}{margin}"


@settings(deadline=None)
@given(spelt_numbers())
def test_any_indian_number_in_any_spelling_gives_the_same_key(spelt):
    """The key depends on the number alone."""
    key, spelling = spelt

    assert key == parse_contact(spelling).key


@settings(deadline=None)
@given(spelt_numbers())
def test_the_key_and_the_local_form_are_spellings_too(spelt):
    """What we print can be read back."""
    key, _ = spelt
    contact = parse_contact(key)

    assert contact == parse_contact(contact.local)
    assert contact == parse_contact(contact.national)
    assert contact == parse_contact(str(contact))


@pytest.mark.parametrize(
    ("spelling", "key", "local", "national"),
    [
        ("+919810012345", "+919810012345", "09810012345", "9810012345"),
        ("02241499102", "+912241499102", "02241499102", "2241499102"),
        ("+91 22 4149 9102", "+912241499102", "02241499102", "2241499102"),
        ("08047112345", "+918047112345", "08047112345", "8047112345"),
        ("+1 (415) 555-0123", "+14155550123", "+14155550123", "4155550123"),
        ("0014155550123", "+14155550123", "+14155550123", "4155550123"),
        ("+44 20 7946 0958", "+442079460958", "+442079460958", "2079460958"),
        ("+65 6123 4567", "+6561234567", "+6561234567", "61234567"),
    ],
)
def test_a_number_is_printed_in_three_forms(spelling, key, local, national):
    """`key` is E.164, `local` has a leading zero for Indian numbers only, `national` has no country code."""
    contact = parse_contact(spelling)

    assert (key, local, national) == (contact.key, contact.local, contact.national)


def test_national_keeps_a_zero_that_belongs_to_the_number():
    """Italian numbers begin with a zero behind the country code; it is one of their digits."""
    assert "0612345678" == parse_contact("+39 06 1234 5678").national


def test_a_number_without_country_code_belongs_to_the_given_region():
    """India is only the default."""
    assert "+14155550123" == parse_contact("4155550123", "US").key


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("sip:agent1001", "sip:agent1001"),
        ("sips:agent1001", "sip:agent1001"),
        ("SIP:Agent1001", "sip:agent1001"),
        ("sip:agent@Example.COM:5060", "sip:agent@example.com:5060"),
        ("sip:agent@example.com;transport=udp", "sip:agent@example.com"),
        ("sip:agent@example.com?subject=x", "sip:agent@example.com"),
        (" sip:agent1001 ", "sip:agent1001"),
    ],
)
def test_a_sip_uri_is_known_by_its_address_in_lower_case(spelling, key):
    """Scheme, case and parameters make no other person."""
    contact = parse_contact(spelling)

    assert key == contact.key
    assert contact.is_sip


def test_a_sip_contact_has_no_number():
    """Its local form is the URI, its national digits are none."""
    contact = parse_contact("sip:agent1001")

    assert "sip:agent1001" == contact.local
    assert "" == contact.national


def test_a_number_is_no_sip_contact():
    """`is_sip` tells the two kinds apart."""
    assert not parse_contact(MOBILE).is_sip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "+",
        "+91",
        "0",
        "tel:",
        "98100",
        "+9198100",
        "+919810012345678901",
        "98100123459810012345",
        "+9199XXXXXXX",
        "98100ABCDE",
        "0800-FLOWERS",
        "hello",
        "agent1001",
        "+999123456789",
        "9810012345 or 9820012345",
        "sip:",
        "sips:",
        "sip: ",
        "sip:;transport=udp",
        "sip:two words",
        "sipagent",
        "http://localhost",
    ],
)
def test_what_is_neither_a_number_nor_a_sip_uri_is_refused(text):
    """Letters, too short, too long, no country, empty, and URIs without an address."""
    with pytest.raises(BadContact) as refusal:
        parse_contact(text)

    assert "E.164" in refusal.value.hint


def test_a_contact_of_hundreds_of_characters_is_refused_by_its_length():
    """The message says how long it was and does not repeat it."""
    with pytest.raises(BadContact, match="300 characters") as refusal:
        parse_contact("sip:" + "a" * 296)

    assert "aaaa" not in refusal.value.message


def test_contacts_are_equal_by_key():
    """A contact that was parsed and one that was made are the same person."""
    assert Contact(MOBILE) == parse_contact("09810012345")
    assert {Contact(MOBILE)} == {parse_contact(spelling) for spelling in SPELLINGS}
