"""What makes a world move: its parts, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mockserver.domain.call import Call
from mockserver.domain.effects import Input
from mockserver.engine.asking import Asking
from mockserver.engine.dispatcher import Dispatcher, Spawn
from mockserver.engine.histories import Histories
from mockserver.engine.lines import Lines
from mockserver.engine.outbox import Outbox
from mockserver.engine.ports import AnswerReader, CallbackWriter, Sender, Timer
from mockserver.engine.runner import Runner
from mockserver.engine.snapshots import Snapshots
from mockserver.engine.switchboard import Switchboard
from mockserver.engine.world import World


@dataclass(frozen=True, slots=True)
class Outside:
    """What an engine has beyond itself: who sends, who words, who reads answers, who opens sockets if anybody does."""

    sender: Sender
    writers: Mapping[str, CallbackWriter]
    readers: Mapping[str, AnswerReader]
    lines: Lines | None

    async def aclose(self) -> None:
        await self.sender.aclose()
        if self.lines is not None:
            await self.lines.dialler.aclose()


@dataclass(frozen=True, slots=True)
class Running:
    dispatcher: Dispatcher
    outbox: Outbox
    asking: Asking
    runner: Runner
    histories: Histories
    snapshots: Snapshots
    switchboard: Switchboard

    async def until_drained(self) -> None:
        """Close the streams, and let end what is on the wire."""
        self.switchboard.shut()
        await self.dispatcher.until_quiet()
        await self.switchboard.until_empty()


def set_going(
    world: World,
    outside: Outside,
    spawn: Spawn,
    *,
    fire: Callable[[Timer], None],
    feed: Callable[[str, Input], Call],
    step: Callable[[Call, Input, datetime], Call],
) -> Running:
    """The parts of a world. `fire` carries out a timer, `feed` and `step` let something happen to a call."""
    dispatcher = Dispatcher(world, outside.sender, spawn)
    runner = Runner(world, dispatcher, fire, spawn)
    histories = Histories(world)
    snapshots = Snapshots(world, dispatcher, runner, histories)
    outbox = Outbox(world, dispatcher)
    asking = Asking(world, outside.writers, outside.readers, step)
    outbox.on_answer = asking.heard
    switchboard = Switchboard(world, outside.lines, spawn, feed)
    switchboard.on_quiet = switchboard.on_planned = runner.look_again
    snapshots.on_restore = switchboard.shut
    runner.traffic.append(switchboard)
    return Running(dispatcher, outbox, asking, runner, histories, snapshots, switchboard)
