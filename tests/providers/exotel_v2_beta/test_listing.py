"""The list of an account's ExoPhones, and single ones."""

from __future__ import annotations

import re

import pytest

MUMBAI = "+912241499102"


def test_a_row_is_as_the_portal_shows_it(numbers):
    """Sid, number, name, capabilities, country and region are there, and the URLs of flows, null without one."""
    row = numbers.rows()[0]

    assert re.fullmatch("[0-9a-f]{32}", row["sid"])
    assert {
        "sid": row["sid"],
        "phone_number": MUMBAI,
        "friendly_name": "02241499102",
        "capabilities": {"voice": True, "sms": True},
        "country": "IN",
        "region": "MU",
        "voice_url": None,
        "sms_url": None,
    } == row


def test_the_list_is_a_page_with_links(numbers):
    """The first page has number 0 and up to 50 rows; its links are whole URLs, and null where there is no neighbour."""
    page = numbers.page()
    uri = f"http://mock.test/v2_beta/Accounts/{numbers.account.sid}/IncomingPhoneNumbers?Page=0&PageSize=50"
    rows = page.pop("incoming_phone_numbers")

    assert 3 == len(rows)
    assert {
        "page": 0,
        "page_size": 50,
        "uri": uri,
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
    } == page


def test_the_links_lead_through_all_pages_and_back(numbers):
    """Whoever follows next_page_uri sees every number once and in order; previous_page_uri leads back."""
    numbers.buy()
    numbers.buy("08069150001")
    pages = [numbers.page("?PageSize=2")]
    while pages[-1]["next_page_uri"]:
        pages.append(numbers.provider("GET", pages[-1]["next_page_uri"]).json())
    back = numbers.provider("GET", pages[-1]["previous_page_uri"]).json()

    assert [2, 2, 1] == [len(page["incoming_phone_numbers"]) for page in pages]
    assert numbers.rows() == [row for page in pages for row in page["incoming_phone_numbers"]]
    assert pages[1] == back


@pytest.mark.parametrize(
    "query", ["?Page=1&PageSize=2", "?page=1&page_size=2", "?Page=1&page_size=2", "?page= 1&PageSize= 2 "]
)
def test_a_page_is_asked_for_in_either_spelling(numbers, query):
    """Page and PageSize, as in the portal's links, or page and page_size, as in its answers."""
    page = numbers.page(query)

    assert (1, 2, numbers.rows()[2:]) == (page["page"], page["page_size"], page["incoming_phone_numbers"])


@pytest.mark.parametrize("query", ["?Page=&PageSize=", "?Size=1", "?PageSize=100"])
def test_without_a_page_it_is_the_first(numbers, query):
    """Empty and unknown parameters change nothing."""
    assert numbers.rows() == numbers.page(query)["incoming_phone_numbers"]


def test_behind_the_last_page_there_is_nothing(numbers):
    """A page behind the end has no rows and no next page."""
    page = numbers.page("?Page=7")

    assert ([], None) == (page["incoming_phone_numbers"], page["next_page_uri"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        *((f"?{name}={value}", f"Page: {text!r} is not a number from 0 to 1000000")
          for name in ("Page", "page")
          for value, text in [("-1", "-1"), ("x", "x"), ("1.5", "1.5"), ("1000001", "1000001"), ("%D9%A1", "\u0661")]),
        *((f"?{name}={value}", f"PageSize: {value!r} is not a number from 1 to 100")
          for name in ("PageSize", "page_size")
          for value in ("0", "101", "-5", "all", "9" * 40)),
    ],
)  # fmt: skip
def test_a_bad_page_is_refused(numbers, refused, query, message):
    """Page counts from 0, PageSize from 1 to 100; anything else is a 400 that says so."""
    refused(numbers.owned(path=query), 400, message)


def test_a_number_is_read_by_its_sid(numbers):
    """The answer is the row of the list."""
    for row in numbers.rows():
        answer = numbers.owned(path=f"/{row['sid']}")

        assert (200, row) == (answer.status_code, answer.json())


@pytest.mark.parametrize("spelling", ["02241499102", "+912241499102", "2241499102", "022-4149-9102"])
def test_a_number_is_its_own_sid_too(numbers, spelling):
    """Where sids are numbers, as older accounts have them, or a client sends the number, it is found as well."""
    assert numbers.rows()[0] == numbers.owned(path=f"/{spelling}").json()


@pytest.mark.parametrize("path", ["", "/{sid}", "/02241499102"])
def test_a_suffix_changes_nothing(numbers, path):
    """Some clients add `.json`, which v1 has; here the answers are JSON anyway."""
    path = path.format(sid=numbers.rows()[0]["sid"])
    plain, suffixed = numbers.owned(path=path).json(), numbers.owned(path=f"{path}.json").json()

    assert plain.get("incoming_phone_numbers", plain) == suffixed.get("incoming_phone_numbers", suffixed)


