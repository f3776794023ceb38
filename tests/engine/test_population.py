"""The sample directory that a world begins with."""

from __future__ import annotations

import pytest

from mockserver.domain.contact import Contact, parse_contact


@pytest.fixture
def directory(world):
    """The sample directory."""
    return world.directory


def test_there_are_three_exophones(directory):
    """Two of them are those of the portal's examples; each is called by its local form."""
    assert ["+912241499102", "+911414941199", "+918047112345"] == [one.contact.key for one in directory.exophones]
    assert "02241499102" == directory.exophone(Contact("+912241499102")).friendly_name


def test_there_are_four_users_with_devices_in_different_states(directory):
    """Telephone and SIP, on and off, verified and not."""
    assert [
        ("u1001", "tel", True, True),
        ("u1001", "sip", False, True),
        ("u1002", "sip", True, True),
        ("u1002", "tel", False, True),
        ("u1003", "tel", False, True),
        ("u1004", "tel", True, False),
    ] == [
        (user.id, device.kind, device.is_available, device.is_verified)
        for user in directory.users
        for device in user.devices
    ]


def test_there_is_one_group_and_one_flow(directory):
    """All users are in the group."""
    assert [("Support", ("u1001", "u1002", "u1003", "u1004"))] == [
        (group.name, group.user_ids) for group in directory.groups.values()
    ]
    assert ["501"] == list(directory.flows)


def test_devices_have_ids_of_their_own(directory):
    """No two are equal, and the next is another."""
    ids = [device.id for user in directory.users for device in user.devices]

    assert 6 == len(set(ids))
    assert directory.new_device_id() not in ids


def test_names_follow_from_the_seed(house):
    """The same in every world of that seed, others in others."""
    names = {
        sid: [(user.name, user.email) for user in house.create(sid, seed=seed).directory.users]
        for sid, seed in (("a", 1), ("b", 2), ("c", 1))
    }

    assert names["a"] == names["c"] != names["b"]
    assert all("@example.com" in email for people in names.values() for _, email in people)


def test_one_s_own_exophones_come_on_top(house):
    """In any spelling; one that is in the sample already stays one."""
    own = (parse_contact("080 4000 0000"), parse_contact("02241499102"))
    directory = house.create("own", exophones=own).directory

    assert 4 == len(directory.exophones)
    assert "08040000000" == directory.exophone(Contact("+918040000000")).friendly_name


def test_worlds_do_not_share_a_directory(house):
    """What is removed here stays there."""
    other = house.create("other")
    other.directory.remove_user("u1001")

    assert 4 == len(house.world.directory.users)
    assert 3 == len(other.directory.users)


def test_a_directory_can_be_forgotten(house):
    """The next look finds it as it was in the beginning."""
    before = house.world.directory.users
    house.world.directory.remove_user("u1001")
    house.world.forget_directory()

    assert before == house.world.directory.users
