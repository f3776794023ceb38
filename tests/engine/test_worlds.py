"""The register of worlds: found by sid, key and access token, and by nothing else."""

from __future__ import annotations

import pytest

from mockserver.domain.errors import AlreadyExists, Exhausted, UnknownWorld
from mockserver.engine.world import Account
from mockserver.engine.worlds import Worlds


class Bare:
    """As much of a world as the register looks at."""

    def __init__(self, *names):
        self.account = Account(*names)


@pytest.fixture
def worlds():
    """A register with one world."""
    register = Worlds(3)
    register.add(Bare("one", "key", "secret", "open"))
    return register


def test_a_world_is_found_by_its_names(worlds):
    """The sid serves as Basic user, too; the password opens nothing by itself."""
    [world] = worlds.all

    assert [world] * 5 == [
        worlds.get("one"),
        worlds.find("one"),
        worlds.of_user("one"),
        worlds.of_user("key"),
        worlds.of_token("open"),
    ]
    assert [None] * 5 == [
        worlds.find("key"),
        worlds.of_user("open"),
        worlds.of_token("key"),
        worlds.of_token("secret"),
        worlds.of_token(""),
    ]


def test_an_account_has_a_token_without_being_given_one():
    """Made from its sid."""
    assert "one-token" == Account("one", "key", "secret").access_token


def test_an_unknown_world_is_named(worlds):
    """In the refusal."""
    with pytest.raises(UnknownWorld, match="'two'"):
        worlds.get("two")


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (("one", "k", "t", "a"), "'one'"),
        (("key", "k", "t", "a"), "'key'"),
        (("two", "key", "t", "a"), "'key'"),
        (("two", "one", "t", "a"), "'one'"),
        (("two", "k", "t", "open"), "access token"),
    ],
)
def test_a_name_belongs_to_one_world(worlds, names, taken):
    """Whichever name of the other it is; a token is not repeated in the refusal."""
    with pytest.raises(AlreadyExists, match=taken) as refused:
        worlds.check(Account(*names))

    assert "open" not in refused.value.message


def test_passwords_may_be_alike(worlds):
    """They name nobody."""
    worlds.check(Account("two", "k", "secret", "a"))


def test_there_are_so_many_worlds_and_no_more(worlds):
    """Until one of them goes."""
    for number in (2, 3):
        worlds.add(Bare(f"w{number}", f"k{number}", "t"))
    with pytest.raises(Exhausted, match="3 worlds"):
        worlds.check(Account("w4", "k4", "t"))
    worlds.remove(worlds.get("w2"))

    worlds.check(Account("w4", "k4", "t"))


def test_a_world_that_is_gone_is_found_under_no_name(worlds):
    """And its names are free again, also where key and sid are one."""
    worlds.add(Bare("same", "same", "t"))
    for world in worlds.all:
        worlds.remove(world)

    assert () == worlds.all
    assert [None] * 4 == [worlds.find("one"), worlds.of_user("key"), worlds.of_user("same"), worlds.of_token("open")]
    worlds.check(Account("one", "key", "secret", "open"))
