"""Who is dialled first, and every reason why somebody is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.domain.contact import Contact
from mockserver.domain.directory import Device, User
from mockserver.domain.errors import (
    ContactBusy,
    DeviceOff,
    DeviceUnverified,
    NotAllowed,
    UnknownDevice,
    UnknownUser,
    UserHasNoDevice,
)
from mockserver.domain.order import Party
from mockserver.engine.callers import Caller, find_caller, known_party, require_free, require_voip

OUTSIDER = Contact("+919899999999")
DESK, MOBILE, SOFTPHONE = Contact("+919810000011"), Contact("+919810000012"), Contact("sip:anna")


@pytest.fixture
def anna(world):
    """A user of the group Support with a desk phone, a mobile and a softphone, all of them ready."""
    devices = (Device(91, DESK, "Desk"), Device(92, MOBILE, "Mobile"), Device(93, SOFTPHONE, "Softphone"))
    user = world.directory.add_user(User("anna", "Anna", "Rao", "anna@example.com", devices=devices))
    support = world.directory.groups[123456]
    world.directory.groups[123456] = replace(support, user_ids=(*support.user_ids, "anna"))
    return user


@pytest.fixture
def change(world, anna):
    """Changes one of Anna's devices."""

    def change_device(position, **changes):
        world.directory.put_device("anna", replace(anna.devices[position], **changes))

    return change_device


ANNA = Party(DESK, "Anna Rao", "anna", 123456, "Support")


def test_an_outsider_is_dialled_by_number(world):
    """Nobody is busy with it, unless the number is managed."""
    assert Caller(Party(OUTSIDER), ()) == find_caller(world, OUTSIDER, None, is_managed=False)
    assert Caller(Party(OUTSIDER), (OUTSIDER.key,)) == find_caller(world, OUTSIDER, None, is_managed=True)


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("is_managed", [False, True])
def test_a_user_s_number_is_the_user(is_managed, world):
    """With name and group, and always managed: user and number are busy together."""
    assert Caller(ANNA, ("user:anna", DESK.key)) == find_caller(world, DESK, None, is_managed=is_managed)


@pytest.mark.usefixtures("anna")
def test_a_user_can_be_named_by_id(world):
    """The first device that is ready rings; or the one that is named too."""
    by_id = find_caller(world, None, "anna", is_managed=False)
    by_both = find_caller(world, MOBILE, "anna", is_managed=False)

    assert Caller(ANNA, ("user:anna", DESK.key)) == by_id
    assert Caller(replace(ANNA, contact=MOBILE), ("user:anna", MOBILE.key)) == by_both


def test_a_device_that_is_off_is_passed_over(world, change):
    """If the user has another."""
    change(0, is_available=False)

    assert MOBILE == find_caller(world, None, "anna", is_managed=False).party.contact


def test_a_device_that_is_not_verified_is_passed_over(world, change):
    """If the user has another that is on, verified and free."""
    change(0, is_verified=False)

    assert MOBILE == find_caller(world, None, "anna", is_managed=False).party.contact


def test_a_named_device_that_is_off_is_refused(world, change):
    """Although others are on."""
    change(1, is_available=False)
    with pytest.raises(DeviceOff, match="Anna Rao"):
        find_caller(world, MOBILE, None, is_managed=False)
    with pytest.raises(DeviceOff):
        find_caller(world, MOBILE, "anna", is_managed=False)


def test_a_named_device_that_is_not_verified_is_refused(world, change):
    """Although others are verified."""
    change(1, is_verified=False)
    with pytest.raises(DeviceUnverified, match="Anna Rao"):
        find_caller(world, MOBILE, None, is_managed=False)


def test_a_user_whose_devices_are_all_off_is_refused(world, change):
    """There is nothing that could ring."""
    for position in range(3):
        change(position, is_available=False)
    with pytest.raises(DeviceOff):
        find_caller(world, None, "anna", is_managed=False)


def test_a_user_whose_only_device_is_not_verified_is_refused(world):
    """By id as by number; so is the sample user of that kind."""
    with pytest.raises(DeviceUnverified):
        find_caller(world, None, "u1004", is_managed=False)
    with pytest.raises(DeviceUnverified):
        find_caller(world, Contact("+919810000004"), None, is_managed=False)


def test_an_unknown_user_is_refused(world):
    """The id is in the message."""
    with pytest.raises(UnknownUser, match="nobody"):
        find_caller(world, None, "nobody", is_managed=False)


def test_somebody_has_to_be_named(world):
    """By contact or by id."""
    with pytest.raises(UnknownUser, match="contact or a user id"):
        find_caller(world, None, None, is_managed=False)


@pytest.mark.usefixtures("anna")
def test_a_device_of_somebody_else_is_refused(world):
    """A contact that is not the user's is none of the user's devices."""
    with pytest.raises(UnknownDevice, match=r"\+919810000001"):
        find_caller(world, Contact("+919810000001"), "anna", is_managed=False)
    with pytest.raises(UnknownDevice):
        find_caller(world, OUTSIDER, "anna", is_managed=False)


@pytest.mark.parametrize("contact", [None, OUTSIDER])
def test_a_user_without_a_device_is_refused(contact, world):
    """Whatever contact is named."""
    world.directory.add_user(User("new", "New", "One", "new@example.com"))
    with pytest.raises(UserHasNoDevice, match="new"):
        find_caller(world, contact, "new", is_managed=False)


def test_a_sip_id_of_nobody_is_refused(world):
    """It exists only as a user's device."""
    with pytest.raises(UnknownUser, match="sip:stranger"):
        find_caller(world, Contact("sip:stranger"), None, is_managed=False)


def test_a_sip_id_of_a_user_is_the_user(world, anna):
    """As a number would be."""
    found = find_caller(world, SOFTPHONE, None, is_managed=False)

    assert Caller(replace(ANNA, contact=SOFTPHONE), ("user:anna", "sip:anna")) == found
    assert anna.name == found.party.name


@pytest.mark.usefixtures("anna")
def test_without_voip_no_sip_id_is_dialled(world, voiceless):
    """Neither a user's nor a stranger's; numbers are."""
    world.apply_settings(voiceless)
    for contact in (SOFTPHONE, Contact("sip:stranger")):
        with pytest.raises(NotAllowed, match="VoIP"):
            find_caller(world, contact, None, is_managed=False)
    require_voip(world, DESK)

    assert DESK == find_caller(world, DESK, None, is_managed=False).party.contact


def test_without_voip_a_user_is_not_dialled_on_a_softphone(world, change, voiceless):
    """Naming the user by id is no way around it."""
    world.apply_settings(voiceless)
    change(0, is_available=False)
    change(1, is_available=False)
    with pytest.raises(NotAllowed):
        find_caller(world, None, "anna", is_managed=False)


def test_a_party_has_the_name_that_the_directory_knows(world, anna):
    """An outsider has none; a user without a group has no group."""
    world.directory.groups.clear()

    assert Party(OUTSIDER) == known_party(world.directory, OUTSIDER)
    assert Party(DESK, anna.name, "anna") == known_party(world.directory, DESK)


@pytest.mark.usefixtures("anna")
def test_a_user_on_a_call_is_not_free(house):
    """On whichever device; outsiders are always."""
    desk, mobile = (known_party(house.world.directory, contact) for contact in (DESK, MOBILE))
    require_free(house.world, mobile)
    call = house.place(from_party=desk, holds=desk.keys)

    with pytest.raises(ContactBusy, match=call.sid):
        require_free(house.world, mobile)
    require_free(house.world, Party(OUTSIDER))
