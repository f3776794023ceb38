"""A call on its own: its Uri and where that leads, its recording, and what the bulk record says differently."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

VALIDITIES = [5, 17, 60]


@pytest.fixture
def settled(account):
    """The sid of a recorded call of which everything is known."""
    sid = account.place(Record="true")["Sid"]
    account.advance(300)
    return sid


def follow(account, uri):
    return account.service.request("GET", uri, auth=(account.key, account.token))


def test_in_json_the_uri_has_the_suffix_in_its_middle(account, settled):
    """The answers to connect and to reading one call in JSON name it as `Calls.json/<sid>`."""
    uri = f"/v1/Accounts/{account.sid}/Calls.json/"
    placed = account.place()

    assert f"{uri}{settled}" == account.read(settled)["Uri"]
    assert f"{uri}{placed['Sid']}" == placed["Uri"]


def test_in_xml_the_uri_has_no_suffix(account, settled, tree):
    """The answers to connect and to reading one call in XML name it as `Calls/<sid>`."""
    uri = f"/v1/Accounts/{account.sid}/Calls/"
    placed = tree(account.connect("/Calls/connect")).find("Call")

    assert f"{uri}{settled}" == tree(account.v1("GET", f"/Calls/{settled}")).findtext("Call/Uri")
    assert f"{uri}{placed.findtext('Sid')}" == placed.findtext("Uri")


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_in_the_list_the_uri_has_no_suffix(account, settled, tree, suffix):
    """The list names a call as `Calls/<sid>` in both formats."""
    answer = account.v1("GET", f"/Calls{suffix}")
    uri = answer.json()["Calls"][0]["Uri"] if suffix else tree(answer).findtext("Call/Uri")

    assert f"/v1/Accounts/{account.sid}/Calls/{settled}" == uri


def test_a_uri_from_json_leads_to_json(account, settled):
    """A client may follow the odd Uri as it is, with parameters, and gets JSON from it."""
    answer = follow(account, account.read(settled)["Uri"] + "?details=true")

    assert "application/json" == answer.headers["content-type"]
    assert account.read(settled, "?details=true") == answer.json()["Call"]


def test_a_uri_from_xml_leads_to_xml(account, settled, tree, outline):
    """The Uri without suffix leads to XML."""
    answer = account.v1("GET", f"/Calls/{settled}")

    assert outline(tree(answer)) == outline(tree(follow(account, tree(answer).findtext("Call/Uri"))))


def test_an_odd_uri_that_leads_nowhere_is_refused_in_json(account, refusal):
    """Below `Calls.json/` errors are JSON, too."""
    answer = follow(account, f"/v1/Accounts/{account.sid}/Calls.json/unknown")

    assert (404, "Call unknown not found") == refusal(answer)


def test_details_are_only_there_if_asked_for(account, settled):
    """`details=true` adds Details as the last key; without it, or with anything else, there is none."""
    assert "Details" == list(account.read(settled, "?details=true"))[-1]
    for query in ("", "?details=false", "?details=", "?details=yes", "?Details=true"):
        assert "Details" not in account.read(settled, query)


@pytest.mark.parametrize("minutes", VALIDITIES)
def test_a_presigned_url_holds_so_many_minutes(account, settled, minutes):
    """RecordingUrlValidity adds a URL of the same recording that holds from 5 to 60 minutes."""
    call = account.read(settled, f"?RecordingUrlValidity={minutes}")
    url = urlsplit(call["PreSignedRecordingUrl"])
    now = datetime.fromisoformat(account.control("GET", "/clock")["now"])
    (expires,) = parse_qs(url.query)["Expires"]

    assert call["RecordingUrl"] == url._replace(query="").geturl()
    assert (now + timedelta(minutes=minutes)).timestamp() == int(expires)
    assert "PreSignedRecordingUrl" not in account.read(settled)


def test_a_presigned_url_is_signed_for_its_moment(account, settled):
    """Asked for a minute later, the URL is another one; at the same moment it is the same, alone and in the list."""
    query = "?RecordingUrlValidity=5"
    first, listed = (
        account.read(settled, query)["PreSignedRecordingUrl"],
        account.page(query)["Calls"][0]["PreSignedRecordingUrl"],
    )
    account.advance(60)

    assert first == listed
    assert first != account.read(settled, query)["PreSignedRecordingUrl"]
    assert first != account.page(query)["Calls"][0]["PreSignedRecordingUrl"]


def test_without_a_recording_nothing_is_signed(account, tree):
    """Without a recording the pre-signed URL is null, in the list an empty text, in XML an empty element."""
    sid = account.place()["Sid"]
    account.advance(300)
    query = "?RecordingUrlValidity=5"

    assert account.read(sid, query)["PreSignedRecordingUrl"] is None
    assert "" == account.page(query)["Calls"][0]["PreSignedRecordingUrl"]
    assert "" == tree(account.v1("GET", f"/Calls{query}")).findtext("Call/PreSignedRecordingUrl")


def test_numbers_metadata_adds_nothing(account, settled):
    """The portal's only example with NumbersMetadata shows no extra element; the links repeat it."""
    plain, asked = account.page(), account.page("?NumbersMetadata=true")

    assert plain["Calls"] == asked["Calls"]
    assert asked["Metadata"]["FirstPageUri"].endswith("&NumbersMetadata=true")
    assert settled == asked["Calls"][0]["Sid"]


def test_a_time_is_local_to_the_account(new_account):
    """Times follow the account's zone, read alone and in the list, also after it has been changed."""
    account = new_account(zone="Asia/Singapore", start="2026-01-05T10:00:00+08:00")
    sid = account.place()["Sid"]
    account.advance(300)
    before = account.page()["Calls"][0]["EndTime"]
    account.control("PATCH", "", {"zone": "Asia/Kolkata"})

    assert "2026-01-05 10:00:26" == before
    assert "2026-01-05 07:30:26" == account.read(sid)["EndTime"] == account.page()["Calls"][0]["EndTime"]


def test_a_sid_ends_in_its_date(new_account):
    """A v1 sid is 28 hexadecimal digits and the date, like the portal's `...1412` of 2020-01-02."""
    assert "1412" == new_account(start="2020-01-02T22:30:07+05:30").place()["Sid"][28:]


def test_the_same_seed_gives_the_same_sids(new_account):
    """Two worlds of one seed and the same requests read alike but for their names; another seed does not."""
    first, second, other = (new_account(seed=seed) for seed in (7, 7, 8))
    sids = [[account.place()["Sid"] for _ in range(3)] for account in (first, second, other)]

    assert sids[0] == sids[1]
    assert not set(sids[0]) & set(sids[2])
