"""What can go wrong when a server is commanded.

ClientError
├── Unreachable         nobody answers, or not in time
├── Misunderstood       somebody answers, but no mockserver of our version
├── Cut                 a feed ended in the middle
├── CallRefused         the emulated API does not place a call
└── ControlError        the server refuses
    ├── BadInput        400: a value that it does not understand
    ├── Unauthorized    401: the control token is missing or another
    ├── NotFound        404: no such world, call, user, ...
    ├── NotMet          408: a wait was in vain; also an AssertionError
    ├── Conflict        409: not in this state
    │   └── ClockNotManual
    ├── NotSettled      504: the clock could not come to rest in time
    └── Exhausted       507: a bound of the world is reached
DoubleDial              an AssertionError: the application dialled a pair again after a lost answer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.control.fault_views import AlarmView
from mockserver.control.problems import Problem
from mockserver.control.waiting import InsteadView, Unmet


class ClientError(Exception):
    """Base of all that a client raises about a server."""


class Unreachable(ClientError):
    """No server answers at `url`; `reason` is what the operating system or the clock says."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"no server answers at {self.url}: {self.reason}. Start one with mockserver, or give the base URL of one "
            "that runs."
        )


class Misunderstood(ClientError):
    """What answers at `url` says something else than what was asked for."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.url} answers something else than was asked for ({self.reason}); is it a mockserver, and ours?"


class Cut(ClientError):
    """The connection of a feed ended in the middle. `last` is the id of the last event that came; 0 if none did."""

    def __init__(self, last: int) -> None:
        super().__init__(last)
        self.last = last

    def __str__(self) -> str:
        return (
            f"the feed ended in the middle, behind event {self.last}: the server has gone, or this reader fell too far "
            f"behind. Take it up with after={self.last}."
        )


class CallRefused(ClientError):
    """Exotel v3 does not place a call, with a `status` and in the vendor's words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(status, words)
        self.status = status
        self.words = words

    def __str__(self) -> str:
        return f"the call was refused with status {self.status}: {self.words}. The world's requests say what to do."


class ControlError(ClientError):
    """The server refuses. `code` is stable; `hint` says what to do; `where` names the field, if it is one."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    @property
    def status(self) -> int:
        return self.problem.status

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def detail(self) -> str:
        return self.problem.detail

    @property
    def hint(self) -> str:
        return self.problem.hint

    @property
    def where(self) -> str:
        return self.problem.where

    def __str__(self) -> str:
        return f"{self.detail}. {self.hint}".rstrip()


class BadInput(ControlError):
    pass


class Unauthorized(ControlError):
    pass


class NotFound(ControlError):
    pass


class Conflict(ControlError):
    pass


class ClockNotManual(Conflict):
    pass


class NotSettled(ControlError):
    pass


class Exhausted(ControlError):
    pass


class NotMet(ControlError, AssertionError):
    """What was waited for did not come. `matched` did; `instead` came and was something else, the closest first."""

    problem: Unmet

    @property
    def matched(self) -> int:
        return self.problem.matched

    @property
    def instead(self) -> Sequence[InsteadView]:
        return self.problem.instead

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {one.id} {one.what}{_lacks(one)}" for one in self.instead)])


def _lacks(one: InsteadView) -> str:
    lacks = ", ".join(f"{each.field} is {each.got!r} and not {each.wanted!r}" for each in one.differences)
    return f": {lacks}" if lacks else ""


class DoubleDial(AssertionError):
    """The application dialled the same pair again because an answer was lost: two people talk twice."""

    def __init__(self, alarms: Sequence[AlarmView]) -> None:
        super().__init__(alarms)
        self.alarms = alarms

    def __str__(self) -> str:
        return "\n".join(
            f"{one.from_} and {one.to or 'a flow'} were dialled twice: fault {one.fault} lost the answer about call "
            f"{one.first_sid} at {one.lost_at:%H:%M:%S}, and call {one.second_sid} was placed at "
            f"{one.dialled_at:%H:%M:%S}. Before dialling again, look for the first call."
            for one in self.alarms
        )


_OF_STATUS: Mapping[int, type[ControlError]] = {
    400: BadInput,
    401: Unauthorized,
    404: NotFound,
    409: Conflict,
    504: NotSettled,
    507: Exhausted,
}
_OF_CODE: Mapping[str, type[ControlError]] = {"clock-not-manual": ClockNotManual}


def refusal(problem: Problem) -> ControlError:
    """The exception that a problem is raised as."""
    if isinstance(problem, Unmet):
        return NotMet(problem)
    kind = _OF_CODE.get(problem.code) or _OF_STATUS.get(problem.status, ControlError)
    return kind(problem)
