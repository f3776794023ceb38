"""Worlds that nobody uses go, by a clock that the test moves."""

from __future__ import annotations

import logging

import pytest

from mockserver.domain.errors import UnknownWorld
from mockserver.engine.idleness import IdleWorlds

pytestmark = pytest.mark.anyio

LIMIT = 60.0


class Wall:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def idle(house, wall):
    """Looks at the worlds of the house after so many seconds; the names of those that go."""
    house.world.lasts = True
    worlds = IdleWorlds(house.engine, LIMIT, wall)

    def look(seconds):
        wall.now += seconds
        return [world.sid for world in worlds.look()]

    look(0)
    return look


def test_a_world_that_nobody_uses_goes(house, idle, caplog):
    """After its time, and a line of the log says so."""
    house.create("left")

    with caplog.at_level(logging.INFO):
        assert [[], [], ["left"]] == [idle(0), idle(59), idle(1)]
    assert ["world left saw no request for 60 s and has been removed"] == [record.message for record in caplog.records]
    assert 1 == house.engine.tally.expired_worlds
    with pytest.raises(UnknownWorld):
        house.engine.world("left")


def test_a_world_that_is_used_stays(house, idle):
    """Each request begins its time anew."""
    world = house.create("used")
    gone = [idle(0)]
    for _ in range(5):
        world.touch()
        gone.append(idle(50))

    assert [[]] * 6 == gone
    assert ["used"] == idle(60)


def test_a_world_of_the_settings_stays(house, idle):
    """Whatever its age."""
    assert [] == idle(1e9)
    assert house.world is house.engine.world("mock")


def test_a_world_that_somebody_listens_to_stays(house, idle):
    """Whoever waits or reads events uses it; its time begins when the last of them has left."""
    world = house.create("heard")
    with world.events.listening():
        listened = [idle(0), idle(100)]

    assert [[], []] == listened
    assert [[], ["heard"]] == [idle(59), idle(1)]


def test_a_world_that_came_again_is_new(house, idle):
    """Its name is not what counts."""
    house.create("again")
    idle(0)
    idle(59)
    house.engine.remove_world("again")
    house.create("again")

    assert [] == idle(30)


async def test_the_server_looks_by_itself(house, until):
    """While the engine runs, in real time."""
    house.create("left")
    house.world.lasts = True
    house.engine.besides.append(IdleWorlds(house.engine, 0.02).watch)
    async with house.running():
        await until(lambda: len(house.engine.worlds) == 1)

    assert (house.world,) == house.engine.worlds
