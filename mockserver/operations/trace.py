"""What the layers learn of a request on its way, for the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.types import Scope

if TYPE_CHECKING:
    from mockserver.engine.faults import Injection
    from mockserver.engine.world import World

_KEY = "mockserver.trace"


@dataclass(slots=True)
class Trace:
    """Filled in by whoever knows: the world a request belongs to, its operation, why it was refused, and with
    which vendor code.

    `injection` is a fault of the answer, on its way to the wire; `placed` the sid of the call that the request placed;
    `nearest` is the likest route where none matched, `elsewhere` says which host would have served the path;
    `hides_body` says that the request's body is a secret.
    """

    world: World | None = None
    operation: str | None = None
    fault: str | None = None
    refusal: str | None = None
    hint: str | None = None
    code: int | str | None = None
    injection: Injection | None = None
    placed: str | None = None
    nearest: str | None = None
    elsewhere: str | None = None
    hides_body: bool = False


def trace_of(scope: Scope) -> Trace:
    """The request's trace; a new one where no journal asked for it."""
    trace: Trace = scope.setdefault(_KEY, Trace())
    return trace
