"""The page on flows lists what applets send and understand as the structs have it, and how far that can be trusted."""

from __future__ import annotations

from typing import get_args, get_type_hints

import msgspec
import pytest

from mockserver.providers.exotel.applets.agents import AgentParameters
from mockserver.providers.exotel.applets.connect import ConnectParameters
from mockserver.providers.exotel.applets.connect_shapes import (
    ContactCenterAnswer,
    Destination,
    ManagedDestination,
    MusicOnHold,
    ParallelRinging,
    ProgrammableAnswer,
    StartCallPlayback,
)
from mockserver.providers.exotel.applets.dialled import DialledLeg, Insights
from mockserver.providers.exotel.applets.gather import GatherAnswer, GatherPrompt
from mockserver.providers.exotel.applets.greeting import GreetingParameters
from mockserver.providers.exotel.applets.passthru import PassthruParameters

PARAMETERS = {
    "Passthru": PassthruParameters,
    "Connect and gather": ConnectParameters,
    "Greeting": GreetingParameters,
    "Agents who ring, answer and leave": AgentParameters,
    "Each of `Legs`, as in `Legs[0][Number]`": DialledLeg,
    "`Insights` of a leg": Insights,
}
KEYS = {
    "Connect 1.0": ProgrammableAnswer,
    "`destination` of 1.0": Destination,
    "Connect 1.1": ContactCenterAnswer,
    "Each `destination` of 1.1": ManagedDestination,
    "`music_on_hold`": MusicOnHold,
    "`start_call_playback`": StartCallPlayback,
    "`parallel_ringing`": ParallelRinging,
    "Gather": GatherAnswer,
    "`gather_prompt`": GatherPrompt,
}


def drawn(structs, head):
    """One table for each struct."""
    lines = []
    for title, struct in structs.items():
        lines += [f"**{title}**", "", f"| {head} | Basis | What it holds |", "|---|---|---|", *_rows(struct), ""]
    return "\n".join(lines)


def _rows(struct):
    hints = get_type_hints(struct, include_extras=True)
    for field in msgspec.structs.fields(struct):
        meta = get_args(hints[field.name])[1]
        words = meta.extra_json_schema.get("enum")
        held = ", ".join(f"`{word}`" for word in words) if words else ""
        said = "; ".join(part for part in (meta.description, held) if part)
        yield f"| `{field.encode_name}` | {meta.extra_json_schema['x-provenance']['basis']} | {said} |"


@pytest.mark.parametrize(("mark", "structs", "head"), [("parameters", PARAMETERS, "Parameter"), ("keys", KEYS, "Key")])
def test_the_tables_are_those_of_the_structs(root, mark, structs, head):
    """What stands between the marks is drawn from the fields, in their order, with the basis of each."""
    text = (root / ".github/FLOWS.md").read_text()
    between = text.partition(f"<!-- {mark}: begin -->\n")[2].partition(f"<!-- {mark}: end -->")[0]

    assert drawn(structs, head) == between
