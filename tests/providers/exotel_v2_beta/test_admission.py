"""Who may come in, and what else is there: credentials, paths, verbs, faults."""

from __future__ import annotations

import pytest

AUTHENTICATION_FAILED = "Authentication failed. Check your API key and token."
OPERATIONS = [
    ("exotel-v2-beta.list-numbers", "GET", "/IncomingPhoneNumbers"),
    ("exotel-v2-beta.buy-number", "POST", "/IncomingPhoneNumbers"),
    ("exotel-v2-beta.get-number", "GET", "/IncomingPhoneNumbers/02241499102"),
    ("exotel-v2-beta.change-number", "PUT", "/IncomingPhoneNumbers/02241499102"),
    ("exotel-v2-beta.release-number", "DELETE", "/IncomingPhoneNumbers/02241499102"),
    ("exotel-v2-beta.list-countries", "GET", "/AvailablePhoneNumbers"),
    ("exotel-v2-beta.list-country-stock", "GET", "/AvailablePhoneNumbers/IN"),
    ("exotel-v2-beta.list-stock", "GET", "/AvailablePhoneNumbers/IN/Mobile"),
]
every_operation = pytest.mark.parametrize("served", OPERATIONS, ids=[operation for operation, _, _ in OPERATIONS])


@every_operation
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic !"}, {"Authorization": "Basic a2V5Ondyb25n"}],
    ids=["none", "bearer", "broken", "wrong"],
)
def test_nobody_comes_in_without_credentials(numbers, refused, served, headers):
    """Missing, broken and wrong credentials are a 401 with a challenge; the world's journal says what to send."""
    operation, method, path = served
    refused(numbers.ask(method, path, auth=None, headers=headers), 401, AUTHENTICATION_FAILED)

    entry = numbers.journalled()
    assert (operation, AUTHENTICATION_FAILED, "Send the world's key and token.") == (
        entry["operation"],
        entry["refusal"],
        entry["hint"],
    )


@every_operation
def test_credentials_open_their_own_account_only(numbers, new_numbers, refused, served):
    """Credentials of another account are no credentials; the hint says whose they are."""
    operation, method, path = served
    other = new_numbers().account
    refused(numbers.ask(method, path, auth=(other.key, other.token)), 401, AUTHENTICATION_FAILED)

    entry = numbers.journalled()
    assert (operation, f"These credentials belong to account {other.sid!r}.") == (entry["operation"], entry["hint"])


def test_the_account_sid_will_do_as_user(numbers):
    """Several clients send the account SID in place of the API key."""
    assert 200 == numbers.owned(auth=(numbers.account.sid, numbers.account.token)).status_code


@every_operation
def test_a_fault_hits_its_operation(numbers, refused, served):
    """A rule for an operation answers it with the documented text, once, marked in header and journal."""
    operation, method, path = served
    rule = numbers.account.control("POST", "/faults", {"status": 429, "operation": operation})
    answer = numbers.ask(method, path)

    refused(answer, 429, "Too Many Requests")
    assert rule["id"] == answer.headers["x-mockserver-fault"] == numbers.journalled()["fault"]
    assert 429 != numbers.ask(method, path).status_code


@pytest.mark.parametrize(
    ("rule", "exception"),
    [
        ({"status": 400}, {"Status": 400, "Message": "Bad Request"}),
        ({"status": 401}, {"Status": 401, "Message": AUTHENTICATION_FAILED}),
        ({"status": 402}, {"Status": 402, "Message": "Payment Required"}),
        ({"status": 403}, {"Status": 403, "Message": "Forbidden"}),
        ({"status": 404}, {"Status": 404, "Message": "Not Found"}),
        ({"status": 500}, {"Status": 500, "Message": "Server Error"}),
        ({"status": 503, "code": 35008}, {"Status": 503, "Message": "Service Unavailable; ", "Code": 35008}),
        ({"status": 418, "text": "tea"}, {"Status": 418, "Message": "tea"}),
    ],
)
def test_every_error_can_be_had(numbers, rule, exception):
    """Errors without a natural cause come by fault rule, with their own text or the rule's."""
    numbers.account.control("POST", "/faults", rule)
    answer = numbers.owned()

    assert (exception["Status"], {"RestException": exception}) == (answer.status_code, answer.json())
    assert ('Basic realm="Exotel"' if rule["status"] == 401 else None) == answer.headers.get("www-authenticate")


