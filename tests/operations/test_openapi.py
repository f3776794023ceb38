from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from mockserver.bootstrap import PROVIDERS, SERVED, build_app, openapi_documents
from mockserver.control.routes import OPERATIONS as CONTROL_OPERATIONS
from mockserver.control.routes import PREFIX as CONTROL_PREFIX
from mockserver.operations.openapi import Document
from mockserver.operations.provenance import Basis
from mockserver.settings import Settings

DOCUMENTS = {name: make() for name, make in openapi_documents().items()}
PROVIDED = [provider.name for provider in PROVIDERS]
EVERYTHING = [provider.name for provider in SERVED]
CALL = {
    "from": {"contact_uri": "+919900000530"},
    "to": {"contact_uri": "+919900000220"},
    "virtual_number": "+912241499102",
}

every_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
every_provider = pytest.mark.parametrize("document", [DOCUMENTS[name] for name in EVERYTHING], ids=EVERYTHING)


def test_each_api_has_a_document():
    """There is one document for each provider version and its recordings, and one for the control API."""
    assert [*EVERYTHING, "control"] == list(DOCUMENTS)


@every_document
def test_a_document_says_what_it_is(document):
    """It is OpenAPI 3.1 with a title, a version and a description."""
    assert "3.1.0" == document["openapi"]
    assert {"title", "version", "description"} == {key for key, text in document["info"].items() if text}


@every_document
def test_every_schema_is_a_schema(document):
    """All schemas are valid JSON Schema of the dialect that OpenAPI 3.1 names."""
    schemas = [schema for _, schema in _found(document, "schema")] + list(document["components"]["schemas"].values())

    for schema in schemas:
        Draft202012Validator.check_schema(schema)

    assert schemas


@every_document
def test_every_reference_leads_somewhere(document):
    """A $ref points at a component that exists, and no component is left over."""
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert known == {target for _, target in _found(document, "$ref")}


@every_document
def test_the_parameters_of_a_path_are_declared(document):
    """Every name in braces is a required path parameter, and there are no others."""
    for path, operation in _operations(document):
        declared = {one["name"] for one in operation["parameters"] if one["in"] == "path" and one["required"]}

        assert set(re.findall(r"{(\w+)}", path)) == declared, path


@every_document
def test_an_operation_is_complete(document):
    """Every operation has an id of its own, a summary, and a described answer for success and for each error."""
    operations = [operation for _, operation in _operations(document)]

    assert len(operations) == len({operation["operationId"] for operation in operations})
    for operation in operations:
        statuses = [int(status) for status in operation["responses"]]

        assert operation["summary"]
        assert 1 == len([status for status in statuses if status < HTTPStatus.BAD_REQUEST]), operation["operationId"]
        assert all(response["description"] for response in operation["responses"].values())
        assert all("content" in operation["responses"][str(status)] for status in statuses)


@every_document
def test_every_operation_and_every_error_says_how_it_is_known(document):
    """x-provenance stands on each operation and on each row of each error."""
    rows = [row for _, rows in _found(document, "x-errors") for row in rows]
    described = [operation for _, operation in _operations(document)] + rows

    assert [] == [one for one in described if not _is_provenance(one.get("x-provenance"))]


@every_provider
def test_every_field_of_a_provider_says_how_it_is_known(document):
    """x-provenance stands on each property of each struct that a provider is sent or sends."""
    fields = {
        f"{name}.{field}": schema
        for name, component in document["components"]["schemas"].items()
        for field, schema in component["properties"].items()
    }

    assert [] == [name for name, schema in fields.items() if not _is_provenance(schema.get("x-provenance"))]


BASIC = {"basic": {"type": "http", "scheme": "basic"}}
TOKEN = {"token": {"type": "apiKey", "in": "header", "name": "Access-Token"}}


@pytest.mark.parametrize("name", PROVIDED)
def test_a_provider_is_documented_with_its_credentials(name):
    """Provider documents ask for HTTP Basic on every operation, NectarDesk's for its header."""
    document, scheme = DOCUMENTS[name], TOKEN if name == "nectardesk" else BASIC

    assert [{one: [] for one in scheme}] == document["security"]
    assert scheme == document["components"]["securitySchemes"]


@pytest.mark.parametrize(
    ("name", "operations", "prefix"),
    [
        *((one.name, one.version.operations, one.prefix) for one in SERVED),
        ("control", CONTROL_OPERATIONS, CONTROL_PREFIX),
    ],
)
def test_a_document_holds_what_is_served(name, operations, prefix):
    """Paths and verbs of a document are those of the route table, no more and no less."""
    served = {(prefix + one.path, one.method.lower()) for one in operations}
    paths = DOCUMENTS[name]["paths"]

    assert served == {(path, method) for path, item in paths.items() for method in item}


def test_a_lenient_request_may_spell_numbers_and_booleans_as_strings():
    """v3 takes them either way, and its document says so."""
    schema = {"$ref": "#/components/schemas/PlaceCall", "components": DOCUMENTS["exotel-v3"]["components"]}
    body = CALL | {"max_time_limit": "60", "recording": {"record": "true"}}

    Draft202012Validator(schema).validate(body)
    Draft202012Validator(schema).validate(body | {"max_time_limit": 60, "recording": {"record": True}})

    assert not Draft202012Validator(schema).is_valid(body | {"max_time_limit": [60]})


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_what_v3_answers_is_what_its_document_says():
    """Real answers, errors among them, are valid by the schemas that are documented for them."""
    app = build_app(Settings(clock="manual"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://mock", auth=("key", "token")) as client:
        calls = "/v3/accounts/mock/calls"
        placed = await client.post(calls, json=CALL)
        sid = placed.json()["response"]["call_details"]["sid"]
        answers = {
            ("post", "/v3/accounts/{account_sid}/calls", placed),
            ("post", "/v3/accounts/{account_sid}/calls", await client.post(calls, json={})),
            ("post", "/v3/accounts/{account_sid}/calls", await client.post(calls, json=CALL, auth=("key", "wrong"))),
            ("get", "/v3/accounts/{account_sid}/calls/{call_sid}", await client.get(f"{calls}/{sid}")),
            ("get", "/v3/accounts/{account_sid}/calls/{call_sid}", await client.get(f"{calls}/nobody")),
            ("get", "/v3/accounts/{account_sid}/calls/{call_sid}/legs", await client.get(f"{calls}/nobody/legs")),
        }

    assert {200, 400, 401, 404} == {answer.status_code for _, _, answer in answers}
    for method, path, answer in answers:
        _validator("exotel-v3", method, path, answer.status_code).validate(answer.json())


def _validator(name: str, method: str, path: str, status: int) -> Draft202012Validator:
    document = DOCUMENTS[name]
    content = document["paths"][path][method]["responses"][str(status)]["content"]["application/json"]
    return Draft202012Validator({**content["schema"], "components": document["components"]})


def _operations(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            yield path, operation


def _found(part: Any, wanted: str) -> Iterator[tuple[str, Any]]:
    """All values under a key, however deep."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == wanted:
                yield key, value
            yield from _found(value, wanted)
    elif isinstance(part, list):
        for value in part:
            yield from _found(value, wanted)


def _is_provenance(value: Any) -> bool:
    return isinstance(value, dict) and value["basis"] in set(Basis) and bool(value["source"])
