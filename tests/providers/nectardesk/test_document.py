"""The OpenAPI document of NectarDesk."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator

from mockserver.domain.causes import HangupCause
from mockserver.providers.nectardesk.routes import OPERATIONS

UNDOCUMENTED = "the vendor documents nothing here; our reading"


@pytest.fixture
def document(call_data_document):
    return call_data_document.document


@pytest.fixture
def schemas(document):
    return document["components"]["schemas"]


def test_it_describes_what_is_served(document):
    """OpenAPI 3.1, one operation, a token in a header."""
    described = {one["operationId"] for item in document["paths"].values() for one in item.values()}

    assert document["openapi"].startswith("3.1")
    assert {operation.id for operation in OPERATIONS} == described == {"nectardesk.get-call"}
    assert [{"token": []}] == document["security"]


def test_every_reference_leads_somewhere(document, schemas):
    """All references point to schemas of the document, and all schemas are sound."""
    assert set(schemas) == set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_everything_says_how_it_is_known(document, schemas):
    """The operation, its errors and every field of every body carry their provenance."""
    operations = [one for item in document["paths"].values() for one in item.values()]
    answers = [answer for one in operations for answer in one["responses"].values()]
    told = [
        *operations,
        *(error for answer in answers for error in answer.get("x-errors", ())),
        *(field for struct in schemas.values() for field in struct["properties"].values()),
    ]

    bases = {"documented", "observed", "assumed"}
    assert {True} == {one["x-provenance"]["basis"] in bases and bool(one["x-provenance"]["source"]) for one in told}


def test_errors_are_assumed(document):
    """The vendor documents no error, and we do not say that it does."""
    [operation] = [one for item in document["paths"].values() for one in item.values()]
    errors = [error for answer in operation["responses"].values() for error in answer.get("x-errors", ())]

    assert {"assumed"} == {error["x-provenance"]["basis"] for error in errors}
    assert {"400", "401", "404", "429", "500"} == set(operation["responses"]) - {"200"}


def test_what_is_in_the_vendors_example_is_documented(schemas, vendors_example):
    """All fields of its objects, but for one whose meaning nobody tells."""
    assert list(vendors_example["calls"]) == list(schemas["CallData"]["properties"])
    assumed = {
        f"{name}.{field}"
        for name in ("CallData", "Contact", "AgentLeg", "ExternalNumber", "Number", "Named", "RecordingLink")
        for field, schema in schemas[name]["properties"].items()
        if schema["x-provenance"]["basis"] != "documented"
    }

    assert {"CallData.is_data_cached"} == assumed


def test_the_words_of_an_outcome_are_listed(schemas):
    """The one that the vendor has and those that are ours."""
    assert [None, "answered", "missed", "abandoned", "voicemail"] == schemas["CallData"]["properties"]["type"]["enum"]
    assert [None, *HangupCause] == schemas["AgentLeg"]["properties"]["hangup_reason"]["enum"]


def test_the_webhook_is_described(document, centre):
    """Its body stands as a callback of the operation, and those that are sent fit it."""
    [callback] = document["paths"]["/calls/{call_id}"]["get"]["callbacks"]["status"].values()
    [content] = callback["post"]["requestBody"]["content"].values()
    validator = Draft202012Validator({**content["schema"], "components": document["components"]})
    centre.add("contacts", number="+919833334444", first_name="Asha")
    came = centre.come_in(record=True)
    centre.advance(5)
    centre.play(came, "transfer", to="+919844445555")
    centre.place({"to": {"reaction": "busy"}}, caller="+919811112222", callee="+919822220000")
    centre.advance(300)
    bodies = centre.told()

    assert 2 == len(bodies)
    assert [] == [error.message for body in bodies for error in validator.iter_errors(body)]
