"""How to test a voicebot: its delays, and what it does when the caller barges in."""

from bot import serve

CALLER = {
    "ring": 0,
    "says": [
        {"does": "listen", "quiet": 0.5},
        {"does": "speech", "seconds": 1},
        {"does": "barge-in", "after": 1.5, "seconds": 1},
        {"does": "hang-up"},
    ],
}


def test_the_bot_listens(mockserver):
    mockserver.tell_next(from_=CALLER, talk=None)
    mockserver.call_bot(serve(), from_="+919876543210")
    mockserver.advance(minutes=1)

    stream = mockserver.stream()
    assert stream.first_audio < 0.8
    assert max(stream.measures.gaps) < 1.0
    assert stream.measures.barge_ins[0].reaction < 0.3
    assert stream.said_nothing_after(stream.clears[-1])
