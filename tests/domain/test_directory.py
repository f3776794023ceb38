"""The people and numbers of one account."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Device, Directory, Exophone, Group, User
from mockserver.domain.errors import AlreadyExists, UnknownDevice, UnknownExophone, UnknownUser

NUMBER = Contact("+912241499102")
PHONE = Device(7, Contact("+919810000001"), "Phone")
SOFTPHONE = Device(8, Contact("sip:agent1"), "Softphone")
ANNA = User("u1", "Anna", "Rao", "anna@example.com", devices=(PHONE, SOFTPHONE))
BABU = User("u2", "Babu", "Das", "babu@example.com")


@pytest.fixture
def directory():
    """Anna with two devices, Babu with none, one ExoPhone."""
    directory = Directory()
    directory.add_exophone(Exophone(NUMBER, "Sales"))
    directory.add_user(ANNA)
    directory.add_user(BABU)
    return directory


def test_an_exophone_is_found_by_its_contact(directory):
    """Whatever the spelling was, the contact is the key."""
    assert "Sales" == directory.exophone(Contact("+912241499102")).friendly_name
    assert (Exophone(NUMBER, "Sales"),) == directory.exophones


def test_a_number_that_is_not_the_accounts_is_unknown(directory):
    """The message names it."""
    with pytest.raises(UnknownExophone, match=r"\+918047112345"):
        directory.exophone(Contact("+918047112345"))


def test_an_exophone_is_found_by_its_sid(directory):
    """The sid follows from the number, so that it is the same when the number is bought again."""
    sid = directory.exophone(NUMBER).sid
    with pytest.raises(UnknownExophone, match="nobody"):
        directory.exophone_of_sid("nobody")

    assert directory.exophone(NUMBER) is directory.exophone_of_sid(sid)
    assert sid == Exophone(NUMBER, "Another name").sid != Exophone(Contact("+918047112345"), "Sales").sid


def test_an_exophone_is_added_once_and_replaced_at_will(directory):
    """`add` refuses what exists, `put` replaces it."""
    with pytest.raises(AlreadyExists):
        directory.add_exophone(Exophone(NUMBER, "Again"))
    directory.put_exophone(Exophone(NUMBER, "Support"))

    assert "Support" == directory.exophone(NUMBER).friendly_name


def test_a_removed_exophone_is_gone(directory):
    """It is returned once, then unknown."""
    assert Exophone(NUMBER, "Sales") == directory.remove_exophone(NUMBER)
    with pytest.raises(UnknownExophone):
        directory.remove_exophone(NUMBER)


def test_users_are_found_by_id(directory):
    """In the order in which they were added."""
    assert ANNA is directory.user("u1")
    assert (ANNA, BABU) == directory.users
    with pytest.raises(UnknownUser, match="u9"):
        directory.user("u9")


def test_a_user_is_added_once(directory):
    """An id names one person."""
    with pytest.raises(AlreadyExists, match="u1"):
        directory.add_user(replace(BABU, id="u1"))


def test_a_name_has_no_loose_spaces():
    """A user with one name only has no trailing space."""
    assert "Anna Rao" == ANNA.name
    assert "Anna" == replace(ANNA, last_name="").name


def test_a_device_is_found_by_its_contact(directory):
    """With the user it belongs to; an outsider's number belongs to nobody."""
    assert (ANNA, SOFTPHONE) == directory.find_device(Contact("sip:agent1"))
    assert directory.find_device(Contact("+919899999999")) is None


def test_a_device_is_a_telephone_or_sip():
    """The kind follows from the contact."""
    assert ("tel", "sip") == (PHONE.kind, SOFTPHONE.kind)


def test_a_contact_is_on_one_device_only(directory):
    """Of whomever: another user's, or the same user's twice. Nothing changes then."""
    with pytest.raises(AlreadyExists, match="u1"):
        directory.put_user(replace(BABU, devices=(replace(PHONE, id=9),)))
    with pytest.raises(AlreadyExists):
        directory.put_user(replace(BABU, devices=(Device(9, NUMBER, "One"), Device(10, NUMBER, "Two"))))

    assert BABU is directory.user("u2")
    assert (ANNA, PHONE) == directory.find_device(PHONE.contact)
    assert directory.find_device(NUMBER) is None


def test_a_device_that_was_taken_away_can_be_given_to_another(directory):
    """The contact is free as soon as no device has it."""
    directory.put_user(replace(ANNA, devices=(SOFTPHONE,)))
    directory.put_user(replace(BABU, devices=(PHONE,)))

    assert "u2" == directory.find_device(PHONE.contact)[0].id


def test_a_removed_user_takes_the_devices_along(directory):
    """Their contacts belong to nobody then."""
    assert ANNA is directory.remove_user("u1")
    assert directory.find_device(PHONE.contact) is None
    with pytest.raises(UnknownUser):
        directory.remove_user("u1")


def test_a_device_is_replaced_in_its_place(directory):
    """The others stay as they are, in their order."""
    off = replace(PHONE, is_available=False)

    assert (off, SOFTPHONE) == directory.put_device("u1", off).devices
    assert (directory.user("u1"), off) == directory.find_device(PHONE.contact)


def test_a_device_that_the_user_does_not_have_cannot_be_replaced(directory):
    """Unknown user and unknown device are told apart."""
    with pytest.raises(UnknownDevice, match="99"):
        directory.put_device("u1", replace(PHONE, id=99))
    with pytest.raises(UnknownUser):
        directory.put_device("u9", PHONE)


def test_a_device_of_a_user_is_found_by_id(directory):
    """Ids are looked up among the user's own."""
    assert SOFTPHONE is directory.device_of(ANNA, 8)
    with pytest.raises(UnknownDevice):
        directory.device_of(BABU, 8)


def test_new_device_ids_are_above_all_known(directory):
    """Ids from outside are never given again."""
    assert 9 == directory.new_device_id()
    assert 10 == directory.new_device_id()


def test_groups_know_their_members(directory):
    """A user can be in several groups, or in none."""
    directory.groups[1] = Group(1, "Sales", ("u1",))
    directory.groups[2] = Group(2, "All", ("u1", "u2"))

    assert ["Sales", "All"] == [group.name for group in directory.groups_of("u1")]
    assert [] == list(directory.groups_of("u9"))


@pytest.mark.parametrize(
    ("email", "found"), [("anna@example.com", "u1"), ("Anna@Example.COM", "u1"), ("nobody@example.com", None)]
)
def test_a_user_is_found_by_address(directory, email, found):
    """Addresses are the same in any case of letters."""
    user = directory.find_email(email)

    assert found == (user.id if user else None)
