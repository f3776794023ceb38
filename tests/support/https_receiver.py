"""An application that serves HTTPS, and notes what it is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

from mockserver.tls.authority import Authority


@contextmanager
def https_receiver(authority: Authority, *names: str) -> Iterator[tuple[str, list[bytes]]]:
    """With a certificate of that authority, for localhost if nothing is said: its URL, and the bodies that came."""
    received: list[bytes] = []

    class Application(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

        def handle(self) -> None:
            try:
                self.request.do_handshake()
            except OSError:
                return  # it is not trusted
            super().handle()

    with HTTPServer(("127.0.0.1", 0), Application) as server:
        context = authority.server_context(names or ("localhost",), datetime.now(UTC))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"https://localhost:{server.server_address[1]}/", received
        finally:
            server.shutdown()
            thread.join()
