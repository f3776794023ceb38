"""The foreground server: ready file, logs."""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from pathlib import Path

from mockserver.cli.access import banner, ready_line
from mockserver.listening import Address, CannotListen
from mockserver.server import serve
from mockserver.settings import Settings

_MOST_TIMES = 5


def serve_until_stopped(settings: Settings) -> int:
    """Serve in the foreground; the process's exit code."""
    configure_logs(settings.log_format)
    ready_file = Path(settings.ready_file) if settings.ready_file else None
    if ready_file is not None and not _is_writable(ready_file):
        sys.stderr.write(
            f"mockserver: --ready-file {ready_file} cannot be written. Name a file in a folder that can.\n"
        )
        return 1
    try:
        serve(settings, lambda address: _announce(settings, address))
    except CannotListen as error:
        return tell_of_taken_port(error)
    return 0


def tell_of_taken_port(error: CannotListen) -> int:
    """Say on stderr why the server cannot listen and what to do; the process's exit code."""
    sys.stderr.write(f"mockserver: cannot listen on {error.address}: {error.strerror}. ")
    sys.stderr.write(f"Choose another with {error.option}, or {error.option} 0 for a free one.\n")
    return 1


def _announce(settings: Settings, address: Address) -> None:
    if settings.ready_file:
        _write_whole(Path(settings.ready_file), f"{ready_line(settings, address)}\n")
    print(ready_line(settings, address) if settings.print_json else banner(settings, address), flush=True)


def _is_writable(path: Path) -> bool:
    """Whether a file could be written, without making it: who waits for it must not find it too early."""
    return not path.is_dir() and os.access(path.parent, os.W_OK)


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)


def configure_logs(log_format: str) -> None:
    handler = logging.StreamHandler()
    handler.addFilter(_Seldom())
    if log_format == "json":
        handler.setFormatter(_json_formatter())
    else:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("mockserver").setLevel(logging.INFO)


class _Seldom(logging.Filter):
    """Of warnings that any client can bring about, each a few times: a log that fills a disk serves nobody."""

    def __init__(self) -> None:
        super().__init__()
        self._times = Counter[str]()

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("uvicorn") or record.levelno > logging.WARNING:
            return True
        text = record.getMessage()
        self._times[text] += 1
        if self._times[text] == _MOST_TIMES:
            record.msg, record.args = f"{text} It is not told again.", ()
        return self._times[text] <= _MOST_TIMES


def _json_formatter() -> logging.Formatter:
    # Imported here: only JSON logs need it, and it takes as long to import as the server to start.
    try:
        import structlog  # noqa: PLC0415
    except ImportError:
        sys.stderr.write("mockserver: --log-format json needs structlog: pip install 'mockserver[json-logs]'\n")
        raise SystemExit(2) from None
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
    )
