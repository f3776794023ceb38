"""A running server to which written requests are sent in order."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from in_process import InProcess

from mockserver.control import PREFIX
from mockserver.drawing.wire import SAMPLE, Request


@dataclass(frozen=True)
class Replay:
    """`http` is the server; the account of the requests is as new for each."""

    http: InProcess

    def answer(self, request: Request) -> httpx.Response:
        """What the server answers after the setup."""
        try:
            for one in request.setup:
                done = self._send(one)
                assert done.status_code < 400, (one, done.text)
            return self._send(request)
        finally:
            self.http.request("DELETE", f"{PREFIX}/worlds/{SAMPLE.account_sid}")

    def _send(self, request: Request) -> httpx.Response:
        headers = {"Host": "127.0.0.1:8080", **request.headers}
        return self.http.request(request.method, request.target, headers=headers, content=request.content)
