"""Named scenarios from files: stories, rules, faults and the people of a world, in TOML or JSON, with the names of the
control API.

    [busy-evening]
    default = { to = { reaction = "busy" } }

    [[busy-evening.rules]]
    match = { to = "+919812300000" }
    story = { talk = 5 }

    [[busy-evening.contacts]]
    number = "+919812300000"
    first_name = "Asha"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from mockserver.control.bodies import Body, NumberBody, RuleBody, ShareBody, StoryBody, UserBody
from mockserver.control.contact_center import (
    CampaignBody,
    ContactBody,
    DispositionBody,
    GroupBody,
    add_entry,
)
from mockserver.control.fault_bodies import FaultBody
from mockserver.control.flow_bodies import FlowBody
from mockserver.control.people import added_number, added_user
from mockserver.control.problems import OUR_OWN
from mockserver.domain.errors import BadInput, MockserverError
from mockserver.engine.world import World

_described = OUR_OWN.field


class ScenarioBody(Body):
    """What a scenario brings into a world, besides what is there already."""

    next: Annotated[list[StoryBody], _described("queued for the next calls")] = msgspec.field(default_factory=list)
    rules: list[RuleBody] = msgspec.field(default_factory=list)
    default: StoryBody | None = None
    faults: list[FaultBody] = msgspec.field(default_factory=list)
    outcomes: Annotated[list[ShareBody] | None, _described("what calls without a story draw from")] = None
    numbers: list[NumberBody] = msgspec.field(default_factory=list)
    users: list[UserBody] = msgspec.field(default_factory=list)
    groups: list[GroupBody] = msgspec.field(default_factory=list)
    flows: list[FlowBody] = msgspec.field(default_factory=list)
    contacts: list[ContactBody] = msgspec.field(default_factory=list)
    campaigns: list[CampaignBody] = msgspec.field(default_factory=list)
    dispositions: list[DispositionBody] = msgspec.field(default_factory=list)

    def apply(self, world: World) -> dict[str, int]:
        """Bring it into a world; how many of each kind it brought. Raises what its parts raise."""
        for number in self.numbers:
            added_number(world, number)
        for user in self.users:
            added_user(world, user)
        for kind in _KINDS:
            for entry in getattr(self, kind):
                add_entry(world, kind.removesuffix("s"), entry)
        scenarios = world.scenarios
        for story in self.next:
            scenarios.tell_next(story.story())
        for rule in self.rules:
            rule.add_to(scenarios)
        for fault in self.faults:
            fault.add_to(world.faults)
        if self.default is not None:
            scenarios.default = self.default.story()
        if self.outcomes is not None:
            scenarios.draw_from(tuple(share.share() for share in self.outcomes))
        return self.size()

    def size(self) -> dict[str, int]:
        kinds = ("next", "rules", "faults", "numbers", "users", *_KINDS)
        return {kind: len(getattr(self, kind)) for kind in kinds if getattr(self, kind)}


_KINDS = ("groups", "flows", "contacts", "campaigns", "dispositions")
_UNREADABLE = "The server's user has to be able to read it; in the image that is 10001."
_DECODERS = {".toml": msgspec.toml.decode, ".json": msgspec.json.decode}


def read_scenarios(paths: Iterable[str]) -> Mapping[str, ScenarioBody]:
    """The scenarios of all files, and of all files in folders. Raises BadInput that names file, place and mend."""
    found: dict[str, ScenarioBody] = {}
    for path in (file for one in map(Path, paths) for file in _files(one)):
        for name, scenario in _read(path).items():
            if name in found:
                message = f"{path}: there is a scenario {name!r} already"
                raise BadInput(message, where="scenarios", hint="Rename one of the two.")
            found[name] = scenario
    return found


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    try:
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in _DECODERS)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}", where="scenarios", hint=_UNREADABLE) from error
    if not files:
        message = f"{path}: no {' or '.join(_DECODERS)} file is in this folder"
        raise BadInput(message, where="scenarios", hint="Is it the folder that was meant, and is it mounted?")
    return files


def _read(path: Path) -> dict[str, ScenarioBody]:
    decode = _DECODERS.get(path.suffix.lower())
    if decode is None:
        message = f"{path}: scenarios are read from {' and '.join(_DECODERS)} files"
        raise BadInput(message, where="scenarios")
    try:
        return decode(path.read_bytes(), type=dict[str, ScenarioBody])  # type: ignore[operator, no-any-return]
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}", where="scenarios", hint=_UNREADABLE) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        hint = "Names are those of the control API's bodies: /openapi/control.json has them."
        raise BadInput(f"{path}: {error}", where="scenarios", hint=hint) from error
    except MockserverError as error:
        raise BadInput(f"{path}: {error.message}", where="scenarios", hint=error.hint) from error
