"""The control API driven from its own OpenAPI document: whatever is sent, the answer is one that is documented."""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks

from mockserver.bootstrap import openapi_documents
from mockserver.control import PREFIX
from mockserver.control.routes import OPERATIONS

EXAMPLES = int(os.environ.get("MOCKSERVER_SCHEMA_EXAMPLES", "6"))
SCHEMA = schemathesis.openapi.from_dict(openapi_documents()["control"]())
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
# What takes long because that is what was asked for: calls to tell of, real seconds to wait.
MOST = {"calls": 20, "timeout": 0.0, "cap_seconds": 0.5}
# Without an end that was asked for, a feed has none.
ENDLESS = "control.stream-events"


@pytest.fixture
def known(world):
    """The names of what a world has, by path parameter."""
    talk = world.place(
        "+919900000000", "+919900000099", status_callback=[{"event": "answered", "url": "http://8.8.8.8/"}]
    )
    world.advance(1)
    names = {"user_id": "u1001", "device_id": "1", "number": "02241499102", "delivery_id": "d1", "request_id": "q1"}
    return {"account_sid": world.sid, "call_sid": talk, "rule_id": "r1", "fault_id": "f1", **names}


def _rows():
    """Every operation with what fits its schema, asked of what there is and of anything, and with what does not fit."""
    for one in OPERATIONS:
        modes = [(GenerationMode.POSITIVE, "known")]
        modes += [(GenerationMode.POSITIVE, "any")] if "{" in one.path else []
        modes += [(GenerationMode.NEGATIVE, "known")] if one.request or one.parameters else []
        yield from (pytest.param(one, *mode, id=f"{one.id}, {mode[0].value}, {mode[1]}") for mode in modes)


@pytest.mark.parametrize(("operation", "mode", "about"), [row for row in _rows() if row.values[0].id != ENDLESS])
def test_every_answer_is_documented(control, known, operation, mode, about):
    """Whatever is asked of an operation is answered with a documented status, type and body."""
    one = SCHEMA[PREFIX + operation.path][operation.method]
    names = {name: value for name, value in known.items() if about == "known" and f"{{{name}}}" in operation.path}
    made = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=one.as_strategy(mode, path_parameters=names or None))
    def ask(case):
        response = control.elsewhere(**_words(case, operation))
        if operation.id == "control.create-world" and response.is_success:
            made.add(response.json()["account_sid"])
        case.validate_response(response, checks=CHECKS)

    ask()
    for sid in made:
        control.ask("DELETE", f"/worlds/{sid}")


def _words(case, operation):
    """A case as the client of these tests takes it, without what would take long only because it was asked to."""
    words = case.as_transport_kwargs(base_url="http://mock.test")
    del words["cookies"]
    words["path"] = words.pop("url")
    words["content"] = words.pop("data", None)
    body = words.get("json")
    if isinstance(body, dict):
        if operation.path.endswith("/wait"):
            body.setdefault("timeout", 0.0)
        body.update({name: most for name, most in MOST.items() if _is_more(body.get(name), most)})
    return words


def _is_more(value, most):
    return isinstance(value, int | float) and value > most
