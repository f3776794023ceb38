"""What test suites import. What takes long to import comes when it is first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.control.bodies import DeviceBody, MatchBody, PartyBody, ShareBody, StoryBody
    from mockserver.control.fault_bodies import FaultMatchBody
    from mockserver.control.flow_bodies import (
        ConnectBody,
        GatherBody,
        GreetingBody,
        HangUpBody,
        PassthruBody,
        StreamBody,
        VoicebotBody,
        VoicemailBody,
    )
    from mockserver.control.script_bodies import TurnBody
    from mockserver.domain.call import CallState, Outcome
    from mockserver.domain.causes import HangupCause
    from mockserver.domain.story import Reaction, Side
    from mockserver.testing.client.awaiting.client import AsyncClient
    from mockserver.testing.client.awaiting.feed import AsyncFeed
    from mockserver.testing.client.awaiting.world import AsyncWorld
    from mockserver.testing.client.blocking.client import Client
    from mockserver.testing.client.blocking.feed import Feed
    from mockserver.testing.client.blocking.world import World
    from mockserver.testing.client.errors import (
        BadInput,
        CallRefused,
        ClientError,
        ClockNotManual,
        Conflict,
        ControlError,
        Cut,
        DoubleDial,
        Exhausted,
        Misunderstood,
        NotFound,
        NotMet,
        NotSettled,
        Unauthorized,
        Unreachable,
    )
    from mockserver.testing.explorer import Exploration, OrdersFailed, explore
    from mockserver.testing.orders import Order
    from mockserver.testing.received import Received
    from mockserver.testing.sink import Answer, CallbackSink, SinkTimeoutError
    from mockserver.testing.suite_client import SuiteClient
    from mockserver.testing.suite_world import SuiteWorld

__all__ = [
    "Answer",
    "AsyncClient",
    "AsyncFeed",
    "AsyncWorld",
    "BadInput",
    "CallRefused",
    "CallState",
    "CallbackSink",
    "Client",
    "ClientError",
    "ClockNotManual",
    "Conflict",
    "ConnectBody",
    "ControlError",
    "Cut",
    "DeviceBody",
    "DoubleDial",
    "Exhausted",
    "Exploration",
    "FaultMatchBody",
    "Feed",
    "GatherBody",
    "GreetingBody",
    "HangUpBody",
    "HangupCause",
    "MatchBody",
    "Misunderstood",
    "NotFound",
    "NotMet",
    "NotSettled",
    "Order",
    "OrdersFailed",
    "Outcome",
    "PartyBody",
    "PassthruBody",
    "Reaction",
    "Received",
    "ShareBody",
    "Side",
    "SinkTimeoutError",
    "StoryBody",
    "StreamBody",
    "SuiteClient",
    "SuiteWorld",
    "TurnBody",
    "Unauthorized",
    "Unreachable",
    "VoicebotBody",
    "VoicemailBody",
    "World",
    "explore",
]

_HOMES = {
    "mockserver.control.bodies": ("DeviceBody", "MatchBody", "PartyBody", "ShareBody", "StoryBody"),
    "mockserver.control.fault_bodies": ("FaultMatchBody",),
    "mockserver.control.flow_bodies": (
        "ConnectBody",
        "GatherBody",
        "GreetingBody",
        "HangUpBody",
        "PassthruBody",
        "StreamBody",
        "VoicebotBody",
        "VoicemailBody",
    ),
    "mockserver.control.script_bodies": ("TurnBody",),
    "mockserver.domain.call": ("CallState", "Outcome"),
    "mockserver.domain.causes": ("HangupCause",),
    "mockserver.domain.story": ("Reaction", "Side"),
    "mockserver.testing.client.awaiting.client": ("AsyncClient",),
    "mockserver.testing.client.awaiting.feed": ("AsyncFeed",),
    "mockserver.testing.client.awaiting.world": ("AsyncWorld",),
    "mockserver.testing.client.blocking.client": ("Client",),
    "mockserver.testing.client.blocking.feed": ("Feed",),
    "mockserver.testing.client.blocking.world": ("World",),
    "mockserver.testing.explorer": ("Exploration", "OrdersFailed", "explore"),
    "mockserver.testing.orders": ("Order",),
    "mockserver.testing.received": ("Received",),
    "mockserver.testing.sink": ("Answer", "CallbackSink", "SinkTimeoutError"),
    "mockserver.testing.suite_client": ("SuiteClient",),
    "mockserver.testing.suite_world": ("SuiteWorld",),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    home = next((home for home, names in _HOMES.items() if name in names), "mockserver.testing.client.errors")
    return getattr(importlib.import_module(home), name)
