"""mockserver for pytest.

Free when unused: this module imports pytest, which is there already, and nothing of mockserver before a test or an
option asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.pytest_plugin.options import MARKER, declare, wants_coverage

if TYPE_CHECKING:
    from mockserver.testing.client.awaiting.world import AsyncWorld
    from mockserver.testing.orders import Order
    from mockserver.testing.suite_client import SuiteClient
    from mockserver.testing.suite_world import SuiteWorld

# The worlds of a test, for what is checked and reported at its end.
WORLDS = pytest.StashKey["list[SuiteWorld]"]()

__all__ = ["amockserver", "callback_order", "mockserver", "mockserver_factory", "mockserver_server"]


def pytest_addoption(parser: pytest.Parser) -> None:
    declare(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    _leave_assertions_alone(config)
    if wants_coverage(config):
        from mockserver.pytest_plugin.coverage import NAME, CoverageReport  # noqa: PLC0415

        config.pluginmanager.register(CoverageReport(config), NAME)


def _leave_assertions_alone(config: pytest.Config) -> None:
    """Pytest rewrites the assertions of all that comes with a plugin. Here is nothing to rewrite, and to look through
    the whole server for it takes longer than to start it; there is no public way to say so.
    """
    marked = getattr(config.pluginmanager.rewrite_hook, "_must_rewrite", None)
    if isinstance(marked, set):
        marked.discard("mockserver")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401  a type of pytest-xdist
    """One server for all workers, in this process; it starts when the first of them asks."""
    from mockserver.pytest_plugin.doorbell import hang_doorbell  # noqa: PLC0415

    hang_doorbell(node)


def pytest_unconfigure(config: pytest.Config) -> None:
    import sys  # noqa: PLC0415

    doorbell = sys.modules.get("mockserver.pytest_plugin.doorbell")
    if doorbell is not None:
        doorbell.take_down(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    wanted = "callback_order" in metafunc.fixturenames
    marker = metafunc.definition.get_closest_marker("mockserver")
    if wanted or (marker is not None and marker.kwargs.get("callback_orders")):
        from mockserver.pytest_plugin.callback_orders import parametrize  # noqa: PLC0415

        parametrize(metafunc, dict(marker.kwargs) if marker else {})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """What is left of a test that went well must be well, too."""
    yield
    worlds = item.stash.get(WORLDS, None)
    if worlds:
        from mockserver.pytest_plugin.checks import check_all  # noqa: PLC0415

        check_all(item, worlds)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure says what happened to the calls."""
    report = yield
    worlds = item.stash.get(WORLDS, None)
    if worlds and call.when == "call" and report.failed:
        from mockserver.pytest_plugin.reports import complete  # noqa: PLC0415

        complete(report, worlds)
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    if op != "==" or (not type(left).__module__.startswith("mockserver.") and not isinstance(left, (list, tuple))):
        return None
    import sys  # noqa: PLC0415

    if "mockserver.control" not in sys.modules:
        return None
    from mockserver.pytest_plugin.reports import compared  # noqa: PLC0415

    return compared(left, right)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("callback_orders") is not None:
        from mockserver.pytest_plugin.callback_orders import summarize  # noqa: PLC0415

        summarize(terminalreporter)


@pytest.fixture(scope="session")
def mockserver_server(request: pytest.FixtureRequest) -> Iterator[SuiteClient]:
    """The client of the one server of this run: of --mockserver-url, of all xdist workers together, or of our own."""
    from mockserver.pytest_plugin.serving import served  # noqa: PLC0415

    with served(request.config) as client:
        yield client


@pytest.fixture
def mockserver_factory(
    request: pytest.FixtureRequest, mockserver_server: SuiteClient
) -> Iterator[Callable[..., SuiteWorld]]:
    """Makes further worlds, with what `create_world` takes. They are checked, and go, as the first is."""
    from mockserver.pytest_plugin.worlds import Worlds  # noqa: PLC0415

    with Worlds(request, mockserver_server, WORLDS) as worlds:
        yield worlds.make


@pytest.fixture
def mockserver(
    request: pytest.FixtureRequest, mockserver_factory: Callable[..., SuiteWorld], monkeypatch: pytest.MonkeyPatch
) -> SuiteWorld:
    """A fresh world with a manual clock, as the marker `mockserver` wants it; the environment tells where it is."""
    from mockserver.pytest_plugin.worlds import marked_world  # noqa: PLC0415

    return marked_world(request, mockserver_factory, monkeypatch)


@pytest.fixture
def amockserver(mockserver: SuiteWorld) -> AsyncWorld:
    """The same world as `mockserver`, to be awaited, in whatever event loop."""
    from mockserver.testing.async_suite_world import awaited  # noqa: PLC0415

    return awaited(mockserver)


@pytest.fixture
def callback_order(request: pytest.FixtureRequest) -> Order:
    """The order in which the callbacks of this run come: as they should, but with --callback-orders."""
    from mockserver.testing.orders import IN_ORDER  # noqa: PLC0415

    order: Order = getattr(request, "param", IN_ORDER)
    return order
