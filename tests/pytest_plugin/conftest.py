"""Suites of users, run by a pytest of their own in a folder of their own."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import mockserver
from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing import SuiteClient

DIAL = """
import httpx

ORDER = {
    "from": {"contact_uri": "+919812345678"},
    "to": {"contact_uri": "+919876543210"},
    "virtual_number": "+912241499102",
}


def dial(world, *callbacks, **fields):
    order = {**ORDER, **fields, "status_callback": [{"event": event, "url": url} for event, url in callbacks]}
    answer = httpx.post(f"{world.exotel_v3.url}/calls", auth=world.exotel_v3.auth, json=order, verify=False)
    return answer.json()["response"]["call_details"]["sid"]
"""


@pytest.fixture(scope="session")
def everything_is_imported():
    """Pytester forgets what is imported while it runs a suite: what is there before stays."""
    for module in pkgutil.walk_packages(mockserver.__path__, "mockserver."):
        if "pytest_plugin" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    with Server(Settings(port=0)) as server, SuiteClient(server.base_url) as client, client.create_world() as world:
        world.call(from_="+919812345678", to="+919876543210", callback=world.sink.url("/"))
        world.settle()


@pytest.fixture
def suite(pytester, monkeypatch, everything_is_imported):  # noqa: ARG001  that it is there is enough
    """Runs a test file with some arguments, in a process of its own if it is to be `apart`.

    `dial` of the module `app` places a call.
    """
    monkeypatch.delenv("MOCKSERVER_URL", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    # Only ours: what others install here is no part of a user's suite, and takes long to load.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(app=DIAL)

    def run(text, *arguments, ini="", apart=False):
        pytester.makeini(f"[pytest]\n{ini}")
        pytester.makepyfile(test_it=text)
        words = ("-p", "mockserver.pytest_plugin", "-p", "no:cacheprovider", *arguments)
        return pytester.runpytest_subprocess(*words, timeout=120) if apart else pytester.runpytest_inprocess(*words)

    return run
