"""Playing the parties of a call live: answer, reject, press digits, hang up."""

from __future__ import annotations

import pytest

PATIENT = {"from": {"reaction": "no-answer"}, "to": {"reaction": "no-answer"}, "talk": None}


@pytest.fixture
def call(world):
    """A call whose parties do nothing by themselves; leg 1 rings."""
    world.do("POST", "/scenarios/next", PATIENT)
    sid = world.place()
    world.advance(2)
    return sid


@pytest.fixture
def play(world, call):
    """Plays a word on the call, and answers with the call as it is then."""
    return lambda word, **body: world.do("POST", f"/calls/{call}/{word}", body or None)


def states(view):
    return [view["call"]["state"], *[leg["state"] for leg in view["legs"]]]


def test_a_call_is_played_from_beginning_to_end(world, play):
    """Both answer, leg 2 presses digits, leg 1 hangs up; each word answers with the call as it then is."""
    seen = [states(play("answer"))]
    world.advance(3)
    seen.append(states(play("answer")))
    world.advance(10)
    digits = [leg["digits"] for leg in play("digits", digits="12#")["legs"]]
    ended = play("hangup")

    assert [["ringing-to", "answered"], ["talking", "answered", "answered"]] == seen
    assert ["", "12#"] == digits
    assert ["ended", "completed", "completed"] == states(ended)
    assert ("completed", 10.0) == (ended["call"]["outcome"], ended["call"]["talk_seconds"])


def test_the_dial_of_leg_2_follows_at_once(world, call, play):
    """After leg 1 has been answered by hand, leg 2 is dialled in the same instant, as soon as time is settled."""
    play("answer")
    world.advance(0)

    assert ["ringing-to", "answered", "ringing"] == states(world.get(f"/calls/{call}"))


@pytest.mark.parametrize("side", [None, "from"])
def test_leg_1_rejects(play, side):
    """Rejecting while leg 1 rings leaves the call unanswered by leg 1."""
    view = play("reject", **({"side": side} if side else {}))

    assert ["ended", "rejected"] == states(view)
    assert "from-unanswered" == view["call"]["outcome"]


def test_leg_2_rejects(world, play):
    """Rejecting while leg 2 rings leaves the call unanswered by leg 2."""
    play("answer")
    world.advance(0)
    view = play("reject")

    assert ["ended", "completed", "rejected"] == states(view)
    assert "to-unanswered" == view["call"]["outcome"]


def test_a_call_is_withdrawn_while_leg_1_rings(play):
    """Hanging up before leg 1 has answered withdraws the dial."""
    view = play("hangup")

    assert ["ended", "canceled"] == states(view)
    assert "from-unanswered" == view["call"]["outcome"]


def test_leg_1_gives_up_while_leg_2_rings(world, play):
    """Leg 1 hanging up while leg 2 rings cancels the call."""
    play("answer")
    world.advance(5)
    view = play("hangup")

    assert ["ended", "completed", "canceled"] == states(view)
    assert "from-cancelled" == view["call"]["outcome"]


def test_leg_2_hangs_up_what_rings(world, play):
    """Hanging up on leg 2 while it rings is a rejection."""
    play("answer")
    world.advance(0)

    assert ["ended", "completed", "rejected"] == states(play("hangup", side="to"))


def test_a_call_is_withdrawn_before_its_first_dial(world):
    """Hanging up a call that waits for its first dial means that nobody is dialled."""
    sid = world.place()
    view = world.do("POST", f"/calls/{sid}/hangup")

    assert ("ended", "from-not-dialled", []) == (view["call"]["state"], view["call"]["outcome"], view["legs"])


@pytest.mark.parametrize("side", ["from", "to"])
def test_either_side_hangs_up(world, play, side):
    """A talk is ended by whichever side hangs up."""
    play("answer")
    world.advance(0)
    play("answer")
    world.advance(4)

    view = play("hangup", side=side)
    assert ("completed", 4.0) == (view["call"]["outcome"], view["call"]["talk_seconds"])


def test_digits_add_up(world, play):
    """Digits pressed one after another on a leg are one string, and `side` says on which leg."""
    play("answer")
    world.advance(0)
    play("answer")
    for digits in ("1", "*", "A"):
        play("digits", digits=digits, side="from")

    assert ["1*A2", ""] == [leg["digits"] for leg in play("digits", digits="2", side="from")["legs"]]


def test_what_is_played_overrides_the_story(world):
    """A word from outside ends what the story would have done: no timer of it is left but the processing."""
    sid = world.place("+919900000000", "+919900000099")
    world.advance(5)
    world.do("POST", f"/calls/{sid}/hangup")
    receipt = world.advance(200)

    assert ["process", "settle"] == [event["facts"]["input"] for event in receipt["events"]]


def test_a_played_answer_notifies(world):
    """An answer by hand sends the callbacks that an answer sends."""
    world.do("POST", "/scenarios/next", PATIENT)
    sid = world.place(status_callback=[{"event": "answered", "url": "http://8.8.8.8/"}])
    world.advance(2)
    world.do("POST", f"/calls/{sid}/answer")
    world.advance(0)

    assert [("answered", 1)] == [(one["event"], one["leg"]) for one in world.get("/deliveries")["deliveries"]]


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("answer", {"side": "to"}),
        ("reject", {"side": "to"}),
        ("digits", {"digits": "1"}),
        ("digits", {"digits": "1", "side": "from"}),
        ("hangup", {"side": "to"}),
    ],
)
def test_what_the_state_does_not_allow_is_illegal(world, call, expect_refusal, word, body):
    """A word that makes no sense in the call's state is 409 illegal-input, and the call stays as it is."""
    before = world.get(f"/calls/{call}")

    expect_refusal(world.ask("POST", f"/calls/{call}/{word}", body), 409, "illegal-input")
    assert before == world.get(f"/calls/{call}")


@pytest.mark.parametrize("word", ["answer", "reject", "hangup", "digits"])
def test_a_dead_call_hears_nothing(world, call, play, expect_refusal, word):
    """Nothing can be played on a call that is over, nor on one that has settled."""
    play("hangup")
    body = {"digits": "1"} if word == "digits" else None

    for seconds in (0, 300):
        world.advance(seconds)
        expect_refusal(world.ask("POST", f"/calls/{call}/{word}", body), 409, "illegal-input")


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("answer", {"side": "left"}),
        ("reject", {"leg": "1"}),
        ("reject", {"number": 1}),
        ("digits", {}),
        ("digits", {"digits": ""}),
        ("digits", {"digits": "12x"}),
        ("digits", {"digits": "1\n"}),
        ("digits", {"digits": "1" * 65}),
        ("digits", {"digits": 1}),
    ],
)
def test_a_bad_word_is_bad_input(world, call, expect_refusal, word, body):
    """Sides are from and to; digits are 1 to 64 of 0-9, *, # and A-D."""
    expect_refusal(world.ask("POST", f"/calls/{call}/{word}", body), 400, "bad-input")
