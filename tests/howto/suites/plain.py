"""How to test a call that nobody answers, with a sink for the callbacks."""

from app import dial


def test_nobody_answers(mockserver):
    mockserver.configure(hosts={"app.test": mockserver.sink.url("")})
    mockserver.tell_next(to={"reaction": "no-answer"})

    sid = dial("+919876543210")
    mockserver.advance(minutes=45)

    mockserver.assert_outcome(sid, "to-unanswered")
    mockserver.assert_callbacks(["answered", "terminal"])
    [terminal] = mockserver.sink.matching(event="terminal", call_sid=sid)
    assert terminal.json()["call_details"]["status"] == "to_leg_unanswered"
