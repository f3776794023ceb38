"""What a bot sends, whoever's words it is in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    MEDIA = "media"
    MARK = "mark"
    CLEAR = "clear"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Received:
    """A message of a bot. `oddities` are what the provider would stumble over, in words.

    `is_void` is one that the provider makes nothing of; in a strict world, neither do we.
    """

    kind: Kind
    audio: bytes = b""
    name: str = ""
    oddities: tuple[str, ...] = ()
    is_void: bool = False


class Unreadable(ValueError):
    """No message at all; `code` is the WebSocket's for it."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
