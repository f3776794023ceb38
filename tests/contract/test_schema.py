"""Every provider version driven from its own OpenAPI document: whatever is sent, the answer is documented."""

from __future__ import annotations

import os
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from in_process import in_process
from schemathesis import GenerationMode, checks

from mockserver.bootstrap import PROVIDERS, build_app, openapi_documents
from mockserver.drawing.wire import Access
from mockserver.settings import Settings

EXAMPLES = int(os.environ.get("MOCKSERVER_SCHEMA_EXAMPLES", "6"))
MOCK = Access("mock", "key", "token")
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
# What stands for the names in a path where something is to be there.
KNOWN = {"account_sid": "mock", "user_id": "u1001", "device_id": "1", "number": "+919811112222", "country": "IN"}
KNOWN |= {"number_type": "Mobile", "exophone_sid": "+912241499102", "call_id": "1"}
# Two v3 paths answer 500 by documentation: nobody has been dialled, or a call's legs are gone.
DOCUMENTED_500 = {"exotel-v3.get-legs"}
OPERATIONS = [(provider, one) for provider in PROVIDERS for one in provider.version.operations]


@pytest.fixture(scope="module")
def http():
    with in_process(build_app(Settings(clock="manual"))) as http:
        yield http


@pytest.fixture(scope="module")
def schemas():
    return {name: schemathesis.openapi.from_dict(make()) for name, make in openapi_documents().items()}


@pytest.fixture
def call_sid(http):
    """A call that has been placed."""
    order = {"from": {"contact_uri": "+919811112222"}, "to": {"contact_uri": "+919833334444"}}
    body = {**order, "virtual_number": "+912241499102"}
    answer = http.request("POST", "/v3/accounts/mock/calls", json=body, headers=MOCK.basic).json()
    yield answer["response"]["call_details"]["sid"]
    http.request("POST", f"{MOCK.control}/reset", json={})


def _rows():
    """Each operation with what fits its schema, of what there is and of anything, and with what does not fit."""
    for provider, one in OPERATIONS:
        modes = [(GenerationMode.POSITIVE, "known"), (GenerationMode.POSITIVE, "any")]
        modes += [(GenerationMode.NEGATIVE, "known")] if one.request or one.parameters else []
        yield from (pytest.param((provider, one), mode, id=f"{one.id}, {mode[0].value}, {mode[1]}") for mode in modes)


@pytest.mark.parametrize(("asked", "way"), list(_rows()))
def test_every_answer_is_documented(http, schemas, call_sid, asked, way):
    """Whatever is asked of an operation is answered with a documented status, type and body."""
    (provider, operation), (mode, about) = asked, way
    one = schemas[provider.name][provider.prefix + operation.path][operation.method]
    known = KNOWN | {"call_sid": call_sid}
    account = {"account_sid": "mock"} if "{account_sid}" in operation.path else {}
    names = {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}
    held = [check for check in CHECKS if check is not checks.not_a_server_error or operation.id not in DOCUMENTED_500]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=one.as_strategy(mode, path_parameters=(names if about == "known" else account) or None))
    def ask(case):
        response = http.request(**_words(case, provider.name))
        if "files" in case.as_transport_kwargs():
            response.request._content = b""  # what httpx has streamed, and the checks look for
        case.validate_response(response, checks=held)

    ask()


def _words(case, api):
    """A case as the client of these tests takes it. v1 answers what its document describes where the path says so."""
    words = case.as_transport_kwargs(base_url="http://mock.test")
    del words["cookies"]
    words["path"] = words.pop("url") + (".json" if api == "exotel-v1" else "")
    data, files = words.pop("data", None), words.pop("files", None)
    fields = [(name, str(value)) for name, value in _pairs(data) + _pairs(files)]
    if files:
        words["files"] = [(name, (None, value)) for name, value in fields]
        # httpx says itself what the parts are divided by.
        words["headers"] = {name: value for name, value in words["headers"].items() if name.lower() != "content-type"}
    elif isinstance(data, dict):
        words["content"] = urlencode(fields).encode()
    else:
        words["content"] = data
    credentials = MOCK.token if api == "nectardesk" else MOCK.basic
    words["headers"] = {**dict(words.get("headers") or {}), **credentials}
    return words


def _pairs(fields):
    """Names and values of a form, however they are held; of a part of a multipart body, the second of its tuple."""
    pairs = list(fields.items()) if isinstance(fields, dict) else fields if isinstance(fields, list) else []
    return [(name, value[1] if isinstance(value, tuple) else value) for name, value in pairs]
