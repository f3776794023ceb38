"""The dialect of flows: words what applets ask and tell, and reads what is answered."""

from __future__ import annotations

from mockserver.domain.call import Call
from mockserver.domain.effects import Notify
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import OutboundRequest, Reply
from mockserver.engine.ports import Heard
from mockserver.engine.world import World
from mockserver.providers.callback_request import worded
from mockserver.providers.exotel.applets import connect, gather
from mockserver.providers.exotel.applets.agents import AGENT_WORDS, agent_event
from mockserver.providers.exotel.applets.audio import Nothing, read_audio
from mockserver.providers.exotel.applets.connect_answers import read_connect
from mockserver.providers.exotel.applets.dialled import LEGS
from mockserver.providers.exotel.applets.greeting import greeting, read_greeting
from mockserver.providers.exotel.applets.passthru import passthru, read_passthru
from mockserver.providers.exotel.applets.replies import Unusable
from mockserver.providers.provider import FlowWords

EVENTS = (CallEvent.GREETING, CallEvent.GATHER, CallEvent.PASSTHRU, CallEvent.CONNECT, *AGENT_WORDS, CallEvent.AUDIO)


def write(notification: Notify, call: Call, world: World) -> OutboundRequest:
    """The request for an event of a flow. Implements the engine's CallbackWriter."""
    event, version = notification.subscription.event, notification.subscription.variant
    match event:
        case CallEvent.PASSTHRU:
            return worded(notification, call, passthru(call, world))
        case CallEvent.CONNECT:
            parameters = connect.connect(call, world, says_status=version == connect.PLAIN)
            return worded(notification, call, parameters, connect.HEADERS[version])
        case CallEvent.GATHER:
            return worded(notification, call, connect.connect(call, world, says_status=True), gather.HEADERS)
        case CallEvent.GREETING:
            return worded(notification, call, greeting(call))
        case CallEvent.AUDIO:
            return worded(notification, call, Nothing())
    return worded(notification, call, agent_event(call, notification.leg_number, event, world))


def read(event: CallEvent, variant: str, reply: Reply) -> Heard:
    """What was answered to an applet's question. Implements the engine's AnswerReader."""
    try:
        match event:
            case CallEvent.CONNECT:
                return read_connect(reply, variant)
            case CallEvent.GATHER:
                return gather.read_gather(reply)
            case CallEvent.GREETING:
                return read_greeting(reply)
            case CallEvent.AUDIO:
                return read_audio(reply, variant)
        return read_passthru(reply)
    except Unusable as unusable:
        return Heard(None, (str(unusable),))


WORDS = FlowWords(write, read, EVENTS, (LEGS,))
