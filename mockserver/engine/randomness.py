"""The generator for steps that draw nothing."""

from __future__ import annotations

from random import Random


class _NoRandomness(Random):
    """A step that drew all the same would have to get a generator derived for it."""

    def getrandbits(self, k: int, /) -> int:
        raise AssertionError(f"{k} random bits were drawn where none are derived")


NO_RANDOMNESS = _NoRandomness()
