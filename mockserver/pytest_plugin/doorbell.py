"""One server for all workers of pytest-xdist: it starts in the controller when the first worker rings.

Only the standard library is imported until then.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.server import Server

ADDRESS = "mockserver_doorbell"
_RING_SECONDS = 60.0
_LONGEST_ANSWER = 4_096


class Doorbell:
    """Answers each ring with the URL of the server, or with what is wrong."""

    def __init__(self, scenarios: tuple[str, ...]) -> None:
        self._scenarios = scenarios
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listening.getsockname()[1]
        self._server: Server | None = None
        self._thread = threading.Thread(target=self._answer_all, name="mockserver-doorbell", daemon=True)
        self._thread.start()

    def _answer_all(self) -> None:
        # Until it is taken down.
        with suppress(OSError):
            while True:
                ringing, _ = self._listening.accept()
                with ringing, suppress(OSError):
                    ringing.sendall(self._answer().encode())

    def _answer(self) -> str:
        try:
            if self._server is None:
                from mockserver.pytest_plugin.serving import own_server  # noqa: PLC0415

                self._server = own_server(self._scenarios).start()
        except Exception as error:  # noqa: BLE001  told to whoever rings
            return f"error {error}"
        return self._server.base_url

    @property
    def url(self) -> str | None:
        return None if self._server is None else self._server.base_url

    def take_down(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        if self._server is not None:
            self._server.stop()


_DOORBELL = pytest.StashKey[Doorbell]()


def hang_doorbell(node: Any) -> None:  # noqa: ANN401  a type of pytest-xdist
    """Tell a worker on this machine where to ring."""
    from mockserver.pytest_plugin.options import option  # noqa: PLC0415

    config: pytest.Config = node.config
    if not node.gateway.spec.popen:
        return
    if _DOORBELL not in config.stash:
        config.stash[_DOORBELL] = Doorbell(tuple(map(str, option(config, "mockserver_scenarios") or ())))
    node.workerinput[ADDRESS] = config.stash[_DOORBELL].port


def shared_url(config: pytest.Config) -> str | None:
    """Where the server of the workers is; None if none of them has rung."""
    doorbell = config.stash.get(_DOORBELL, None)
    return doorbell.url if doorbell is not None else None


def take_down(config: pytest.Config) -> None:
    doorbell = config.stash.get(_DOORBELL, None)
    if doorbell is not None:
        doorbell.take_down()


def ring(port: int) -> str:
    """The URL of the server. Raises RuntimeError if it does not start."""
    with socket.create_connection(("127.0.0.1", port), timeout=_RING_SECONDS) as ringing:
        answer = b""
        while chunk := ringing.recv(_LONGEST_ANSWER):
            answer += chunk
    word, _, reason = answer.decode().partition(" ")
    if word == "error" or not word:
        message = f"the server for all workers did not start: {reason or 'the controller went away'}"
        raise RuntimeError(message)
    return word
