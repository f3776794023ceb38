"""Where a server is and how to come in: as a banner, as a line of JSON, as variables of the environment."""

from __future__ import annotations

import json

from mockserver.bootstrap import PROVIDERS, account_path
from mockserver.control import PREFIX as CONTROL
from mockserver.engine.population import SAMPLE_EXOPHONES
from mockserver.engine.world import Account
from mockserver.listening import Address
from mockserver.providers.provider import Provider
from mockserver.settings import Settings
from mockserver.testing.environment import variables

# Answered after 5 and 2 seconds, 20 seconds of talk.
_FIRST_CALL = {
    "from": {"contact_uri": "+919900000530"},
    "to": {"contact_uri": "+919900000220"},
    "virtual_number": SAMPLE_EXOPHONES[0],
}


def ready_line(settings: Settings, address: Address) -> str:
    """One line of JSON: where the server is and how to come in."""
    url = address.url
    secure = {"tls_url": address.tls_url, "ca": url + CONTROL + "/ca.pem"} if address.tls_url else {}
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
    return json.dumps({"url": url, **secure, "control": url + CONTROL, "worlds": worlds})


def banner(settings: Settings, address: Address) -> str:
    """What a person needs for the first call."""
    account, url = settings.accounts[0], address.url
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
        *([f"  {'HTTPS':<14} {address.tls_url}   trust it with: {_ca_command(url)}"] if address.tls_url else []),
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


def _ca_command(url: str) -> str:
    return f"mockserver ca --url {url} --out ca.pem"


def environment(settings: Settings, address: Address) -> dict[str, str]:
    """What a program finds in its environment: where the server is, and how to come into its first world."""
    account, url = settings.accounts[0], address.url
    exophone = settings.exophones[0].key if settings.exophones else SAMPLE_EXOPHONES[0]
    base_urls = {provider.name: _base_url(provider, settings, url, account) for provider in PROVIDERS}
    secure = {} if address.tls_url is None else {"MOCKSERVER_TLS_URL": address.tls_url}
    return {**variables(url, account, exophone, base_urls, settings.control_token), **secure}


def _base_url(provider: Provider, settings: Settings, url: str, account: Account) -> str:
    return url + account_path(provider, settings).replace("{account_sid}", account.sid)


def _way_in(provider: Provider, account: Account) -> str:
    if provider.account_path:
        return f"user {account.key}, password {account.token}"
    return f"Access-Token: {account.access_token}"
