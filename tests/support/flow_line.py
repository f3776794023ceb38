"""Somebody on the phone to a flow, for tests of the engine."""

from __future__ import annotations

from mockserver.domain.applets import Destination, Dial
from mockserver.domain.contact import Contact
from mockserver.domain.directory import Flow
from mockserver.domain.effects import Input
from mockserver.domain.states import Trigger
from mockserver.domain.story import Side
from mockserver.engine.delivery import Reply
from mockserver.engine.incoming import Arrival, arrived

CALLER, EXOPHONE = Contact("+919812300000"), Contact("+912241499102")
FIRST, SECOND, THIRD = (Contact(f"+91983333000{n}") for n in (1, 2, 3))
URL, SPARE = "http://localhost/ask", "http://localhost/spare"


def dial(*contacts, **changes):
    """A Dial of these, one after the other."""
    return Dial(tuple(Destination(contact) for contact in contacts), **changes)


class Line:
    """Somebody on the phone to a flow."""

    def __init__(self, house):
        self.house = house
        self.sid = ""

    def answers(self, url, *meanings):
        """What the application says at a URL, one after the other."""
        for number, meaning in enumerate(meanings):
            body = f"{url} {number}".encode()
            self.house.meanings[body] = meaning
            self.house.sender.script(url, Reply(200, (), body))

    def comes(self, *applets, story=None):
        world = self.house.world
        world.directory.flows["900"] = Flow("900", "IVR", applets, "plain")
        call = self.house.engine.place(world, arrived(world, Arrival(CALLER, EXOPHONE, flow_id="900")), story)
        self.house.engine.answer_sent(world, call.sid)
        self.sid = call.sid

    async def comes_in(self, *applets, story=None, seconds=0.0):
        self.comes(*applets, story=story)
        return await self.after(seconds)

    async def after(self, seconds):
        await self.house.advance(seconds)
        return self.house.call(self.sid)

    @property
    def asked(self):
        """The URLs that something was sent to, in order."""
        return [request.url for request in self.house.sender.sent]

    @property
    def told(self):
        """What was told, with the leg it is about."""
        return [(str(one.event), one.leg_number) for one in self.house.world.store.deliveries(self.sid)]

    @property
    def complaints(self):
        return [complaint for one in self.house.world.store.deliveries(self.sid) for complaint in one.complaints]

    @property
    def way(self):
        """The applets that the call came through."""
        events = self.house.world.events.latest()
        return [event.facts["applet"] for event in events if event.kind == "flow.entered"]

    def press(self, digits):
        self.house.engine.feed(self.house.world, self.sid, Input(Trigger.PRESS, Side.FROM, digits))
