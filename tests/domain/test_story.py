"""What the two people of a call will do, and the magic numbers that tell it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.domain.contact import Contact, parse_contact
from mockserver.domain.errors import BadStory
from mockserver.domain.story import DEFAULT_STORY, PartyStory, Reaction, Side, Story, magic_story

PLAIN = Contact("+919810012345")
OTHERWISE = Story(PartyStory(ring=4.0), PartyStory(ring=6.0), talk=50.0, hangs_up=Side.TO)

UNANSWERED = [Reaction.NO_ANSWER, Reaction.BUSY, Reaction.UNREACHABLE, Reaction.REJECTS, Reaction.NOT_DIALLED]


def magic(digits):
    return Contact(f"+9199000{digits}")


def test_an_unmagic_call_rings_twice_and_talks_twenty_seconds():
    """Leg 1 rings 2 s, leg 2 rings 3 s, they talk 20 s, leg 2 hangs up."""
    assert Story(PartyStory(ring=2.0), PartyStory(ring=3.0), talk=20.0, hangs_up=Side.TO) == DEFAULT_STORY


def test_a_story_has_two_parties():
    """Each side has its own."""
    assert OTHERWISE.from_party is OTHERWISE.party(Side.FROM)
    assert OTHERWISE.to_party is OTHERWISE.party(Side.TO)
    assert (Side.TO, Side.FROM) == (Side.FROM.other, Side.TO.other)


# The table of magic numbers: outcome, then the party on leg 1 or leg 2, how long they talk, who hangs up.
ON_LEG_1 = [
    ("0", PartyStory(ring=5.0), 30.0, Side.FROM),
    ("1", PartyStory(Reaction.NO_ANSWER, ring=5.0), 30.0, Side.FROM),
    ("2", PartyStory(Reaction.BUSY, ring=5.0), 30.0, Side.FROM),
    ("3", PartyStory(Reaction.UNREACHABLE, ring=5.0), 30.0, Side.FROM),
    ("4", PartyStory(Reaction.REJECTS, ring=5.0), 30.0, Side.FROM),
    ("5", PartyStory(ring=5.0, gives_up_after=30.0), 30.0, Side.FROM),
    ("6", PartyStory(Reaction.NOT_DIALLED, ring=5.0), 30.0, Side.FROM),
    ("7", PartyStory(ring=5.0, digits="1"), 30.0, Side.TO),
    ("8", PartyStory(ring=5.0), None, Side.FROM),
]
ON_LEG_2 = [
    ("0", PartyStory(ring=5.0), 30.0, Side.TO),
    ("1", PartyStory(Reaction.NO_ANSWER, ring=5.0), 30.0, Side.TO),
    ("2", PartyStory(Reaction.BUSY, ring=5.0), 30.0, Side.TO),
    ("3", PartyStory(Reaction.UNREACHABLE, ring=5.0), 30.0, Side.TO),
    ("4", PartyStory(Reaction.REJECTS, ring=5.0), 30.0, Side.TO),
    ("5", PartyStory(ring=5.0, is_machine=True), 30.0, Side.TO),
    ("6", PartyStory(Reaction.NOT_DIALLED, ring=5.0), 30.0, Side.TO),
    ("7", PartyStory(ring=5.0, digits="1"), 30.0, Side.FROM),
    ("8", PartyStory(ring=5.0), None, Side.TO),
]


@pytest.mark.parametrize(("outcome", "party", "talk", "hangs_up"), ON_LEG_1)
def test_a_magic_number_on_leg_1_tells_its_party_and_the_talk(outcome, party, talk, hangs_up):
    """The outcome, five seconds of ringing, thirty of talk; the other party is as in the default story."""
    told = magic_story(magic(f"{outcome}0530"), PLAIN, OTHERWISE)

    assert party == told.from_party
    assert (talk, hangs_up) == (told.talk, told.hangs_up)
    if outcome != "5":
        assert OTHERWISE.to_party == told.to_party


@pytest.mark.parametrize(("outcome", "party", "talk", "hangs_up"), ON_LEG_2)
def test_a_magic_number_on_leg_2_tells_its_party_and_the_talk(outcome, party, talk, hangs_up):
    """The outcome, five seconds of ringing, thirty of talk; the first party is as in the default story."""
    told = magic_story(PLAIN, magic(f"{outcome}0530"), OTHERWISE)

    assert Story(OTHERWISE.from_party, party, talk=talk, hangs_up=hangs_up) == told


def test_the_talk_of_two_magic_numbers_is_leg_2s():
    """Leg 1 tells only its own ringing; how long they talk and who hangs up, leg 2."""
    told = magic_story(magic("00599"), magic("00830"), OTHERWISE)

    assert Story(PartyStory(ring=5.0), PartyStory(ring=8.0), talk=30.0, hangs_up=Side.TO) == told


def test_leg_1_gives_up_while_leg_2_rings_on():
    """A second party that would answer keeps ringing, so that leg 1 has something to give up on."""
    told = magic_story(magic("50207"), PLAIN, OTHERWISE)

    assert 7.0 == told.from_party.gives_up_after
    assert PartyStory(Reaction.NO_ANSWER) == told.to_party


def test_leg_1_gives_up_after_a_second_when_no_time_is_told():
    """Talk seconds of zero leave the patience to us."""
    assert 1.0 == magic_story(magic("50200"), PLAIN, OTHERWISE).from_party.gives_up_after


def test_leg_1_that_would_give_up_leaves_an_unanswered_leg_2_alone():
    """Who is busy is busy before anybody gives up."""
    told = magic_story(magic("50207"), magic("20100"), OTHERWISE)

    assert PartyStory(Reaction.BUSY, ring=1.0) == told.to_party


def test_a_magic_first_party_needs_no_second():
    """A call without a second number is told by the first."""
    assert PartyStory(Reaction.BUSY, ring=5.0) == magic_story(magic("20530"), None, OTHERWISE).from_party


@pytest.mark.parametrize(
    "spelling", ["+919900000530", "09900000530", "9900000530", "+91 99000 00530", "00919900000530", "tel:+919900000530"]
)
def test_a_magic_number_is_magic_in_every_spelling(spelling):
    """It is the number that tells, not its spelling."""
    told = magic_story(parse_contact(spelling), PLAIN, OTHERWISE)

    assert (PartyStory(ring=5.0), 30.0) == (told.from_party, told.talk)


def test_a_magic_number_is_magic_in_other_countries():
    """Only the national part counts."""
    assert magic_story(Contact("+19900020800"), PLAIN, OTHERWISE).from_party.reaction is Reaction.BUSY


@pytest.mark.parametrize(
    "key",
    [
        "+919900090530",  # 9 is reserved
        "+919198990001",
        "+91199000005301",  # contains the prefix further on
        "+919990000053",
        "+9199000053",  # the prefix with too few digits
        "+91990000053012",  # the prefix with too many
        "+91129900000530",  # ends like one
        "+919900100530",
        "sip:9900000530",
        "sip:+919900000530",
    ],
)
def test_a_number_that_is_not_99000_and_five_digits_is_not_magic(key):
    """Reserved outcome, prefix elsewhere, other lengths, SIP."""
    assert magic_story(Contact(key), Contact(key), OTHERWISE) is None


@settings(deadline=None)
@given(st.from_regex(r"[0-8][0-9]{4}", fullmatch=True), st.sampled_from(Side))
def test_every_magic_number_tells_a_consistent_story(digits, side):
    """All 90,000 of them, on either leg: no contradiction is refused, the ringing is as told."""
    numbers = (magic(digits), PLAIN) if side is Side.FROM else (PLAIN, magic(digits))
    told = magic_story(*numbers, OTHERWISE)

    assert float(digits[1:3]) == told.party(side).ring
    assert (None if digits[0] == "8" else float(digits[3:5])) == told.talk


@pytest.mark.parametrize("reaction", UNANSWERED)
@pytest.mark.parametrize(
    ("where", "fact"),
    [("digits", {"digits": "1"}), ("is_machine", {"is_machine": True}), ("gives_up_after", {"gives_up_after": 3.0})],
)
def test_who_never_answers_can_do_nothing_after_answering(reaction, where, fact):
    """Digits, a machine and giving up contradict a reaction without an answer."""
    with pytest.raises(BadStory, match="never answers") as refusal:
        PartyStory(reaction, **fact)

    assert where == refusal.value.where


@pytest.mark.parametrize("seconds", [-1.0, 86_401.0, float("inf"), float("nan")])
@pytest.mark.parametrize("name", ["ring", "gives_up_after"])
def test_a_party_s_seconds_lie_within_a_day(name, seconds):
    """Negative, endless and undefined times are refused by name."""
    with pytest.raises(BadStory) as refusal:
        PartyStory(**{name: seconds})

    assert name == refusal.value.where


@pytest.mark.parametrize("seconds", [-0.5, 86_401.0, float("nan")])
def test_the_talk_lies_within_a_day(seconds):
    """A talk without an end is None, not a large number."""
    with pytest.raises(BadStory) as refusal:
        Story(talk=seconds)

    assert "talk" == refusal.value.where


@pytest.mark.parametrize("digits", ["12a", "+1", "1 2", "E", "-"])
def test_digits_are_dtmf(digits):
    """Anything but 0-9, *, # and A-D is refused."""
    with pytest.raises(BadStory, match="DTMF"):
        PartyStory(digits=digits)


def test_all_sixteen_dtmf_digits_can_be_pressed():
    """0-9, *, # and A-D."""
    assert "0123456789*#ABCD" == PartyStory(digits="0123456789*#ABCD").digits


def test_only_the_first_party_can_give_up():
    """The second has nobody to wait for."""
    with pytest.raises(BadStory) as refusal:
        Story(to_party=PartyStory(gives_up_after=3.0))

    assert "to.gives_up_after" == refusal.value.where
