"""A fault rule: whom it hits, when, how often, and what it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from http import HTTPStatus

from mockserver.domain.contact import Contact
from mockserver.domain.errors import BadInput, MockserverError
from mockserver.domain.order import CallEvent
from mockserver.engine.faults.effects import Effect, Error, FaultDirection


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as rules see it. `contacts` are the keys of those that it is from or to."""

    operation: str
    method: str
    path: str
    contacts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """A callback as rules see it; method and path are those of its URL."""

    event: CallEvent
    method: str
    path: str
    contacts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule is for; None matches all. `path` is a glob in which `*` covers slashes, too."""

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    contact: Contact | None = None
    event: CallEvent | None = None

    def covers(self, one: Asked | Told) -> bool:
        return (
            self.operation in {None, getattr(one, "operation", None)}
            and self.event in {None, getattr(one, "event", None)}
            and self.method in {None, one.method}
            and (self.path is None or fnmatchcase(one.path, self.path))
            and (self.contact is None or self.contact.key in one.contacts)
        )

    def check(self, effect: Effect) -> None:
        """Raises BadInput for a condition that nothing of the effect's direction can meet."""
        if effect.direction is FaultDirection.INBOUND and self.event is not None:
            message = f"{effect.kind} hits requests, and a request has no event"
            raise BadInput(message, where="match.event", hint="Match requests by operation, method, path or number.")
        if effect.direction is FaultDirection.OUTBOUND and self.operation is not None:
            message = f"{effect.kind} hits callbacks, and a callback belongs to no operation"
            raise BadInput(message, where="match.operation", hint="Match callbacks by event, method, path or number.")


EVERYTHING = Match()
_NO_STATUS = Error(500)


@dataclass(frozen=True, slots=True)
class FaultRule:
    """`skip` matching requests or callbacks pass first. `remaining` None is for ever.

    Of those behind, each is hit with `probability`, until as many as remain have been, or the world's clock has come to
    `expires_at`.
    """

    id: str
    effect: Effect
    match: Match = field(default=EVERYTHING)
    skip: int = 0
    remaining: int | None = 1
    probability: float = 1.0
    expires_at: datetime | None = None
    matched: int = 0
    injected: int = 0

    def __post_init__(self) -> None:
        self.match.check(self.effect)
        if not 0 <= self.probability <= 1:
            raise BadInput(f"probability must be from 0 to 1, not {self.probability:g}", where="probability")

    def is_live(self, now: datetime) -> bool:
        return self.remaining != 0 and (self.expires_at is None or now < self.expires_at)

    @property
    def error(self) -> Error:
        """What an API words. Of kinds that answer no error it is one that never leaves."""
        return self.effect if isinstance(self.effect, Error) else _NO_STATUS

    @property
    def status(self) -> int:
        return self.error.status

    @property
    def code(self) -> int | None:
        return self.error.code

    @property
    def text(self) -> str | None:
        return self.error.text

    @property
    def phrase(self) -> str:
        """The text of the rule, or what HTTP calls its status."""
        known = {status.value: status.phrase for status in HTTPStatus}
        return self.text or known.get(self.status, "Error")


class InjectedFault(MockserverError):
    """The request is not carried out, because of a fault rule."""

    def __init__(self, rule: FaultRule) -> None:
        what = f"status {rule.status}, code {rule.code}" if isinstance(rule.effect, Error) else rule.effect.kind
        super().__init__(f"fault rule {rule.id}: {what}")
        self.rule = rule
