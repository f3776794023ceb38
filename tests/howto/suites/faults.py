"""How to see what an application does when the provider fails."""

import httpx
import pytest
from app import create_app, dial


def test_the_provider_is_down(mockserver):
    mockserver.add_fault(status=503)

    with pytest.raises(httpx.HTTPStatusError):
        dial("+919876543210")


def test_a_lost_answer_is_no_reason_to_dial_again(mockserver):
    app = create_app()
    mockserver.route("http://app.test", app)
    mockserver.add_fault("lost-answer")

    with pytest.raises(httpx.TransportError):
        dial("+919876543210")
    mockserver.advance(minutes=5)

    mockserver.check()
    assert list(app.state.calls.values()) == ["completed"]
