"""A receiver that speaks HTTP byte by byte, and names that resolve as they are told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import pytest

from mockserver.testing import CallbackSink

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class RawReceiver:
    """Remembers the bytes of each request, answers the bytes that it was told, and closes."""

    def __init__(self, *answers: bytes) -> None:
        self.received: list[bytes] = []
        self._answers = list(answers)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._is_stopping = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def _serve(self) -> None:
        while True:
            peer, _ = self._socket.accept()
            with peer:
                if self._is_stopping:
                    return
                self.received.append(self._request(peer))
                try:
                    peer.sendall(self._answers.pop(0) if self._answers else OK)
                except OSError:
                    continue  # the sender has heard enough

    @staticmethod
    def _request(peer: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += peer.recv(65_536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += peer.recv(65_536)
        return head + b"\r\n\r\n" + body

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_stopping = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._socket.close()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The server runs on asyncio."""
    return "asyncio"


@pytest.fixture
def sink() -> Iterator[CallbackSink]:
    """A receiver that answers 200."""
    with CallbackSink() as sink:
        yield sink


@pytest.fixture
def raw() -> Iterator[Callable[..., RawReceiver]]:
    """Makes receivers that answer given bytes."""
    receivers = []

    def make(*answers: bytes) -> RawReceiver:
        receiver = RawReceiver(*answers)
        receivers.append(receiver.__enter__())
        return receiver

    yield make
    for receiver in receivers:
        receiver.__exit__(None, None, None)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names resolve to; all others are unknown. Addresses resolve to themselves."""
    table: dict[str, list[str]] = {}
    resolve = socket.getaddrinfo

    def look_up(host: str, port: object, *args: object, **options: object) -> list:
        if host not in table and not host.replace(".", "").isdigit():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [found for one in table.get(host, [host]) for found in resolve(one, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return table
