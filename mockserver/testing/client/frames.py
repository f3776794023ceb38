"""Server-Sent Events out of the bytes of a connection."""

from __future__ import annotations

from typing import NamedTuple


class Frame(NamedTuple):
    event: str
    data: bytes


class Frames:
    """Takes chunks as they come and gives the frames that are whole; comments are left out."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, chunk: bytes) -> list[Frame]:
        *whole, self._rest = (self._rest + chunk).split(b"\n\n")
        return [frame for text in whole if (frame := _frame(text)) is not None]


def _frame(text: bytes) -> Frame | None:
    event, data = "message", []
    for line in text.split(b"\n"):
        name, _, value = line.partition(b":")
        if name == b"event":
            event = value.strip().decode()
        elif name == b"data":
            data.append(value.removeprefix(b" "))
    return Frame(event, b"\n".join(data)) if data else None
