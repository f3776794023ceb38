"""The OpenAPI document of v2."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator

from mockserver.providers.exotel.v2.routes import OPERATIONS


@pytest.fixture
def document(http):
    return http.request("GET", "/openapi/exotel-v2.json").json()


def validator(document, content):
    schema = content["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": document["components"]})


def test_it_describes_what_is_served(document):
    """The document is OpenAPI 3.1 and has every operation, behind Basic."""
    described = {one["operationId"] for item in document["paths"].values() for one in item.values()}

    assert document["openapi"].startswith("3.1")
    assert {operation.id for operation in OPERATIONS} == described
    assert 10 == len(OPERATIONS)
    assert {"type": "http", "scheme": "basic"} == document["components"]["securitySchemes"]["basic"]


def test_every_reference_leads_somewhere(document):
    """All references point to schemas of the document, and all schemas are sound."""
    schemas = document["components"]["schemas"]

    assert set(schemas) == set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_everything_says_how_it_is_known(document):
    """Operations, errors and every field of every body carry their provenance."""
    operations = [one for item in document["paths"].values() for one in item.values()]
    answers = [answer for one in operations for answer in one["responses"].values()]
    told = [
        *operations,
        *(error for answer in answers for error in answer.get("x-errors", ())),
        *(field for struct in document["components"]["schemas"].values() for field in struct["properties"].values()),
    ]

    bases = {"documented", "observed", "assumed"}
    assert {True} == {one["x-provenance"]["basis"] in bases and bool(one["x-provenance"]["source"]) for one in told}


def test_the_portals_example_fits(document, v2_example):
    """The example of the page on call details is valid by our schema."""
    answer = document["paths"]["/v2/accounts/{account_sid}/calls/{call_sid}"]["get"]["responses"]["200"]

    assert [] == list(validator(document, answer).iter_errors(v2_example("call_details_answer")))


def test_the_recorded_callback_fits(document, v2_example):
    """The recorded body of a callback is valid by our schema."""
    [callback] = document["paths"]["/v2/accounts/{account_sid}/calls"]["post"]["callbacks"]["status"].values()

    assert [] == list(validator(document, callback["post"]["requestBody"]).iter_errors(v2_example("terminal_callback")))


def test_strings_for_booleans_and_integers_are_documented(document):
    """The schema of the request admits what the server does, and no numbers where texts belong."""
    request = document["paths"]["/v2/accounts/{account_sid}/calls"]["post"]["requestBody"]
    fits = {"recording": "true", "max_time_limit": "60", "status_callback": [{"url": "x", "event": None}]}

    assert [] == [error.message for error in validator(document, request).iter_errors(fits)]
    assert 1 == len(list(validator(document, request).iter_errors({"to": {"number": 7987616844}})))
