"""The desk: dials, keeps a record of each call, listens to callbacks, and looks up what it has not been told."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import httpx

IN_PROGRESS = "in progress"


@dataclass
class Record:
    """One call as the desk knows it. `reference` is ours, and known before the provider has answered."""

    reference: str
    sid: str | None = None
    status: str = IN_PROGRESS
    answers: set[str] = field(default_factory=set)
    is_over: bool = False


class Desk:
    """`url` is that of the account, `callback_url` where callbacks find the desk."""

    def __init__(self, http: httpx.Client, url: str, auth: tuple[str, str], callback_url: str) -> None:
        self._http = http
        self._url = url
        self._auth = auth
        self.records: dict[str, Record] = {}
        self._callback_url = callback_url
        self._references = (f"r{number}" for number in itertools.count(1))

    def dial(self, caller: str, callee: str) -> Record:
        """A call; its record is there before anybody can tell of it."""
        record = Record(next(self._references))
        self.records[record.reference] = record
        self.place(record, self.order(record, caller, callee))
        return record

    def order(self, record: Record, caller: str, callee: str) -> dict[str, Any]:
        callback = f"{self._callback_url}?reference={record.reference}"
        return {
            "from": {"contact_uri": caller},
            "to": {"contact_uri": callee},
            "virtual_number": "+912241499102",
            "custom_field": record.reference,
            "status_callback": [{"event": event, "url": callback} for event in ("answered", "terminal")],
        }

    def place(self, record: Record, order: dict[str, Any]) -> None:
        try:
            answer = self.post(order)
        except httpx.TransportError:
            # The call may have been placed: callbacks will tell, and to dial again would ring twice.
            return
        answer.raise_for_status()
        record.sid = answer.json()["response"]["call_details"]["sid"]

    def post(self, order: dict[str, Any]) -> httpx.Response:
        return self._http.post(f"{self._url}/calls", json=order, auth=self._auth)

    def take(self, reference: str, said: dict[str, Any]) -> None:
        """A callback about a call. Words that we do not know are no reason to break."""
        record = self.records[reference]
        details = said.get("call_details") or {}
        record.sid = record.sid or details.get("sid")
        match (said.get("event_details") or {}).get("event_type"):
            case "terminal":
                self.end(record, details.get("status"))
            case "answered":
                self.answered(record)

    def answered(self, record: Record) -> None:
        if not record.is_over:
            record.status = IN_PROGRESS

    def end(self, record: Record, status: str | None) -> None:
        if status is not None:
            record.status, record.is_over = status, True

    def reconcile(self) -> None:
        """Ask for what should be over by now and of which nobody has said so."""
        for record in self.records.values():
            if not record.is_over and record.sid is not None:
                answer = self._http.get(f"{self._url}/calls/{record.sid}", auth=self._auth)
                self.end(record, answer.json()["response"]["call_details"]["status"])
