"""Hypothesis strategies for everything that goes between an application and the provider.

Needs Hypothesis: `pip install mockserver[test]`. All examples are drawn by way of the real server, in this process and
without a network, so whatever it can say can be drawn, and nothing else.
"""

from mockserver.drawing.people import NumberKind
from mockserver.drawing.wire import SAMPLE, Access, Callback, Exchange, Request, Response
from mockserver.strategies.domain import calls, directories, legs, orders, phone_numbers, stories
from mockserver.strategies.machine import CallMachine
from mockserver.strategies.wire import broken_requests, callbacks, errors, requests, responses

__all__ = [
    "SAMPLE",
    "Access",
    "CallMachine",
    "Callback",
    "Exchange",
    "NumberKind",
    "Request",
    "Response",
    "broken_requests",
    "callbacks",
    "calls",
    "directories",
    "errors",
    "legs",
    "orders",
    "phone_numbers",
    "requests",
    "responses",
    "stories",
]
