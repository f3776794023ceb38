"""The OpenAPI document of v1. That every JSON answer fits it is checked with each request of these tests."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

ACCOUNT = "/v1/Accounts/{account_sid}"
PATHS = {
    (f"{ACCOUNT}", "get"),
    (f"{ACCOUNT}/Calls", "get"),
    (f"{ACCOUNT}/Calls", "post"),
    (f"{ACCOUNT}/Calls/connect", "post"),
    (f"{ACCOUNT}/Calls/{{call_sid}}", "get"),
    (f"{ACCOUNT}/Numbers/{{number}}", "get"),
    (f"{ACCOUNT}/IncomingPhoneNumbers", "get"),
    (f"{ACCOUNT}/ActiveStreams", "get"),
}
FILTERS = [
    "Sid",
    "DateCreated",
    "To",
    "From",
    "PhoneNumber",
    "Status",
    "Duration",
    "Price",
    "Direction",
    "PageSize",
    "SortBy",
    "Before",
    "After",
    "details",
    "NumbersMetadata",
    "RecordingUrlValidity",
]
FIELDS = [
    "From",
    "To",
    "Url",
    "CallerId",
    "CallType",
    "TimeLimit",
    "TimeOut",
    "WaitUrl",
    "Record",
    "RecordingChannels",
    "RecordingFormat",
    "CustomField",
    "StartPlaybackToNew",
    "StartPlaybackValueNew",
    "StatusCallback",
    "StatusCallbackEvents",
    "StatusCallbackContentType",
    "StreamUrl",
    "StreamType",
    "StreamName",
    "StreamBegin",
]
BASES = {"documented", "observed", "assumed"}


@pytest.fixture(scope="module")
def document(service):
    return service.request("GET", "/openapi/exotel-v1.json").json()


@pytest.fixture(scope="module")
def operations(document):
    """Every operation by path and method."""
    return {(path, method): one for path, methods in document["paths"].items() for method, one in methods.items()}


def test_every_route_is_documented(operations):
    """The document has the paths and verbs that v1 serves, no more and no less."""
    assert set(operations) == PATHS


def test_the_paths_say_how_to_get_json(document):
    """Each path answers XML, and JSON with a suffix: the document says so."""
    assert ".json" in document["info"]["description"]


def test_every_parameter_is_documented(operations):
    """All filters of the list, all fields of connect, and what a single call takes."""
    names = {
        key: [one["name"] for one in operation["parameters"] if one["in"] == "query"]
        for key, operation in operations.items()
    }

    assert sorted(FILTERS) == sorted(names[f"{ACCOUNT}/Calls", "get"])
    assert sorted(FIELDS) == sorted(names[f"{ACCOUNT}/Calls/connect", "post"])
    assert names[f"{ACCOUNT}/Calls/connect", "post"] == names[f"{ACCOUNT}/Calls", "post"]
    assert {"details", "RecordingUrlValidity"} == set(names[f"{ACCOUNT}/Calls/{{call_sid}}", "get"])


def test_connect_documents_its_form(operations):
    """A client generator learns that the fields come as a form, urlencoded or multipart."""
    for path in ("/Calls/connect", "/Calls"):
        body = operations[ACCOUNT + path, "post"]["requestBody"]["content"]
        assert {"application/x-www-form-urlencoded", "multipart/form-data"} <= set(body)


def test_every_operation_says_where_it_is_known_from(operations):
    """Operations and their errors carry provenance."""
    for operation in operations.values():
        assert operation["x-provenance"]["basis"] in BASES
        assert operation["x-provenance"]["source"]
        rows = [row for answer in operation["responses"].values() for row in answer.get("x-errors", [])]
        assert rows
        assert all(row["x-provenance"]["basis"] in BASES for row in rows)


def test_every_field_says_where_it_is_known_from(document):
    """So does every field of every answer."""
    nameless = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, facts in schema.get("properties", {}).items()
        if facts.get("x-provenance", {}).get("basis") not in BASES
    ]

    assert [] == nameless


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 429, 500, 503])
def test_the_documented_statuses_are_there(operations, status):
    """The statuses of the portal's generic page, and what was seen, are documented for connect and for the list."""
    for key in ((f"{ACCOUNT}/Calls", "get"), (f"{ACCOUNT}/Calls/connect", "post")):
        assert f"{status}" in operations[key]["responses"]


def test_the_schemas_are_schemas(document):
    """Every schema of the document is a valid JSON schema."""
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_document_refuses_what_v1_would_not_say(account, operations, document):
    """The check of every answer can fail: a record with another type or without a key does not fit."""
    schema = operations[f"{ACCOUNT}/Calls", "get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    account.place()
    account.advance(300)
    page = account.page("?details=true")
    (call,) = page["Calls"]
    wrong = [
        {**call, "Duration": 25},
        {**call, "Price": 1.5},
        {**call, "Status": "queued"},
        {**call, "Details": {**call["Details"], "ConversationDuration": "20"}},
        {name: value for name, value in call.items() if name != "Uri"},
    ]

    assert validator.is_valid(page)
    assert [False] * len(wrong) == [validator.is_valid({**page, "Calls": [record]}) for record in wrong]


def test_authentication_is_documented(document):
    """HTTP Basic, for everything."""
    assert {"type": "http", "scheme": "basic"} in document["components"]["securitySchemes"].values()
    assert document["security"]
