"""Buying ExoPhones, in every encoding that clients use."""

from __future__ import annotations

import json

import pytest

NEW, NEW_LOCAL = "+918069150000", "08069150000"
VOICE = "http://my.exotel.com/mock/exoml/start_voice/501"
SMS = "http://my.exotel.com/mock/exoml/start_sms/502"
FIELDS = {"PhoneNumber": NEW_LOCAL, "VoiceUrl": VOICE, "SMSUrl": SMS, "FriendlyName": "Sales"}
AS_JSON = {"Content-Type": "application/json"}
UNREADABLE = "the body cannot be read: "


def test_a_purchase_answers_with_the_number_and_its_price(numbers):
    """The answer is the row of the list, with the rent of a month and its currency."""
    bought = numbers.buy()

    assert ("499.000000", "INR") == (bought.pop("rental_price"), bought.pop("currency"))
    assert (NEW, NEW_LOCAL, None, None) == (
        bought["phone_number"],
        bought["friendly_name"],
        bought["voice_url"],
        bought["sms_url"],
    )
    assert bought == numbers.rows()[-1]
    assert bought == numbers.owned(path=f"/{bought['sid']}").json()


@pytest.mark.parametrize(
    "request_options",
    [
        {"data": FIELDS},
        {"files": {name: (None, value) for name, value in FIELDS.items()}},
        {"json": FIELDS},
        {"params": FIELDS},
        {"params": FIELDS, "headers": AS_JSON},
        {"content": b"&PhoneNumber=08069150000&VoiceUrl=http%3A%2F%2Fmy.exotel.com%2Fmock%2Fexoml%2Fstart_voice%2F501",
         "params": {"SMSUrl": SMS, "FriendlyName": "Sales", "PhoneNumber": "08069150009"}},
        {"content": json.dumps(FIELDS), "headers": {"Content-Type": "Application/JSON; charset=utf-8"}},
        {"content": json.dumps({**FIELDS, "Extra": None}), "headers": AS_JSON},
    ],
    ids=["form", "multipart", "json", "query", "query and an empty JSON body", "untyped form first, query second",
         "json with parameters", "json with null"],
)  # fmt: skip
def test_fields_come_in_every_encoding(numbers, request_options):
    """A form, a multipart form, JSON, the query, or a form whose type is not named: clients send all of them."""
    answer = numbers.owned("POST", **request_options)

    assert 200 == answer.status_code, answer.text
    row = answer.json()
    assert (NEW, VOICE, SMS, "Sales") == (
        row["phone_number"],
        row["voice_url"],
        row["sms_url"],
        row["friendly_name"],
    )


def test_a_number_may_be_a_json_number(numbers):
    """A client whose numbers are integers buys as well."""
    assert NEW == numbers.owned("POST", json={"PhoneNumber": 918069150000}).json()["phone_number"]


@pytest.mark.parametrize(
    "spelling", [NEW, NEW_LOCAL, "8069150000", "00918069150000", "+91 80 6915-0000", " 08069150000 "]
)
def test_a_number_is_bought_in_any_spelling(numbers, spelling):
    """Every spelling of a number means the same one."""
    assert NEW == numbers.buy(spelling)["phone_number"]


