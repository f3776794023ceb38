"""How to see that an application survives callbacks in any order."""

import contextlib

import httpx
import pytest
from app import create_app, dial


@pytest.mark.mockserver(callback_orders=True)
def test_whatever_the_order(mockserver, callback_order):
    """`pytest --callback-orders=all` runs this under every disorder; without the option, in order."""
    app = create_app()
    mockserver.route("http://app.test", app)
    with contextlib.suppress(httpx.TransportError):
        dial("+919876543210")
    mockserver.settle()

    is_told = "drop" not in callback_order.name and "missing-field" not in callback_order.name
    assert list(app.state.calls.values()) == ["completed"] or not is_told


def test_all_at_once(mockserver_server, monkeypatch):
    """`explore` does the same within one test, and names the smallest orders that fail."""

    def story(world):
        for name, value in world.env.items():
            monkeypatch.setenv(name, value)
        app = create_app()
        world.route("http://app.test", app)
        dial("+919876543210")
        world.settle()
        return app

    def check(app):
        assert list(app.state.calls.values()) == ["completed"]

    assert mockserver_server.explore(story, check, kinds=["swap", "duplicate", "delay", "overtake"]).failures == ()
