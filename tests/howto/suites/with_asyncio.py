"""How to test an application that awaits, with pytest-asyncio."""

import pytest
from app import adial, create_app


@pytest.mark.asyncio
async def test_a_talk(mockserver, amockserver):
    app = create_app()
    mockserver.route("http://app.test", app)

    sid = await adial("+919876543210")
    await amockserver.advance(300)

    assert app.state.calls == {sid: "completed"}
