"""Conversations without sockets: time in milliseconds, effects by kind."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from mockserver.streams import conversation
from mockserver.streams.setup import Setup


@dataclass
class Stage:
    """A conversation that a test plays, and everything that it brought about."""

    setup: Setup
    talk: conversation.Conversation = None
    effects: list = field(default_factory=list)

    def __post_init__(self):
        self._take(conversation.begin(self.setup))

    def _take(self, moved):
        self.talk = moved.conversation
        self.effects += moved.effects
        return list(moved.effects)

    def wake(self, at):
        return self._take(conversation.wake(self.talk, at * 1000))

    def said(self, at, lasts, *, voiced=True):
        voices = [(0, lasts * 1000)] if voiced else []
        return self._take(conversation.said(self.talk, at * 1000, lasts * 1000, voices))

    def do(self, what, at, *words):
        return self._take(getattr(conversation, what)(self.talk, at * 1000, *words))

    def all(self, kind):
        return [one for one in self.effects if isinstance(one, kind)]


@pytest.fixture
def stage():
    return lambda **fields: Stage(Setup(**fields))
