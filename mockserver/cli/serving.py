"""The foreground server: banner, ready line, logs."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

from mockserver.bootstrap import PROVIDERS, account_path
from mockserver.control import PREFIX as CONTROL
from mockserver.engine.population import SAMPLE_EXOPHONES
from mockserver.engine.world import Account
from mockserver.providers.provider import Provider
from mockserver.server import serve
from mockserver.settings import Settings

# Answered after 5 and 2 seconds, 20 seconds of talk.
_FIRST_CALL = {
    "from": {"contact_uri": "+919900000530"},
    "to": {"contact_uri": "+919900000220"},
    "virtual_number": SAMPLE_EXOPHONES[0],
}


def serve_until_stopped(settings: Settings) -> int:
    """Serve in the foreground; the process's exit code."""
    _configure_logs(settings.log_format)
    ready_file = Path(settings.ready_file) if settings.ready_file else None
    if ready_file is not None and not _is_writable(ready_file):
        sys.stderr.write(
            f"mockserver: --ready-file {ready_file} cannot be written. Name a file in a folder that can.\n"
        )
        return 1
    try:
        serve(settings, lambda url: _announce(settings, url))
    except OSError as error:
        sys.stderr.write(f"mockserver: cannot listen on {settings.host}:{settings.port}: {error.strerror or error}. ")
        sys.stderr.write("Choose another with --port, or --port 0 for a free one.\n")
        return 1
    return 0


def _announce(settings: Settings, url: str) -> None:
    if settings.ready_file:
        _write_whole(Path(settings.ready_file), f"{ready_line(settings, url)}\n")
    print(ready_line(settings, url) if settings.print_json else banner(settings, url), flush=True)


def _is_writable(path: Path) -> bool:
    """Whether a file could be written, without making it: who waits for it must not find it too early."""
    return not path.is_dir() and os.access(path.parent, os.W_OK)


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)


def ready_line(settings: Settings, url: str) -> str:
    """One line of JSON: where the server is and how to come in."""
    worlds = [
        {
            "account_sid": account.sid,
            "api_key": account.key,
            "api_token": account.token,
            "access_token": account.access_token,
            "base_urls": {provider.name: _base_url(provider, settings, url, account) for provider in PROVIDERS},
        }
        for account in settings.accounts
    ]
    return json.dumps({"url": url, "control": url + CONTROL, "worlds": worlds})


def banner(settings: Settings, url: str) -> str:
    """What a person needs for the first call."""
    account = settings.accounts[0]
    lines = [
        f"mockserver is ready at {url}  (clock: {settings.clock}, seed: {settings.seed})",
        "",
        *(
            f"  {provider.title:<14} {_base_url(provider, settings, url, account)}   {_way_in(provider, account)}"
            for provider in PROVIDERS
            for account in settings.accounts
        ),
        f"  {'control':<14} {url}{CONTROL}",
        f"  {'OpenAPI':<14} {url}/openapi",
        "",
        "Place a call:",
        "",
        f"  curl -u {account.key}:{account.token} {url}/v3/accounts/{account.sid}/calls \\",
        "    -H 'Content-Type: application/json' \\",
        f"    -d '{json.dumps(_FIRST_CALL)}'",
        "",
        "and watch it:",
        "",
        f"  curl {url}{CONTROL}/worlds/{account.sid}/calls",
        "",
    ]
    return "\n".join(lines)


def _base_url(provider: Provider, settings: Settings, url: str, account: Account) -> str:
    return url + account_path(provider, settings).replace("{account_sid}", account.sid)


def _way_in(provider: Provider, account: Account) -> str:
    if provider.account_path:
        return f"user {account.key}, password {account.token}"
    return f"Access-Token: {account.access_token}"


def _configure_logs(log_format: str) -> None:
    handler = logging.StreamHandler()
    if log_format == "json":
        handler.setFormatter(_json_formatter())
    else:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("mockserver").setLevel(logging.INFO)


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
