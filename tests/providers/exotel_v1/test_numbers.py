"""The account, the metadata of any Indian number, and the older list of ExoPhones."""

from __future__ import annotations

import re

import pytest

CIRCLES = re.compile("AP|AS|BR|CH|DL|GJ|HP|HR|JK|KA|KL|KO|MH|MP|MU|NE|OR|PB|RJ|TN|UE|UW|WB")
OPERATORS = re.compile("AC|A|AL|B|D|E|H|I|LO|MT|P|R|S|ST|T|U|VI|V")
KEYS = ["PhoneNumber", "Circle", "CircleName", "Type", "Operator", "OperatorName", "DND"]
MANY = [f"98{number:08d}" for number in range(0, 90_000_000, 1_000_003)]


@pytest.fixture
def metadata(account):
    """What v1 knows of a number."""

    def read(number, account=account):
        response = account.v1("GET", f"/Numbers/{number}.json")
        assert 200 == response.status_code, response.text
        return response.json()["Numbers"]

    return read


def test_the_account_names_itself(account, tree, outline):
    """GET on the account tells its sid and that it is active, in both formats."""
    assert {"Account": {"Sid": account.sid, "Status": "active"}} == account.v1("GET", ".json").json()
    assert ("Account", [("Sid", account.sid), ("Status", "active")]) == outline(tree(account.v1("GET", ""))[0])


def test_metadata_has_seven_facts(account, metadata, tree, outline):
    """Number, circle, operator and DND, each with its name, in the portal's order; in XML below Numbers."""
    facts = metadata("09811112222")
    numbers = outline(tree(account.v1("GET", "/Numbers/09811112222"))[0])

    assert KEYS == list(facts)
    assert "09811112222" == facts["PhoneNumber"]
    assert ("Numbers", list(facts.items())) == numbers


def test_metadata_is_the_same_each_time(new_account, metadata):
    """The same seed knows the same of a number, whatever was asked before; another seed knows something else."""
    first, second, other = (new_account(seed=seed) for seed in (7, 7, 8))
    facts = [metadata(number, first) for number in MANY]

    assert facts == [metadata(number, first) for number in MANY]
    assert facts == [metadata(number, second) for number in reversed(MANY)][::-1]
    assert facts != [metadata(number, other) for number in MANY]


@pytest.mark.parametrize("spelling", ["%2B919811112222", "9811112222", "919811112222", "+91%2098111-12222"])
def test_metadata_belongs_to_a_number_in_any_spelling(metadata, spelling):
    """All spellings of a number are one number."""
    assert metadata("09811112222") == metadata(spelling)


def test_metadata_uses_the_documented_words(metadata):
    """Circles, operators and DND are the portal's, and all of DND's three words occur."""
    facts = [metadata(number) for number in MANY]

    assert {"Yes", "No", "Unavailable"} == {fact["DND"] for fact in facts}
    assert all(CIRCLES.fullmatch(fact["Circle"]) for fact in facts)
    assert all(OPERATORS.fullmatch(fact["Operator"]) for fact in facts)
    assert {("KA", "Karnataka")} == {(fact["Circle"], fact["CircleName"]) for fact in facts if fact["Circle"] == "KA"}
    assert {("A", "Airtel")} == {(fact["Operator"], fact["OperatorName"]) for fact in facts if fact["Operator"] == "A"}


@pytest.mark.parametrize(("number", "kind"), [("9811112222", "Mobile"), ("02241499102", "Landline")])
def test_metadata_tells_a_mobile_from_a_landline(metadata, number, kind):
    """Type follows from the number."""
    assert kind == metadata(number)["Type"]


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("number", ["nobody", "12", "%2B6531586080", "sip:agent1001", "9" * 40, "%3Cb%3E", "%2B12"])
def test_metadata_is_for_indian_numbers_only(account, refusal, number, suffix):
    """What is no number, or not an Indian one, is refused."""
    assert 400 == refusal(account.v1("GET", f"/Numbers/{number}{suffix}"))[0]


def test_exophones_in_xml(account, tree):
    """In XML each ExoPhone is an IncomingPhoneNumber directly below the root."""
    numbers = [one.findtext("PhoneNumber") for one in tree(account.v1("GET", "/IncomingPhoneNumbers"))]

    assert ["+912241499102", "+911414941199", "+918047112345"] == numbers


def test_an_exophone_keeps_its_sid(account):
    """The sid of an ExoPhone follows from its number: released and bought again it is the same."""
    listed = account.v1("GET", "/IncomingPhoneNumbers.json").json()
    first = listed["IncomingPhoneNumbers"][0]["IncomingPhoneNumber"]
    account.control("DELETE", "/numbers/02241499102")
    without = account.v1("GET", "/IncomingPhoneNumbers.json").json()
    account.control("POST", "/numbers", {"number": "02241499102"})
    again = account.v1("GET", "/IncomingPhoneNumbers.json").json()

    assert (3, 2) == (len(listed["IncomingPhoneNumbers"]), len(without["IncomingPhoneNumbers"]))
    assert first == again["IncomingPhoneNumbers"][-1]["IncomingPhoneNumber"]


def test_a_listed_friendly_name_can_call(account):
    """A friendly name as it is listed is a valid CallerId, which integrators rely on."""
    account.control("PATCH", "/numbers/+918047112345", {"friendly_name": "080-Bangalore & co"})
    listed = account.v1("GET", "/IncomingPhoneNumbers.json").json()["IncomingPhoneNumbers"]
    names = [one["IncomingPhoneNumber"]["FriendlyName"] for one in listed]

    assert "080-Bangalore & co" == names[2]
    assert ["02241499102", "01414941199", "08047112345"] == [
        account.place(CallerId=name)["PhoneNumberSid"] for name in names
    ]
