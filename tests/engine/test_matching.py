"""Which requests and deliveries are meant, and where others differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mockserver.domain.errors import BadInput
from mockserver.domain.order import CallEvent
from mockserver.engine.delivery import Attempt, Delivery, Edit, OutboundRequest, Reply
from mockserver.engine.journal import Exchange
from mockserver.engine.matching import DeliveryWish, Difference, Matcher, RequestWish

AT = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)
EXCHANGE = Exchange("q1", AT, "POST", "/v1/Calls", "a=1", (), b"", 200, (), b"", 0.1, operation="create")
REQUEST = OutboundRequest("POST", "http://localhost/a", (("Host", "localhost"), ("Content-Length", "2")), b"{}")
DELIVERY = Delivery("d1", "c1", CallEvent.OVER, None, REQUEST, AT)


def test_without_a_wish_everything_fits():
    """And there is nothing in which it could differ."""
    assert Matcher() == RequestWish().matcher() == DeliveryWish().matcher()
    assert RequestWish().matcher().fits(EXCHANGE)
    assert () == RequestWish().matcher().differences(EXCHANGE)


@pytest.mark.parametrize(
    ("body", "wanted", "fits"),
    [
        (b'{"a": 1, "b": 2}', {"a": 1}, True),
        (b'{"a": 1}', {"a": True}, False),
        (b'{"a": "1"}', {"a": 1}, False),
        (b'{"a": null}', {"a": None}, True),
        (b'{"a": [1, {"b": 2, "c": 3}]}', {"a": [1, {"b": 2}]}, True),
        (b'{"a": [1, 2]}', {"a": [1]}, False),
        (b'{"a": {"b": 1}}', {"a": {"c": None}}, False),
        (b'{"a": 1}', {"a": {}}, False),
        (b"[1]", {"a": 1}, False),
        (b"a=1", {"a": 1}, False),
        (b"\xff", {"a": 1}, False),
        (b"[" * 100_000, {"a": 1}, False),
    ],
)
def test_json_has_to_hold_what_is_wanted(body, wanted, fits):
    """Objects may have more, lists and values are the same; what is no JSON holds nothing."""
    assert fits == RequestWish(json=wanted).matcher().fits(replace(EXCHANGE, body=body))
    sent = replace(DELIVERY, request=replace(REQUEST, body=body))
    assert fits == DeliveryWish(json=wanted).matcher().fits(sent)


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b'{"from": "+919811112222"}', "09811112222"),
        (b"From=098111-12222", "+91 98111 12222"),
        (b"From=%2B919811112222", "9811112222"),
        (b"To=98111+12222", "tel:+919811112222"),
        (b"To=sip%3Aasha%40example.com", "sip:Asha@example.com"),
        (b"Digits=4711", "4711"),
    ],
)
def test_a_number_is_found_in_any_spelling(body, number):
    """As it is stored and as forms write it, with and without the country, and parts of numbers, too."""
    assert RequestWish(number=number).matcher().fits(replace(EXCHANGE, body=body))
    assert not RequestWish(number=number).matcher().fits(EXCHANGE)


@pytest.mark.parametrize(
    "wish", [{"status": "4x"}, {"status": "0xx"}, {"number": "-"}, {"since": AT.replace(tzinfo=None)}]
)
def test_what_nothing_can_fit_is_refused(wish):
    """With the name of the field."""
    [name] = wish
    with pytest.raises(BadInput) as refused:
        RequestWish(**wish).matcher()

    assert name == refused.value.where


def test_a_status_is_that_of_the_last_attempt():
    """A delivery without an answer has none."""
    attempts = (Attempt(1, AT, 0.1, Reply(500, (), b"")), Attempt(2, AT, 0.1, Reply(204, (), b"")))
    tried = replace(DELIVERY, attempts=attempts)
    wish = DeliveryWish(status="2xx").matcher()

    assert [True, False] == [wish.fits(tried), wish.fits(DELIVERY)]
    assert (Difference("status", "2xx", "none"),) == wish.differences(DELIVERY)
    assert (Difference("status", "2xx", "none"),) == wish.differences(
        replace(DELIVERY, attempts=(Attempt(1, AT, 0.1, error="refused"),))
    )


def test_the_closest_lack_least():
    """Of equals the latest comes first; what fits is not among them."""
    others = [
        replace(EXCHANGE, id="q1", method="GET", status=404),
        replace(EXCHANGE, id="q2", method="GET"),
        replace(EXCHANGE, id="q3"),
        replace(EXCHANGE, id="q4", status=500),
    ]
    closest = RequestWish(method="post", status="200").matcher().closest(others, 2)

    assert [("q4", ("status",)), ("q2", ("method",))] == [
        (one.id, tuple(difference.name for difference in lacks)) for one, lacks in closest
    ]


def test_what_is_shown_is_short():
    """A difference is for reading."""
    [difference] = RequestWish(contains="y").matcher().differences(replace(EXCHANGE, body=b"x" * 10_000))

    assert len(difference.got) <= 200


@pytest.mark.parametrize(
    ("edit", "headers"),
    [
        (Edit(), (("Host", "localhost"), ("Content-Length", "2"))),
        (Edit(body=b"abc"), (("Host", "localhost"), ("Content-Length", "3"))),
        (Edit(url="http://u:p@other:81/b"), (("Host", "other:81"), ("Content-Length", "2"))),
        (Edit(headers={"content-length": "9", "X": "1"}), (("Host", "localhost"), ("Content-Length", "9"), ("X", "1"))),
        (Edit(headers={"HOST": None}), (("Content-Length", "2"),)),
        (Edit(body=b"", headers={"Content-Length": None}), (("Host", "localhost"),)),
    ],
)
def test_headers_follow_an_edit(edit, headers):
    """Where they stood; what is said of them goes before what follows."""
    assert headers == edit.applied_to(REQUEST).headers
