"""How to test an application that awaits, with the plugin of anyio."""

import pytest
from app import adial, create_app


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_a_talk(mockserver, amockserver):
    app = create_app()
    mockserver.route("http://app.test", app)

    sid = await adial("+919876543210")
    receipt = await amockserver.advance(300)

    assert "delivery.attempted" in {event.kind for event in receipt.events}
    assert app.state.calls == {sid: "completed"}
