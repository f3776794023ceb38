"""Numbers as they are sent and as they are shown."""

from __future__ import annotations

import pytest

SPELLINGS = ["+912241499102", "02241499102", "2241499102", "00912241499102", "+91-22-4149-9102", " 022 4149 9102 "]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_exophone_is_found_in_every_spelling(account, spelling):
    """The ExoPhone may be sent in E.164, local form or with separators."""
    call = account.place(virtual_number=spelling)

    assert ("02241499102", "+912241499102") == (call["virtual_number"], account.get(call["sid"])["virtual_number"])


@pytest.mark.parametrize("spelling", ["+918516043026", "08516043026", "8516043026", "85160-43026", "tel:+918516043026"])
def test_legs_show_local_numbers(account, spelling):
    """Contacts of legs are shown as 0 and ten digits, however they were sent."""
    call = account.place(spelling, "7987616844")
    account.advance(60)

    legs = account.legs(call["sid"])
    assert ("08516043026", "07987616844") == (legs["from"][0]["contact_uri"], legs["to"][0]["contact_uri"])


def test_foreign_numbers_stay_in_e164(new_account):
    """A number of another country has no local form: E.164 everywhere, as ExoPhone and on legs."""
    account = new_account(exophones=["+6531580000"])
    call = account.place("+14155552671", "+442079460000", virtual_number="+6531580000")
    account.advance(60)

    legs = account.legs(call["sid"])
    assert ("+6531580000", "+6531580000") == (call["virtual_number"], account.get(call["sid"])["virtual_number"])
    assert ("+14155552671", "+442079460000") == (legs["from"][0]["contact_uri"], legs["to"][0]["contact_uri"])


@pytest.mark.parametrize(
    "spelling", ["sip:agent1002", "SIP:Agent1002", "sips:agent1002", "sip:agent1002;transport=udp"]
)
def test_legs_show_sip_uris(account, spelling):
    """A SIP user is shown as `sip:` and the id in lower case, with the user's name."""
    call = account.place(spelling)
    account.advance(60)
    user = account.control("GET", "/users/u1002")

    [leg] = account.legs(call["sid"])["from"]
    assert ("sip:agent1002", f"{user['first_name']} {user['last_name']}") == (leg["contact_uri"], leg["name"])


@pytest.mark.parametrize("contact", ["sip:agent1002", "+919810000001"])
def test_a_called_agent_is_shown_with_name_and_group(account, contact):
    """A user of the account on leg 2 is shown with name and group, whether reached by SIP or by number."""
    call = account.place("+919811112222", contact)
    account.advance(60)
    users = account.control("GET", "/users")["users"]
    name = next(
        f"{user['first_name']} {user['last_name']}"
        for user in users
        if contact in [device["contact_uri"] for device in user["devices"]]
    )

    [leg] = account.legs(call["sid"])["to"]
    assert (name, 123456, "Support") == (leg["name"], leg["group_id"], leg["group_name"])


def test_an_outsider_has_no_name(account):
    """Numbers that belong to no user are shown without name and group."""
    call = account.place()
    account.advance(60)

    legs = account.legs(call["sid"])
    assert (None, None) == (legs["from"][0]["name"], legs["to"][0]["name"])


def test_an_added_exophone_can_be_called_from(account, order, refused):
    """A number that is added to the account works from then on, and one that is removed does not."""
    body = order(virtual_number="+918000000001")
    text = "Given virtual_number not found"
    refused(account.post(body), 404, 10716, text, text)
    account.control("POST", "/numbers", {"number": "08000000001"})
    added = account.post(body)
    account.control("DELETE", "/numbers/+918000000001")

    assert 200 == added.status_code
    refused(account.post(body), 404, 10716, text, text)


def test_a_new_name_is_shown_on_later_calls(account):
    """A renamed user appears under the new name on calls that are placed afterwards."""
    account.control("PATCH", "/users/u1001", {"first_name": "Asha", "last_name": "Rao"})
    call = account.place("+919810000001")
    account.advance(60)

    assert "Asha Rao" == account.legs(call["sid"])["from"][0]["name"]
