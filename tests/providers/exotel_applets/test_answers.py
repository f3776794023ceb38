"""What applications answer to applets, right and wrong: what the caller meets with, and what the journal says.

The tables of the page on flows are the cases.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mockserver.domain.applets import Connect, Gather, Greeting, Passthru
from mockserver.domain.story import PartyStory, Side, Story
from mockserver.engine.delivery import Reply, SendFailed
from mockserver.outbound.policy import blocked

PAGE = Path(__file__).parents[3] / ".github/FLOWS.md"
ASKED, FIRST, SECOND = "http://app.test/asked", "http://app.test/first", "http://app.test/second"
WAYS = {"next": "first", "otherwise": "second"}
APPLETS = {
    "passthru": Passthru("asks", ASKED, **WAYS),
    "greeting": Greeting("asks", url=ASKED, next="first"),
    "gather": Gather("asks", url=ASKED, branches=(("12", "first"),), otherwise="second"),
    "connect 1.0": Connect("asks", url=ASKED, version="1.0", next="first", nobody="second"),
    "connect 1.1": Connect("asks", url=ASKED, version="1.1", next="first", nobody="second"),
    "plain connect": Connect("asks", url=ASKED, version="plain", next="first", nobody="second"),
}
FAILURES = {
    "timeout": SendFailed("timeout", "no complete answer within 5 s"),
    "refused": SendFailed("refused", "cannot connect to app.test:80"),
    "closed": SendFailed("closed", "server disconnected"),
    "blocked": blocked("app.test", "is neither on this machine nor in a private network"),
}
BODIES = {
    "70 KB of blanks": Reply(200, (), b" " * 65_536, is_truncated=True),
    "the bytes ff fe": Reply(200, (), b"\xff\xfe"),
}
STORY = Story(from_party=PartyStory(digits="12"), to_party=PartyStory(ring=2.0), talk=10.0, hangs_up=Side.TO)


def rows():
    """Applet, answer, caller, and what the journal says, of each row of each table below the heading of its applet."""
    applet, found = "", []
    for line in PAGE.read_text().splitlines():
        if line.startswith("#"):
            applet = line.strip("# ").lower()
        elif applet in APPLETS and line.startswith("| `"):
            answer, caller, journal = (cell.strip() for cell in line.strip("|").split("|"))
            found.append((applet, re.findall(r"`([^`]*)`", answer), caller, re.findall(r"`([^`]*)`", journal)))
    return found


def reply(head, body=""):
    """What a cell describes: `status content-type`, `status Header: value` or no answer at all; and the body."""
    if head in FAILURES:
        return FAILURES[head]
    if body in BODIES:
        return BODIES[body]
    status, _, kind = head.partition(" ")
    name, _, value = kind.rpartition(": ")
    headers = ((name or "Content-Type", value),) if kind else ()
    return Reply(int(status), headers, body.replace("\\n", "\n").encode())


async def met_with(flows, applet, answer):
    """What the caller meets with, in the words of the page, when an applet's question is answered so."""
    answered = reply(*answer)
    flows.application.answers[ASKED] = [answered]
    flows.runs(APPLETS[applet], Passthru("first", FIRST, is_async=True), Passthru("second", SECOND, is_async=True))
    begun = flows.comes_in(STORY)
    async with flows.engine.running():
        await flows.advance(200)
    call, passthru = flows.call(begun.sid), flows.deliveries[-1]
    is_first = passthru.request.url.startswith(FIRST)
    waited = (passthru.created_at - call.created_at).total_seconds()
    if "connect" in applet:
        reached = [leg.party.contact.local for leg in call.legs_on(Side.TO) if leg.answered_at]
        return f"talks to {reached[0]}" if reached and is_first else "finds nobody"
    if applet == "greeting":
        silent = not waited or not isinstance(answered, Reply)
        return "hears nothing" if silent else f"hears it for {waited:.1f} s"
    if applet == "gather":
        assert is_first is (call.progress.digits == "12")
        return f"has pressed {call.progress.digits}" if call.progress.digits else "goes the other way"
    return "goes the first way" if is_first else "goes the other way"


@pytest.mark.anyio
@pytest.mark.parametrize(("applet", "answer", "caller", "journal"), rows())
async def test_an_answer(flows, applet, answer, caller, journal):
    """The caller goes on as the page says, and the journal says what was wrong."""
    assert caller == await met_with(flows, applet, answer)
    assert journal == flows.complaints


def test_every_applet_that_asks_is_on_the_page():
    """With answers that it likes and answers that it does not."""
    assert set(APPLETS) == {applet for applet, _, _, journal in rows() if journal}
    assert set(APPLETS) == {applet for applet, _, _, journal in rows() if not journal}
