"""What people of a call are to hear that lies at a URL: each is fetched once, to see whether it can be played."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.applets import Gather, Gathering, Greeting, Said, Voicemail
from mockserver.domain.call import Call, CallState, LegState
from mockserver.domain.effects import Input, Notify
from mockserver.domain.order import CallEvent, Subscription
from mockserver.domain.story import Side
from mockserver.engine.wording import APPLETS
from mockserver.engine.world import World

# What audio is for; the first has bounds of its own.
WAIT, PROMPT, PLAYBACK = "wait", "prompt", "playback"
_MOST_KNOWN = 1_000


def fetches(world: World, before: Call, event: Input, call: Call) -> tuple[Notify, ...]:
    """What a step lets somebody hear for the first time in this world, if the world checks audio."""
    if not world.settings.checks_audio:
        return ()
    known = world.audio
    wanted = {url: kind for url, kind in _audible(before, event, call) if url not in known}
    if len(known) + len(wanted) > _MOST_KNOWN:
        known.clear()
    known.update(wanted)
    return tuple(Notify(Subscription(CallEvent.AUDIO, url, "GET", "", APPLETS, kind)) for url, kind in wanted.items())


def _audible(before: Call, event: Input, call: Call) -> Iterator[tuple[str, str]]:
    """URLs, and what each is for."""
    order = call.order
    if order.wait_audio_url and call.legs is not before.legs and _rings_anew(before, call):
        yield order.wait_audio_url, WAIT
    if call.state is CallState.TALKING and before.state is not CallState.TALKING:
        yield from ((playback.url, PLAYBACK) for playback in order.playbacks)
    for said in _said(before, event, call):
        yield from ((url, PROMPT) for url in said.audio_urls)


def _rings_anew(before: Call, call: Call) -> bool:
    new = call.legs[len(before.legs) :]
    return any(leg.side is Side.TO and leg.state is LegState.RINGING for leg in new)


def _said(before: Call, event: Input, call: Call) -> Iterator[Said]:
    """What an applet says: because it was entered, or because the application has answered."""
    if isinstance(event.answer, Said):
        yield event.answer
    elif isinstance(event.answer, Gathering):
        yield event.answer.prompt
    if call.progress.entered == before.progress.entered:
        return
    match call.applet:
        case Greeting(says=said, url=None) | Voicemail(says=said):
            yield said
        case Gather(waits_for=Gathering(prompt=said), url=None):
            yield said
