"""What an application is told by environment variables: where the server is, and how to come in."""

from __future__ import annotations

from mockserver.control.world_views import WorldView

URL = "MOCKSERVER_URL"


def environment(view: WorldView, base_url: str) -> dict[str, str]:
    """The variables for one world: MOCKSERVER_URL, credentials, and MOCKSERVER_EXOTEL_V3_URL and so on for each API."""
    return {
        URL: base_url,
        "MOCKSERVER_ACCOUNT_SID": view.account_sid,
        "MOCKSERVER_API_KEY": view.api_key,
        "MOCKSERVER_API_TOKEN": view.api_token,
        "MOCKSERVER_ACCESS_TOKEN": view.access_token,
        **{_name(api): base_url + path for api, path in view.paths.items()},
    }


def _name(api: str) -> str:
    return f"MOCKSERVER_{api.upper().replace('-', '_')}_URL"
