"""What can be bought."""

from __future__ import annotations

from collections import Counter

import phonenumbers
import pytest

REGIONS = "AP, AS, BR, CH, DL, GJ, HP, HR, JK, KA, KL, KO, MH, MP, MU, NE, OR, PB, RJ, TN, UE, UW, WB, IN"


def test_the_index_lists_the_countries(numbers):
    """AvailablePhoneNumbers itself holds no numbers: it names the countries and where their numbers are."""
    uri = f"/v2_beta/Accounts/{numbers.account.sid}/AvailablePhoneNumbers"

    assert {
        "uri": uri,
        "countries": [{"country_code": "IN", "country": "India", "uri": f"{uri}/IN"}],
    } == numbers.stock("")


def test_a_row_is_as_the_portal_shows_it(numbers):
    """Name, number, capabilities, country, region, type and rent, in a bare array."""
    row = numbers.stock("/IN/Landline?InRegion=KA")[0]

    assert row["phone_number"].startswith("+9180")
    assert {
        "friendly_name": "0" + row["phone_number"].removeprefix("+91"),
        "phone_number": row["phone_number"],
        "capabilities": {"voice": True, "sms": True},
        "country": "IN",
        "region": "KA",
        "number_type": "Landline",
        "rental_price": "499.000000",
    } == row


@pytest.mark.parametrize("seed", range(5))
def test_the_stock_has_twenty_numbers(new_numbers, seed):
    """Twenty valid Indian numbers of all three types, each once."""
    stock = new_numbers(seed=seed).stock()
    parsed = [phonenumbers.parse(row["phone_number"]) for row in stock]

    assert 20 == len({row["phone_number"] for row in stock})
    assert {"Landline": 12, "Mobile": 6, "TollFree": 2} == Counter(row["number_type"] for row in stock)
    assert all(phonenumbers.is_valid_number_for_region(number, "IN") for number in parsed)


def test_the_stock_comes_from_the_seed(new_numbers):
    """The same seed sells the same numbers, another seed others."""
    same, again, other = new_numbers(seed=4).stock(), new_numbers(seed=4).stock(), new_numbers(seed=5).stock()

    assert same == again
    assert not {row["phone_number"] for row in same} & {row["phone_number"] for row in other}


@pytest.mark.parametrize("number_type", ["Landline", "Mobile", "TollFree"])
def test_a_type_is_listed_by_its_path(numbers, number_type):
    """A country's stock is the sum of its three types."""
    assert [row for row in numbers.stock() if row["number_type"] == number_type] == numbers.stock(f"/IN/{number_type}")


def test_what_is_owned_is_not_sold(numbers):
    """A number leaves the stock when it is bought, by whatever API, and comes back when it is released."""
    stock = numbers.stock()
    bought = numbers.buy(stock[0]["phone_number"])
    numbers.account.control("POST", "/numbers", {"number": stock[5]["phone_number"]})
    while_owned = numbers.stock()
    numbers.owned("DELETE", f"/{bought['sid']}")
    numbers.account.control("DELETE", f"/numbers/{stock[5]['phone_number']}")

    assert stock[1:5] + stock[6:] == while_owned
    assert stock == numbers.stock()


def test_everything_in_stock_can_be_bought(numbers):
    """As it is listed, so it is sold: number, name, capabilities, region, price."""
    for row in numbers.stock():
        bought = numbers.buy(row["phone_number"])

        assert {key: value for key, value in row.items() if key != "number_type"}.items() <= bought.items()
    assert [] == numbers.stock()


def test_messages_are_a_filter(numbers):
    """IncomingSMS leaves only numbers that take messages, which toll-free numbers do not."""
    stock = numbers.stock()
    capable = [row for row in stock if row["capabilities"]["sms"]]

    assert {"Landline", "Mobile"} == {row["number_type"] for row in capable}
    for text in ("true", "True", "1"):
        assert capable == numbers.stock(f"/IN?IncomingSMS={text}")
    for text in ("false", "0", ""):
        assert stock == numbers.stock(f"/IN?IncomingSMS={text}")
    assert [] == numbers.stock("/IN/TollFree?IncomingSMS=true")


def test_a_region_is_a_filter(numbers):
    """InRegion leaves the numbers of one circle; toll-free numbers are in none, but in the country."""
    stock = numbers.stock()

    for circle in {row["region"] for row in stock}:
        assert [row for row in stock if row["region"] == circle] == numbers.stock(f"/IN?InRegion={circle}")
    assert numbers.stock("/IN/TollFree") == numbers.stock("/IN?InRegion=IN")


def test_digits_are_a_filter(numbers):
    """Contains leaves the numbers with these digits, in E.164 or in local form."""
    stock = numbers.stock()

    assert [row for row in stock if "9513" in row["phone_number"]] == numbers.stock("/IN?Contains=9513")
    assert [row for row in stock if row["phone_number"].startswith("+9180")] == numbers.stock("/IN?Contains=%2B9180")
    assert [row for row in stock if row["friendly_name"].startswith("0804")] == numbers.stock(
        "/IN/Landline?Contains=0804"
    )
    assert [] == numbers.stock("/IN?Contains=99999999")


def test_filters_add_up(numbers):
    """All filters hold at once; the page size that some clients send is overlooked."""
    row = numbers.stock("/IN/Landline")[3]
    query = f"InRegion={row['region']}&Contains={row['phone_number'][-4:]}&IncomingSMS=true&PageSize=50"

    assert [row] == numbers.stock(f"/IN/Landline?{query}")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("IncomingSMS=maybe", "IncomingSMS: 'maybe' is neither true nor false"),
        ("InRegion=XX", f"InRegion: 'XX' is none of {REGIONS}"),
    ],
)
def test_a_bad_filter_is_refused(numbers, refused, query, message):
    """A filter that means nothing is a 400 that says so."""
    refused(numbers.ask("GET", f"/AvailablePhoneNumbers/IN/Mobile?{query}"), 400, message)


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("/SG/Landline", "There is no stock in SG", "The stock is in IN."),
        ("/XX", "There is no stock in XX", "The stock is in IN."),
        ("/IN/Satellite", "There is no stock of Satellite", "The types are Landline, Mobile, TollFree."),
        ("/IN/mobile", "There is no stock of mobile", "The types are Landline, Mobile, TollFree."),
    ],
)
def test_there_is_no_other_stock(numbers, refused, path, message, hint):
    """Other countries and types are not found, and the journal says what there is."""
    refused(numbers.ask("GET", f"/AvailablePhoneNumbers{path}"), 404, message)

    assert hint == numbers.journalled()["hint"]


def test_a_strict_account_knows_the_filters(new_numbers, refused):
    """With `strict`, other parameters than the filters are refused."""
    numbers = new_numbers(strict=True)
    query = "IncomingSMS=true&InRegion=KA&Contains=80&PageSize=50"

    assert 200 == numbers.ask("GET", f"/AvailablePhoneNumbers/IN/Mobile?{query}").status_code
    refused(numbers.ask("GET", "/AvailablePhoneNumbers/IN?Region=KA"), 400, "Region: no such parameter")
    refused(numbers.ask("GET", "/AvailablePhoneNumbers?Region=KA"), 400, "Region: no such parameter")
