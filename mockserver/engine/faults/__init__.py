"""What goes wrong on purpose: rules, what they do, and a world's book of them."""

from mockserver.engine.faults.book import Faults, Injection
from mockserver.engine.faults.rules import FaultRule, InjectedFault

__all__ = ["FaultRule", "Faults", "InjectedFault", "Injection"]
