"""The links of the portal's examples, to the last byte: order, escaping, cursors, suffix."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

PAGE_OF_TWO = (
    "?DateCreated=gte:2020-01-01+00:00:00%3Blte:2020-01-03+00:00:00&PageSize=2",
    (1577986006, "afd80ba725309be6234106b69def1412"),
    (1577984407, "06d8fb407eef97f1fb499e66c9291412"),
    2,
)
PAGE_OF_A_HUNDRED = (
    "?NumbersMetadata=true&details=true&Status=completed&PageSize=100",
    (1578502803, "b53638376eec2a5165fdeefe69d21418"),
    (1578485169, "066002b9a62fb7b12a4b9c80356f1418"),
    100,
)
CURSORS = [
    ("MTU3Nzk4NjAwNixhZmQ4MGJhNzI1MzA5YmU2MjM0MTA2YjY5ZGVmMTQxMg==", *PAGE_OF_TWO[1], "2020-01-02 22:56:46"),
    ("MTU3Nzk4NDQwNywwNmQ4ZmI0MDdlZWY5N2YxZmI0OTllNjZjOTI5MTQxMg==", *PAGE_OF_TWO[2], "2020-01-02 22:30:07"),
    ("MTU3ODUwMjgwMyxiNTM2MzgzNzZlZWMyYTUxNjVmZGVlZmU2OWQyMTQxOA==", *PAGE_OF_A_HUNDRED[1], "2020-01-08 22:30:03"),
    ("MTU3ODQ4NTE2OSwwNjYwMDJiOWE2MmZiN2IxMmE0YjljODAzNTZmMTQxOA==", *PAGE_OF_A_HUNDRED[2], "2020-01-08 17:36:09"),
]
EXAMPLES = [
    ("list_answer.json", PAGE_OF_TWO, ""),
    ("list_answer.xml", PAGE_OF_TWO, ""),
    ("details_answer.json", PAGE_OF_TWO, "&details=true"),
    ("details_answer.xml", PAGE_OF_A_HUNDRED, ""),
]
LINKS = ["FirstPageUri", "PrevPageUri", "NextPageUri"]


@pytest.fixture
def links_of(example, tree):
    """The links of an example. The portal prints the ampersands of its XML bare; they are escaped here to parse it."""

    def read(name):
        if name.endswith(".json"):
            metadata = json.loads(example(name))["Metadata"]
        else:
            metadata = {one.tag: one.text for one in tree(example(name).replace("&", "&amp;")).find("Metadata")}
        return {link: metadata[link] for link in LINKS}

    return read


@pytest.fixture
def exotel(new_account):
    """The account of the examples a day after their calls, and an ended call to make others of."""
    account = new_account(account_sid="Exotel", start="2020-01-09T12:00:00+05:30")
    placed = account.place()
    account.advance(300)
    return account, account.world.store.call(placed["Sid"])


def page_in_the_middle(exotel, first, last, size):
    """Put `size` calls from `first` to `last` (epoch, sid) into the store, with a neighbour before and behind them."""
    account, model = exotel
    (newest, _), (oldest, _) = first, last
    step = (newest - oldest) / (size - 1)
    between = [(newest - step * number, f"{number:032x}") for number in range(1, size - 1)]
    neighbours = [(newest + 60, "f" * 32), (oldest - 60, "0" * 32)]
    account.put(
        *(
            replace(model, sid=sid, created_at=datetime.fromtimestamp(epoch, UTC))
            for epoch, sid in [first, last, *between, *neighbours]
        )
    )
    return base64.b64encode(f"{newest + 60},{'f' * 32}".encode()).decode()


@pytest.mark.parametrize("sample", EXAMPLES, ids=lambda sample: sample[0])
def test_the_links_are_those_of_the_example(exotel, links_of, tree, sample):
    """The same parameters in the same order, the same escaping, the cursor last, `.json` kept or not."""
    name, (query, first, last, size), extra = sample
    after = page_in_the_middle(exotel, first, last, size)
    suffix = ".json" if name.endswith(".json") else ""
    response = exotel[0].v1("GET", f"/Calls{suffix}{query}{extra}&After={after}")
    metadata = response.json()["Metadata"] if suffix else {one.tag: one.text for one in tree(response).find("Metadata")}

    assert links_of(name) == {link: metadata[link] for link in LINKS}


@pytest.mark.parametrize(("cursor", "epoch", "sid", "local"), CURSORS)
def test_a_cursor_is_the_second_and_the_sid_of_a_call(exotel, cursor, epoch, sid, local):
    """The cursors of the examples are base64 of `epoch,sid`, and the epoch is the call's DateCreated."""
    account, model = exotel
    at = datetime.fromtimestamp(epoch, UTC)
    account.put(
        replace(model, sid=sid, created_at=at),
        *(replace(model, sid=f"{2 + side:032x}", created_at=at + timedelta(seconds=side)) for side in (-1, 1)),
    )
    page = account.page("?PageSize=1&After=" + base64.b64encode(f"{epoch + 1},{3:032x}".encode()).decode())

    assert f"{epoch},{sid}" == base64.b64decode(cursor).decode()
    assert (sid, local) == (page["Calls"][0]["Sid"], page["Calls"][0]["DateCreated"])
    assert page["Metadata"]["PrevPageUri"].endswith(f"&Before={cursor}")
    assert page["Metadata"]["NextPageUri"].endswith(f"&After={cursor}")


