"""Errors on purpose: rules that answer the next n requests of an operation with a status and a vendor code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from mockserver.domain.errors import BadInput, MockserverError, UnknownFault

_MOST_RULES = 1_000


@dataclass(frozen=True, slots=True)
class FaultRule:
    """`operation` None matches every operation of the world. `remaining` None is for ever.

    `code` None with a status means an error without a vendor code, as some documented rows have it.
    """

    id: str
    operation: str | None
    status: int
    code: int | None = None
    text: str | None = None
    remaining: int | None = 1
    injected: int = 0

    @property
    def phrase(self) -> str:
        """The text of the rule, or what HTTP calls its status."""
        known = {status.value: status.phrase for status in HTTPStatus}
        return self.text or known.get(self.status, "Error")


class InjectedFault(MockserverError):
    """The request was answered by a fault rule."""

    def __init__(self, rule: FaultRule) -> None:
        super().__init__(f"fault rule {rule.id}: status {rule.status}, code {rule.code}")
        self.rule = rule


class Faults:
    """A world's fault rules. The first that covers an operation is used up by one."""

    def __init__(self) -> None:
        self._rules: dict[str, FaultRule] = {}
        self._count = 0

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        return tuple(self._rules.values())

    def add(
        self, operation: str | None, status: int, code: int | None, text: str | None, times: int | None
    ) -> FaultRule:
        if len(self._rules) >= _MOST_RULES:
            self._rules = {known.id: known for known in self._rules.values() if known.remaining != 0}
        if len(self._rules) >= _MOST_RULES:
            message = f"there are {_MOST_RULES} fault rules already"
            raise BadInput(message, hint="Heal them with DELETE .../faults.")
        self._count += 1
        rule = FaultRule(f"f{self._count}", operation, status, code, text, times)
        self._rules[rule.id] = rule
        return rule

    def remove(self, rule_id: str) -> FaultRule:
        try:
            return self._rules.pop(rule_id)
        except KeyError:
            message = f"no fault rule {rule_id!r}"
            raise UnknownFault(message) from None

    def clear(self) -> int:
        removed = len(self._rules)
        self._rules.clear()
        return removed

    def check(self, operation: str) -> None:
        """Raise InjectedFault if a rule covers the operation."""
        for rule in self._rules.values():
            if rule.remaining != 0 and rule.operation in {None, operation}:
                remaining = None if rule.remaining is None else rule.remaining - 1
                rule = replace(rule, remaining=remaining, injected=rule.injected + 1)  # noqa: PLW2901
                self._rules[rule.id] = rule
                raise InjectedFault(rule)
