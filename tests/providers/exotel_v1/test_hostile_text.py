"""Texts that are meant to break an answer: XML stays well-formed, JSON says them back."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

HOSTILE = [
    "a & b < c > d",
    "]]>",
    "<![CDATA[x]]>",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
    "</CustomField><Sid>forged</Sid>",
    "quote \" and ' and \\",
    "line\nfeed and\ttab",
    "bell \x07, null \x00, escape \x1b, delete \x7f, next line \x85",
    "not characters: \ufffe \uffff",
    "astral \U0001f642 and private \ue000 \U0010ffff",
    "right to left \u202e and joined \u200d",
]


def can_be_written(character):
    """Whether XML 1.0 has a way to write a character."""
    return character in "\t\n\r" or (" " <= character and character not in "\ufffe\uffff")


def writable(text):
    return "".join(filter(can_be_written, text))


@pytest.fixture(scope="module")
def account(found_account):
    """An account whose lists have custom fields."""
    account = found_account(readings={"exotel-v1.bulk-custom-field": "present"})
    yield account
    account.control("DELETE")


def listed_after(account, text):
    """Both lists when a call with a custom field has just ended."""
    sid = account.place(CustomField=text)["Sid"]
    account.advance(60)
    query = f"?Sid={sid}"
    return account.page(query)["Calls"][0]["CustomField"], account.v1("GET", f"/Calls{query}")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_custom_field_does_not_break_a_list(account, tree, text):
    """JSON gives the text back; XML gives it back but for the characters that XML cannot write."""
    in_json, answer = listed_after(account, text)

    assert text == in_json
    assert writable(text) == tree(answer).findtext("Call/CustomField")
    assert 1 == len(tree(answer).findall("Call/Sid"))


def test_a_carriage_return_survives_xml(account, tree):
    """A parser makes a line feed of a bare carriage return, so it has to be written as a reference."""
    in_json, answer = listed_after(account, "one\r\ntwo\rthree")

    assert "one\r\ntwo\rthree" == in_json
    assert "one\r\ntwo\rthree" == tree(answer).findtext("Call/CustomField")


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=40))
@example(text="\x0b")
def test_any_custom_field_leaves_the_list_well_formed(account, tree, text):
    """Whatever text is sent, both lists can be parsed and say the same."""
    in_json, answer = listed_after(account, f"<{text}>")

    assert f"<{text}>" == in_json
    assert f"<{writable(text)}>" == tree(answer).findtext("Call/CustomField")


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    field=st.sampled_from(["From", "To", "CallerId", "Url", "TimeLimit", "StatusCallback", "StatusCallbackEvents[]"]),
)
def test_any_field_leaves_the_refusal_well_formed(account, refusal, text, field):
    """Messages repeat what was sent: refused or not, the answers to it can be parsed in both formats."""
    in_json, in_xml = (account.connect(path, **{field: text}) for path in ("/Calls/connect.json", "/Calls/connect"))

    assert in_json.status_code == in_xml.status_code
    if in_json.status_code != 200:
        assert 400 == refusal(in_json)[0] == refusal(in_xml)[0]


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
@example(text="\uffff")
def test_any_parameter_leaves_the_listing_well_formed(account, tree, text):
    """A filter value is repeated in a message or in the links: either way the XML can be parsed."""
    for name in ("Sid", "Status", "From", "Price", "SortBy", "After", "details"):
        answer = account.v1("GET", "/Calls", params={name: text})
        assert answer.status_code in {200, 400}
        assert len(tree(answer)) > 0


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_does_not_break_the_list_of_exophones(new_account, tree, text):
    """A friendly name may be any text."""
    account = new_account()
    account.control("PATCH", "/numbers/02241499102", {"friendly_name": text})
    in_json = account.v1("GET", "/IncomingPhoneNumbers.json").json()["IncomingPhoneNumbers"]

    assert text == in_json[0]["IncomingPhoneNumber"]["FriendlyName"]
    assert writable(text) == tree(account.v1("GET", "/IncomingPhoneNumbers")).findtext(".//FriendlyName")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_fault_text_does_not_break_the_refusal(new_account, refusal, tree, text):
    """The text of a fault rule is the message, whatever is in it."""
    account = new_account()
    account.control("POST", "/faults", {"status": 503, "text": text, "times": 2})

    assert (503, text) == refusal(account.v1("GET", "/Calls.json"))
    assert writable(text) == tree(account.v1("GET", "/Calls")).findtext("RestException/Message")
