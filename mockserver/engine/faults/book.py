"""A world's fault rules, and which of them hits what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from mockserver.domain.errors import BadInput, UnknownFault
from mockserver.engine.faults.effects import Effect, FaultDirection, Overtake
from mockserver.engine.faults.rules import EVERYTHING, Asked, FaultRule, Match, Told

_MOST_RULES = 1_000
_LONGEST_LIFE = 31_622_400.0


@dataclass(frozen=True, slots=True)
class Injection:
    """A rule that hits, and the randomness of this very hit: same seed and same requests, same faults."""

    rule: FaultRule
    rng: Random

    @property
    def effect(self) -> Effect:
        return self.rule.effect


class Faults:
    """Of several rules that cover a request or a callback, the oldest that hits is used; one hits at a time.

    `rng` derives randomness from purpose and key, `now` tells the world's time.
    """

    def __init__(self, rng: Callable[[str, object], Random], now: Callable[[], datetime]) -> None:
        self._rng = rng
        self._now = now
        self._rules: dict[str, FaultRule] = {}
        self._count = 0

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        return tuple(self._rules.values())

    @property
    def asks_for_numbers(self) -> bool:
        """Whether a rule for requests looks at numbers: finding those of a request costs more than all the rest."""
        return any(rule.match.contact and rule.effect.direction is FaultDirection.INBOUND for rule in self.rules)

    def add(
        self,
        effect: Effect,
        match: Match = EVERYTHING,
        *,
        skip: int = 0,
        times: int | None = 1,
        probability: float = 1.0,
        expires_after: float | None = None,
    ) -> FaultRule:
        """Raises BadInput if the rule contradicts itself or there are too many."""
        expires_at = None
        if expires_after is not None:
            if not 0 < expires_after <= _LONGEST_LIFE:
                message = f"expires_after must be above 0 and at most {_LONGEST_LIFE:.0f} seconds"
                raise BadInput(message, where="expires_after")
            expires_at = self._now() + timedelta(seconds=expires_after)
        self._make_room()
        rule = FaultRule(f"f{self._count + 1}", effect, match, skip, times, probability, expires_at)
        self._count += 1
        self._rules[rule.id] = rule
        return rule

    def _make_room(self) -> None:
        if len(self._rules) >= _MOST_RULES:
            now = self._now()
            self._rules = {known.id: known for known in self.rules if known.is_live(now)}
        if len(self._rules) >= _MOST_RULES:
            message = f"there are {_MOST_RULES} fault rules already"
            raise BadInput(message, hint="Heal them with DELETE .../faults.")

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

    def hit_request(self, asked: Asked) -> Injection | None:
        """The fault of a request, which counts as injected by that."""
        return self._hit(FaultDirection.INBOUND, asked, lambda _: True)

    def hit_callback(self, told: Told, can_suffer: Callable[[Effect], bool]) -> Injection | None:
        """The fault of a callback; `can_suffer` says whether an effect can be had on this one."""
        return self._hit(
            FaultDirection.OUTBOUND, told, lambda effect: not isinstance(effect, Overtake) and can_suffer(effect)
        )

    def hit_answer(self, told: Told) -> Injection | None:
        """The rule that lets a callback overtake the answer to the request that placed its call."""
        return self._hit(FaultDirection.OUTBOUND, told, lambda effect: isinstance(effect, Overtake))

    def _hit(
        self, direction: FaultDirection, one: Asked | Told, is_wanted: Callable[[Effect], bool]
    ) -> Injection | None:
        if not self._rules:
            return None
        now = self._now()
        for rule in self.rules:
            effect = rule.effect
            if effect.direction is not direction or not rule.is_live(now) or not rule.match.covers(one):
                continue
            if not is_wanted(effect):
                continue
            matched = replace(rule, matched=rule.matched + 1)
            self._rules[rule.id] = matched
            rng = self._rng("fault", f"{rule.id}/{matched.matched}")
            if rule.skip < matched.matched and (rule.probability == 1.0 or rng.random() < rule.probability):
                return Injection(self._use(matched), rng)
        return None

    def _use(self, rule: FaultRule) -> FaultRule:
        remaining = None if rule.remaining is None else rule.remaining - 1
        used = self._rules[rule.id] = replace(rule, remaining=remaining, injected=rule.injected + 1)
        return used