@pytest.mark.parametrize("spelling", ["02241499102", "+912241499102", "2241499102"])
def test_a_number_is_bought_once(numbers, refused, spelling):
    """A number that the account has already is a conflict, in whatever spelling, and stays as it is."""
    before = numbers.rows()
    answer = numbers.owned("POST", data={"PhoneNumber": spelling, "FriendlyName": "Again"})

    refused(answer, 409, "+912241499102 is an ExoPhone of this account already")
    assert before == numbers.rows()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "PhoneNumber: the number to buy is mandatory"),
        ({"data": {"FriendlyName": "Sales"}}, "PhoneNumber: the number to buy is mandatory"),
        ({"data": {"PhoneNumber": " "}}, "PhoneNumber: the number to buy is mandatory"),
        ({"json": {"PhoneNumber": None}}, "PhoneNumber: the number to buy is mandatory"),
        ({"data": {"phonenumber": NEW}}, "PhoneNumber: the number to buy is mandatory"),
        ({"content": NEW, "headers": {"Content-Type": "text/plain"}}, "PhoneNumber: the number to buy is mandatory"),
        ({"data": {"PhoneNumber": "Sales"}}, "PhoneNumber: 'Sales' is not a phone number"),
        ({"data": {"PhoneNumber": "12"}}, "PhoneNumber: '12' is not a possible phone number"),
        ({"data": {"PhoneNumber": "+6531580000"}}, "PhoneNumber: '+6531580000' is not an Indian number"),
        ({"data": {"PhoneNumber": "sip:agent1001"}}, "PhoneNumber: 'sip:agent1001' is not an Indian number"),
        ({"data": {"PhoneNumber": NEW, "VoiceUrl": "501"}}, "VoiceUrl: '501' is not a URL"),
        ({"data": {"PhoneNumber": NEW, "SMSUrl": "ftp://x/y"}}, "SMSUrl: 'ftp://x/y' is not a URL"),
        ({"json": [NEW]}, f"{UNREADABLE}Expected `object`, got `array`"),
        ({"json": {"PhoneNumber": [NEW]}}, f"{UNREADABLE}Expected `int | str | null`, got `array` - at `$[...]`"),
        ({"json": {"PhoneNumber": True}}, f"{UNREADABLE}Expected `int | str | null`, got `bool` - at `$[...]`"),
        ({"content": b'{"Phone', "headers": AS_JSON}, f"{UNREADABLE}Input data was truncated"),
    ],
)  # fmt: skip
def test_what_cannot_be_bought_is_refused(numbers, refused, options, message):
    """Each mistake has its own message, and nothing is bought."""
    refused(numbers.owned("POST", **options), 400, message)

    assert 3 == len(numbers.rows())
    assert message == numbers.account.control("GET", "/requests?refused=true")["requests"][-1]["refusal"]


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"PhoneNumber": "\xff"}', b"[" * 100_000])
def test_a_broken_json_body_is_refused(numbers, body):
    """Bytes that are no JSON are bad input, never a crash."""
    answer = numbers.owned("POST", content=body, headers=AS_JSON)

    assert 400 == answer.status_code
    assert answer.json()["RestException"]["Message"].startswith(UNREADABLE)


@pytest.mark.parametrize("boundary", ["", "; boundary=x"])
def test_a_broken_form_is_refused(numbers, boundary):
    """A multipart body that is none is bad input."""
    answer = numbers.owned(
        "POST", content=b"--x\r\nnonsense", headers={"Content-Type": f"multipart/form-data{boundary}"}
    )

    assert 400 == answer.status_code


def test_a_body_can_be_too_large(numbers, refused):
    """Bodies are bounded, and the refusal is in the dialect."""
    answer = numbers.owned("POST", data={"PhoneNumber": NEW, "FriendlyName": "x" * 300_000})

    refused(answer, 413, "the request body is larger than 262144 bytes")


def test_other_countries_are_for_the_control_api(numbers):
    """The journal says how to add a number that is not sold here."""
    numbers.owned("POST", data={"PhoneNumber": "+6531580000"})

    assert f"POST /_mock/v1/worlds/{numbers.account.sid}/numbers" in numbers.journalled()["hint"]


def test_unknown_fields_are_overlooked(numbers):
    """A misspelt field changes nothing."""
    row = numbers.buy(NEW, Friendlyname="Sales", VoiceURL=VOICE)

    assert (NEW_LOCAL, None) == (row["friendly_name"], row["voice_url"])


@pytest.mark.parametrize(
    ("method", "path", "options", "unknown"),
    [
        ("POST", "", {"data": {"PhoneNumber": NEW, "Friendlyname": "x"}}, "Friendlyname"),
        ("POST", "", {"json": {"PhoneNumber": NEW}, "params": {"x": ""}}, "x"),
        ("PUT", "/02241499102", {"data": {"PhoneNumber": NEW}}, "PhoneNumber"),
        ("GET", "?Size=1", {}, "Size"),
    ],
)
def test_a_strict_account_overlooks_nothing(new_numbers, method, path, options, unknown):
    """With `strict`, unknown parameters are refused, and the journal names those that there are."""
    numbers = new_numbers(strict=True)
    answer = numbers.owned(method, path, **options)
    known = {"POST": "PhoneNumber", "PUT": "FriendlyName", "GET": "PageSize"}[method]

    assert (400, f"{unknown}: no such parameter") == (answer.status_code, answer.json()["RestException"]["Message"])
    assert known in numbers.journalled()["hint"]


def test_a_strict_account_buys_all_the_same(new_numbers):
    """What is documented is not refused."""
    numbers = new_numbers(strict=True)

    assert 200 == numbers.owned("POST", data=FIELDS).status_code
    assert 200 == numbers.owned(path="?Page=0&page_size=2").status_code