def test_an_examples_cursor_works(exotel):
    """A cursor that a client kept from the portal leads to the calls behind its call, whether or not that is there."""
    account, model = exotel
    cursor, epoch, sid, _ = CURSORS[0]
    older, newer = (
        replace(model, sid=f"{seconds % 100:032x}", created_at=datetime.fromtimestamp(epoch + seconds, UTC))
        for seconds in (-1, 1)
    )
    account.put(older, newer)
    without = account.listed(f"?After={cursor}"), account.listed(f"?Before={cursor}&SortBy=DateCreated:asc")
    account.put(replace(model, sid=sid, created_at=datetime.fromtimestamp(epoch, UTC)))

    assert [older.sid] == without[0] == without[1]
    assert [older.sid] == account.listed(f"?After={cursor}")


def test_the_total_is_that_of_the_example(exotel):
    """Total counts the records on all pages (1027), PageSize those on this one, whatever page was asked for."""
    account, model = exotel
    start = model.created_at - timedelta(days=1)
    account.put(
        *(
            replace(model, sid=f"{number:032x}", created_at=start + timedelta(seconds=number))
            for number in range(1, 1027)
        )
    )
    second_page = account.page("?PageSize=2")["Metadata"]["NextPageUri"].partition("?")[2]

    for page in (account.page("?PageSize=2"), account.page(f"?{second_page}")):
        assert (1027, 2) == tuple(page["Metadata"][name] for name in ("Total", "PageSize"))


def test_the_metadata_has_numbers_and_texts(account):
    """Total and PageSize are numbers and links are texts; where there is no page there is null, in XML nothing."""
    account.place()
    account.advance(60)
    metadata = account.page()["Metadata"]

    assert ["Total", "PageSize", *LINKS] == list(metadata)
    assert (1, 1, str) == (metadata["Total"], metadata["PageSize"], type(metadata["FirstPageUri"]))
    assert (None, None) == (metadata["PrevPageUri"], metadata["NextPageUri"])


def test_links_that_lead_nowhere_are_empty_in_xml(account, tree, outline):
    """In XML the link to a page that is not there is an element without text."""
    metadata = dict(outline(tree(account.v1("GET", "/Calls")).find("Metadata"))[1])

    assert ["Total", "PageSize", *LINKS] == list(metadata)
    assert ("0", "0", "", "") == tuple(metadata[name] for name in ("Total", "PageSize", *LINKS[1:]))


def test_an_empty_page_has_no_neighbours(exotel):
    """A cursor is returned only if at least one record is on the page: behind the last one there is none."""
    account, model = exotel
    behind = base64.b64encode(f"{int(model.created_at.timestamp()) - 9},{'0' * 32}".encode()).decode()
    page = account.page(f"?After={behind}")

    assert ([], 1, 0) == (page["Calls"], page["Metadata"]["Total"], page["Metadata"]["PageSize"])
    assert (None, None) == (page["Metadata"]["PrevPageUri"], page["Metadata"]["NextPageUri"])


def test_every_parameter_is_repeated_in_the_links(account):
    """The links repeat what was asked for, escaped like a form but for the colon in SortBy, in one order."""
    asked = (
        "?RecordingUrlValidity=5&Direction=outbound-api&Price=lte:9.5&Duration=gte:1s&PhoneNumber=%2B912241499102"
        "&From=09811112222&To=%2B919833334444,09811113333&SortBy=DateCreated:asc&details=true&PageSize=7&Status=busy"
        "&Sid=a,b&NumbersMetadata=true&Unknown=1"
    )

    assert (
        f"/v1/Accounts/{account.sid}/Calls.json?PageSize=7&Sid=a%2Cb&SortBy=DateCreated:asc&Status=busy"
        "&To=%2B919833334444%2C09811113333&From=09811112222&PhoneNumber=%2B912241499102&Duration=gte%3A1s"
        "&Price=lte%3A9.5&Direction=outbound-api&details=true&NumbersMetadata=true&RecordingUrlValidity=5"
    ) == account.page(asked)["Metadata"]["FirstPageUri"]


def test_links_name_the_sort_order_unasked(account):
    """SortBy is always in the links; without it, and without anything else, it is the default's."""
    assert (
        f"/v1/Accounts/{account.sid}/Calls.json?SortBy=DateCreated:desc" == account.page()["Metadata"]["FirstPageUri"]
    )