def test_a_faulty_purchase_buys_nothing(numbers):
    """A fault comes before everything that the operation does."""
    numbers.account.control("POST", "/faults", {"status": 500, "operation": "exotel-v2-beta.buy-number"})
    numbers.owned("POST", data={"PhoneNumber": "08069150000"})

    assert 3 == len(numbers.rows())


@pytest.mark.parametrize(
    "path",
    [
        "/IncomingPhoneNumber",
        "/incomingphonenumbers",
        "/Calls",
        "/IncomingPhoneNumbers/x/y",
        "/AvailablePhoneNumbers/IN/Mobile/x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_404_in_the_dialect(numbers, refused, method, path):
    """Paths are case-sensitive; what there is not is a RestException in JSON."""
    refused(numbers.ask(method, path), 404, "Not Found")


@pytest.mark.parametrize("path", ["/v2_beta/Accounts", "/v2_beta/accounts/{sid}/IncomingPhoneNumbers"])
def test_an_unknown_path_above_the_accounts_is_404_too(numbers, refused, path):
    """All that is below /v2_beta answers in its dialect."""
    refused(numbers.provider("GET", path), 404, "Not Found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/IncomingPhoneNumbers", "GET, HEAD, POST"),
        ("DELETE", "/IncomingPhoneNumbers", "GET, HEAD, POST"),
        ("PATCH", "/IncomingPhoneNumbers.json", "GET, HEAD, POST"),
        ("POST", "/IncomingPhoneNumbers/02241499102", "DELETE, GET, HEAD, PUT"),
        ("POST", "/AvailablePhoneNumbers", "GET, HEAD"),
        ("DELETE", "/AvailablePhoneNumbers/IN/Mobile", "GET, HEAD"),
    ],
)
def test_an_unknown_verb_is_405_in_the_dialect(numbers, refused, method, path, allowed):
    """The answer is a RestException, and says which verbs there are."""
    answer = numbers.ask(method, path)

    refused(answer, 405, "Method Not Allowed")
    assert allowed == answer.headers["allow"]


def test_the_record_of_an_unknown_path_names_the_nearest_route(numbers):
    """The journal helps whoever mistyped a path."""
    numbers.account.http.request(
        "GET", f"/v2_beta/Accounts/{numbers.account.sid}/AvailableNumbers?by={numbers.account.sid}"
    )
    strays = numbers.account.http.request("GET", "/_mock/v1/requests?refused=true&limit=1000").json()["requests"]
    entry = next(one for one in reversed(strays) if one["query"] == f"by={numbers.account.sid}")

    assert "/v2_beta/Accounts/{account_sid}/AvailablePhoneNumbers" in entry["hint"]


@pytest.mark.parametrize(
    "path",
    [
        "//v2_beta/Accounts/{sid}/IncomingPhoneNumbers",
        "/v2_beta//Accounts/{sid}//IncomingPhoneNumbers",
        "/v2_beta/Accounts/{sid}/IncomingPhoneNumbers/",
    ],
)
def test_doubled_slashes_are_one(numbers, path):
    """Empty segments, which some clients send, count for nothing."""
    answer = numbers.provider("GET", f"http://mock.test{path}")

    assert (200, 3) == (answer.status_code, len(answer.json()["incoming_phone_numbers"]))


def test_an_odd_accept_header_is_harmless(numbers):
    """Answers are JSON, whatever the client says that it accepts."""
    answer = numbers.owned(headers={"Accept": "application/xml", "Content-Type": "application/json"})

    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])


@every_operation
def test_the_journal_names_the_operation(numbers, served):
    """A request is on record under the operation that served it."""
    operation, method, path = served
    numbers.ask(method, path)

    assert operation == numbers.journalled()["operation"]


def test_these_are_all_operations(http):
    """The published document lists what is tested here, and says how each is known."""
    document = http.request("GET", "/openapi/exotel-v2-beta.json").json()
    operations = [one for item in document["paths"].values() for one in item.values()]

    assert sorted(operation for operation, _, _ in OPERATIONS) == sorted(one["operationId"] for one in operations)
    assert {"exotel-v2-beta.list-country-stock"} == {
        one["operationId"] for one in operations if one["x-provenance"]["basis"] == "assumed"
    }
