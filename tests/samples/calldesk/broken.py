"""The desk with one bug each, as they are found in applications that are live."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import httpx

from calldesk.desk import IN_PROGRESS, Desk, Record


class Event(StrEnum):
    ANSWERED = "answered"
    TERMINAL = "terminal"


class Status(StrEnum):
    COMPLETED = "completed"
    BUSY = "to_leg_unanswered"


class ClosedEnumeration(Desk):
    """Takes the words that were documented on the day it was written, and breaks on any other."""

    def take(self, reference: str, said: dict[str, Any]) -> None:
        if Event(said["event_details"]["event_type"]) is Event.TERMINAL:
            Status(said["call_details"]["status"])
        super().take(reference, said)


class LateAnsweredUndoes(Desk):
    """Believes the callback that came last: an `answered` that comes late undoes the end."""

    def answered(self, record: Record) -> None:
        record.status = IN_PROGRESS


class DialsAgain(Desk):
    """Takes a lost answer for a call that was not placed."""

    def place(self, record: Record, order: dict[str, Any]) -> None:
        try:
            answer = self.post(order)
        except httpx.TransportError:
            answer = self.post(order)
        record.sid = answer.json()["response"]["call_details"]["sid"]
