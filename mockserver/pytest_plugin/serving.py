"""The server of a run, and the client that commands it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mockserver.pytest_plugin.doorbell import ADDRESS, ring
from mockserver.pytest_plugin.options import option
from mockserver.server import Server
from mockserver.settings import Settings
from mockserver.testing.environment import TOKEN, URL
from mockserver.testing.suite_client import SuiteClient

# The client of a server that nobody else uses: there, requests of no world come from the test that runs.
OURS_ALONE = pytest.StashKey[SuiteClient]()


def own_server(scenarios: tuple[str, ...]) -> Server:
    return Server(Settings(port=0, clock="manual", scenarios=scenarios))


@contextmanager
def served(config: pytest.Config) -> Iterator[SuiteClient]:
    url = option(config, "mockserver_url") or os.environ.get(URL)
    port = getattr(config, "workerinput", {}).get(ADDRESS)
    if url:
        with SuiteClient(url, token=os.environ.get(TOKEN)) as client:
            _expect_answer(client)
            yield client
    elif port is not None:
        with SuiteClient(ring(port)) as client:
            yield client
    else:
        scenarios = tuple(map(str, option(config, "mockserver_scenarios") or ()))
        with own_server(scenarios) as server, SuiteClient(server.base_url) as client:
            config.stash[OURS_ALONE] = client
            yield client
            report = config.pluginmanager.get_plugin("mockserver-coverage")
            if report is not None:
                report.take(client.coverage())


def _expect_answer(client: SuiteClient) -> None:
    if not client.is_ready():
        pytest.exit(
            f"no mockserver answers at {client.base_url}. Start it, or leave out --mockserver-url and MOCKSERVER_URL.",
            returncode=pytest.ExitCode.USAGE_ERROR,
        )
