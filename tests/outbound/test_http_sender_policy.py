"""Names are checked where it counts: by the addresses that are connected to."""

from __future__ import annotations

import pytest

from mockserver.engine.delivery import OutboundRequest, SendBlocked, SendFailed
from mockserver.outbound.http_sender import HttpSender
from mockserver.outbound.policy import CallbackPolicy

pytestmark = pytest.mark.anyio

PUBLIC = "93.184.215.14"


class Nowhere(CallbackPolicy):
    """Allows no address at all, so that nothing has to leave the machine to show what is blocked."""

    def allows_address(self, address):
        super().allows_address(address)
        return False


@pytest.fixture
async def send(sink):
    """Sends a callback to the sink's port under some host name, by a policy."""
    senders = []

    async def send_to(host, policy=None, path="/"):
        sender = HttpSender(policy or CallbackPolicy())
        senders.append(sender)
        port = sink.url().rpartition(":")[2].rstrip("/")
        return await sender.send(OutboundRequest("POST", f"http://{host}:{port}{path}", (), b"x"), 5.0)

    yield send_to
    for sender in senders:
        await sender.aclose()


async def test_a_name_of_this_machine_is_reached(send, names, sink):
    """Any name that resolves to a loopback or private address."""
    names["app.test"] = ["127.0.0.1"]
    reply = await send("app.test")

    assert 200 == reply.status
    assert sink.received[0].header("Host").startswith("app.test:")


async def test_a_name_of_elsewhere_is_blocked(send, names):
    """The refusal names it and says how to allow it."""
    names["public.test"] = [PUBLIC]
    with pytest.raises(SendBlocked, match=r"--allow-callbacks public\.test"):
        await send("public.test")


async def test_a_name_of_cloud_metadata_is_blocked(send, names):
    """Although it is called as if it were this machine's."""
    names["metadata.internal"] = ["169.254.169.254"]
    with pytest.raises(SendBlocked):
        await send("metadata.internal")


async def test_of_several_addresses_only_the_allowed_ones_are_tried(send, names, sink):
    """In whatever order they come."""
    names["both.test"] = [PUBLIC, "127.0.0.1"]
    await send("both.test")

    assert 1 == len(sink.received)


async def test_an_unknown_name_is_blocked(send, names):  # noqa: ARG001  no name is known
    """A name that nobody knows here may be known elsewhere; it is not looked for there."""
    with pytest.raises(SendBlocked, match=r"nobody\.test"):
        await send("nobody.test")


async def test_an_allowed_name_goes_where_it_leads(send, names, sink):
    """Its addresses are not looked at; if it leads nowhere, the sending has failed."""
    names["hooks.test"] = ["127.0.0.1"]
    policy = Nowhere(["hooks.test", "gone.test"])
    await send("hooks.test", policy)
    with pytest.raises(SendFailed) as failed:
        await send("gone.test", policy)

    assert 1 == len(sink.received)
    assert "refused" == failed.value.reason


async def test_with_a_star_every_name_is_allowed(send, names, sink):
    """Nothing is looked at."""
    names["anything.test"] = ["127.0.0.1"]
    await send("anything.test", Nowhere(["*"]))

    assert 1 == len(sink.received)


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "0177.0.0.1", "127.0.0.1."])
async def test_no_spelling_of_an_address_slips_past_the_policy(host, send, sink):
    """Decimal, short, hexadecimal and octal ones: whatever a socket would make of them."""
    with pytest.raises((SendBlocked, SendFailed)):
        await send(host, Nowhere())

    assert [] == sink.received


async def test_a_blocked_address_is_blocked_at_sight(send, sink):
    """Without a connection."""
    with pytest.raises(SendBlocked):
        await send("127.0.0.1", Nowhere())

    assert [] == sink.received