def test_a_links_path_is_the_one_that_was_asked(numbers):
    """A list that was asked for with the suffix links to lists with the suffix."""
    uri = numbers.owned(path=".json?PageSize=2").json()["next_page_uri"]

    assert uri.endswith("/IncomingPhoneNumbers.json?Page=1&PageSize=2")


@pytest.mark.parametrize("sid", ["0" * 32, "x", "02241499103", "sip:agent1001", "a" * 3000, "é", "%00"])
def test_an_unknown_sid_is_404(numbers, refused, sid):
    """What is neither a sid nor a number of the account is not found; the journal says where the sids are."""
    text = sid.replace("%00", "\0")
    refused(numbers.owned(path=f"/{sid}"), 404, f"ExoPhone {text} not found")

    listed = f"/v2_beta/Accounts/{numbers.account.sid}/IncomingPhoneNumbers"
    assert f"GET {listed} lists the sids." == numbers.journalled()["hint"]


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("01147110000", "DL"),
        ("01204110000", "DL"),
        ("01214110000", "UW"),
        ("02041100000", "MH"),
        ("03341100000", "KO"),
        ("03534110000", "WB"),
        ("04041100000", "AP"),
        ("04441100000", "TN"),
        ("04844110000", "KL"),
        ("05224110000", "UE"),
        ("07314110000", "MP"),
        ("01414110000", "RJ"),
        ("08324110000", "MH"),
        ("07941100000", "GJ"),
    ],
)
def test_the_region_of_a_landline_is_its_areas_circle(numbers, number, region):
    """The area code says which telecom circle a landline is in, and v1's number metadata says the same."""
    metadata = numbers.provider("GET", f"/v1/Accounts/{{sid}}/Numbers/{number}.json").json()

    assert region == numbers.buy(number)["region"]
    assert region == metadata["Numbers"]["Circle"]


def test_the_region_of_a_mobile_is_drawn(new_numbers):
    """A mobile number names no circle: one is drawn from the seed, the same as in v1's number metadata."""
    regions = []
    for seed in (7, 7, 8, 9, 10, 11):
        numbers = new_numbers(seed=seed)
        metadata = numbers.provider("GET", "/v1/Accounts/{sid}/Numbers/09513112345.json").json()
        regions.append(numbers.buy("09513112345")["region"])

        assert metadata["Numbers"]["Circle"] == regions[-1]

    assert regions[0] == regions[1]
    assert 1 < len(set(regions))


def test_a_number_of_another_country_has_no_circle(new_numbers):
    """Its region is its country, its local form is E.164."""
    row = new_numbers(exophones=["+6531580000"]).rows()[-1]

    assert ("+6531580000", "+6531580000", "SG", "SG") == (
        row["phone_number"],
        row["friendly_name"],
        row["country"],
        row["region"],
    )


def test_a_sid_belongs_to_the_number(numbers, new_numbers):
    """The same number has the same sid everywhere and always, so that a test can rely on it."""
    assert [row["sid"] for row in numbers.rows()] == [row["sid"] for row in new_numbers(seed=99).rows()]


def test_numbers_can_be_shown_in_local_form(new_numbers):
    """A recorded answer has phone_number in its local form; a reading of the world chooses it."""
    numbers = new_numbers(readings={"exotel-v2-beta.phone-number": "national"})

    assert ["02241499102", "01414941199", "08047112345"] == [row["phone_number"] for row in numbers.rows()]


def test_the_older_list_has_the_same_numbers(numbers):
    """GET /v1/.../IncomingPhoneNumbers.json wraps the same sids, numbers and names once more."""
    numbers.buy(FriendlyName="Sales")
    older = numbers.provider("GET", "/v1/Accounts/{sid}/IncomingPhoneNumbers.json").json()["IncomingPhoneNumbers"]
    shown = ("sid", "phone_number", "friendly_name")
    listed = [item["IncomingPhoneNumber"] for item in older]

    assert [["Sid", "PhoneNumber", "FriendlyName"]] * 4 == [list(row) for row in listed]
    assert [[row[key] for key in shown] for row in numbers.rows()] == [list(row.values()) for row in listed]


def test_accounts_do_not_see_each_others_numbers(numbers, new_numbers):
    """What one account buys, another neither lists nor reads."""
    other = new_numbers()
    sid = numbers.buy()["sid"]

    assert 3 == len(other.rows())
    assert 404 == other.owned(path=f"/{sid}").status_code
