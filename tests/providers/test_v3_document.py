"""The OpenAPI document of v3."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator


@pytest.fixture
def document(http):
    return http.request("GET", "/openapi/exotel-v3.json").json()


def test_it_is_openapi_31_for_three_operations(document):
    """The document is OpenAPI 3.1 and describes what v3 serves, behind Basic."""
    operations = [
        (method, path, one["operationId"]) for path, item in document["paths"].items() for method, one in item.items()
    ]
    calls = "/v3/accounts/{account_sid}/calls"

    assert document["openapi"].startswith("3.1")
    assert [
        ("post", calls, "exotel-v3.create-call"),
        ("get", calls + "/{call_sid}", "exotel-v3.get-call"),
        ("get", calls + "/{call_sid}/legs", "exotel-v3.get-legs"),
    ] == operations
    assert {"type": "http", "scheme": "basic"} == document["components"]["securitySchemes"]["basic"]


def test_every_reference_leads_somewhere(document):
    """All references point to schemas of the document, and all schemas are sound."""
    schemas = document["components"]["schemas"]
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))

    assert set(schemas) == names
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_everything_says_how_it_is_known(document):
    """Operations, errors and every field of every body carry their provenance."""
    operations = [one for item in document["paths"].values() for one in item.values()]
    errors = [
        error for one in operations for answer in one["responses"].values() for error in answer.get("x-errors", ())
    ]
    fields = {
        f"{name}.{field}": schema
        for name, struct in document["components"]["schemas"].items()
        for field, schema in struct.get("properties", {}).items()
    }

    told = [*operations, *errors, *fields.values()]
    bases = {"documented", "observed", "assumed"}
    assert [] == [name for name, schema in fields.items() if "x-provenance" not in schema]
    assert {True} == {one["x-provenance"]["basis"] in bases and bool(one["x-provenance"]["source"]) for one in told}


def test_the_portals_examples_fit_the_document(document, example):
    """The portal's own examples are valid by our schemas: the request, the three kinds of answers, the details."""
    calls = "/v3/accounts/{account_sid}/calls"
    paths = document["paths"]
    bodies = {
        "create_call_request": paths[calls]["post"]["requestBody"],
        "create_call_answer": paths[calls]["post"]["responses"]["200"],
        "active_call_answer": paths[calls + "/{call_sid}"]["get"]["responses"]["200"],
        "terminal_call_answer": paths[calls + "/{call_sid}"]["get"]["responses"]["200"],
        "legs_answer": paths[calls + "/{call_sid}/legs"]["get"]["responses"]["200"],
    }

    for name, body in bodies.items():
        schema = {**body["content"]["application/json"]["schema"], "components": document["components"]}
        assert [] == list(Draft202012Validator(schema).iter_errors(example(name)))


def test_strings_for_booleans_and_integers_are_documented(document, example):
    """The schema of the request admits what the server does: booleans and integers as strings."""
    request = document["paths"]["/v3/accounts/{account_sid}/calls"]["post"]["requestBody"]
    schema = {**request["content"]["application/json"]["schema"], "components": document["components"]}
    body = {**example("create_call_request"), **example("parameter_recording"), "attempt_time_out": "45"}

    assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(body)]


def test_a_string_is_no_place_for_a_number(document, example):
    """The schema refuses a number for a contact, as the server does."""
    request = document["paths"]["/v3/accounts/{account_sid}/calls"]["post"]["requestBody"]
    schema = {**request["content"]["application/json"]["schema"], "components": document["components"]}
    body = {**example("create_call_request"), "to": {"contact_uri": 7987616844}}

    assert 1 == len(list(Draft202012Validator(schema).iter_errors(body)))
