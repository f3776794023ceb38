"""What an application is told by environment variables: where the server is, and how to come in."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.control import PREFIX as CONTROL
from mockserver.engine.world import Account

URL = "MOCKSERVER_URL"
TOKEN = "MOCKSERVER_CONTROL_TOKEN"  # noqa: S105  the name of a variable


def variables(
    url: str, account: Account, exophone: str, base_urls: Mapping[str, str], token: str | None = None
) -> dict[str, str]:
    """All variables for one account: MOCKSERVER_URL, credentials, MOCKSERVER_EXOTEL_V3_URL and so on.

    `base_urls` are those of the account, by the name of the API; `token` is the server's control token, if it has one.
    """
    return {
        URL: url,
        "MOCKSERVER_CONTROL_URL": url + CONTROL,
        **({} if token is None else {TOKEN: token}),
        "MOCKSERVER_ACCOUNT_SID": account.sid,
        "MOCKSERVER_API_KEY": account.key,
        "MOCKSERVER_API_TOKEN": account.token,
        "MOCKSERVER_ACCESS_TOKEN": account.access_token,
        "MOCKSERVER_EXOPHONE": exophone,
        **{variable(api): base_url for api, base_url in base_urls.items()},
    }


def variable(api: str) -> str:
    """The variable that holds the base URL of an API: MOCKSERVER_EXOTEL_V3_URL, ..."""
    return f"MOCKSERVER_{api.upper().replace('-', '_')}_URL"
