"""How to let callbacks reach the suite's own ASGI application (Starlette, FastAPI, ...)."""

import pytest
from app import CALLBACK, create_app, dial


@pytest.fixture
def app(mockserver):
    app = create_app()
    mockserver.route("http://app.test", app)
    return app


@pytest.mark.mockserver(story="busy")
def test_the_application_learns_how_the_call_went(mockserver, app):
    sid = dial("+919876543210")
    mockserver.advance(minutes=5)

    assert app.state.calls == {sid: "to_leg_unanswered"}
    assert CALLBACK in {one.url for one in mockserver.all_deliveries()}
