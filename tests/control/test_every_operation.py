"""Every operation of the control API: its good answer, and the problems that all of them share."""

from __future__ import annotations

import re

import pytest

from mockserver.control.routes import OPERATIONS

PARTY = {"reaction": "busy", "ring": 2}
# For each operation a request that is served; names in braces are filled in with what the world has.
REQUESTS = {
    "control.list-worlds": ("GET", "/worlds", None),
    "control.create-world": ("POST", "/worlds", {}),
    "control.get-world": ("GET", "/worlds/{sid}", None),
    "control.patch-world": ("PATCH", "/worlds/{sid}", {"voip": False}),
    "control.delete-world": ("DELETE", "/worlds/{sid}", None),
    "control.reset-world": ("POST", "/worlds/{sid}/reset", None),
    "control.tell-history": ("POST", "/worlds/{sid}/history", {"calls": 3}),
    "control.get-clock": ("GET", "/worlds/{sid}/clock", None),
    "control.patch-clock": ("PATCH", "/worlds/{sid}/clock", {"mode": "real"}),
    "control.advance-clock": ("POST", "/worlds/{sid}/clock/advance", {"seconds": 1}),
    "control.run-clock-until": ("POST", "/worlds/{sid}/clock/run-until", {"idle": True}),
    "control.list-numbers": ("GET", "/worlds/{sid}/numbers", None),
    "control.add-number": ("POST", "/worlds/{sid}/numbers", {"number": "+918000000001"}),
    "control.get-number": ("GET", "/worlds/{sid}/numbers/02241499102", None),
    "control.patch-number": ("PATCH", "/worlds/{sid}/numbers/02241499102", {"friendly_name": "Sales"}),
    "control.delete-number": ("DELETE", "/worlds/{sid}/numbers/02241499102", None),
    "control.list-users": ("GET", "/worlds/{sid}/users", None),
    "control.add-user": ("POST", "/worlds/{sid}/users", {"first_name": "Asha"}),
    "control.get-user": ("GET", "/worlds/{sid}/users/u1001", None),
    "control.patch-user": ("PATCH", "/worlds/{sid}/users/u1001", {"role": "admin"}),
    "control.delete-user": ("DELETE", "/worlds/{sid}/users/u1001", None),
    "control.patch-device": ("PATCH", "/worlds/{sid}/users/u1001/devices/1", {"available": False}),
    "control.list-calls": ("GET", "/worlds/{sid}/calls", None),
    "control.get-call": ("GET", "/worlds/{sid}/calls/{call}", None),
    "control.answer-call": ("POST", "/worlds/{sid}/calls/{call}/answer", {"side": "from"}),
    "control.reject-call": ("POST", "/worlds/{sid}/calls/{call}/reject", {"side": "from"}),
    "control.hang-up-call": ("POST", "/worlds/{sid}/calls/{talk}/hangup", {"side": "to"}),
    "control.press-digits": ("POST", "/worlds/{sid}/calls/{talk}/digits", {"digits": "1"}),
    "control.wait-for-call": ("POST", "/worlds/{sid}/calls/{call}/wait", {"state": "ringing-from", "timeout": 0}),
    "control.come-in": ("POST", "/worlds/{sid}/numbers/02241499102/incoming", {"from": "+919822223333"}),
    "control.transfer-call": ("POST", "/worlds/{sid}/calls/{talk}/transfer", {"to": "+919822224444"}),
    "control.put-wrapup": ("PUT", "/worlds/{sid}/calls/{talk}/wrapup", {"note": "sold", "tags": ["hot"]}),
    "control.list-groups": ("GET", "/worlds/{sid}/groups", None),
    "control.add-group": ("POST", "/worlds/{sid}/groups", {"name": "Sales", "user_ids": ["u1001"]}),
    "control.replace-group": ("PUT", "/worlds/{sid}/groups/123456", {"name": "Service"}),
    "control.delete-group": ("DELETE", "/worlds/{sid}/groups/123456", None),
    "control.list-flows": ("GET", "/worlds/{sid}/flows", None),
    "control.add-flow": ("POST", "/worlds/{sid}/flows", {"name": "Night"}),
    "control.replace-flow": ("PUT", "/worlds/{sid}/flows/501", {"name": "Day"}),
    "control.delete-flow": ("DELETE", "/worlds/{sid}/flows/501", None),
    "control.list-contacts": ("GET", "/worlds/{sid}/contacts", None),
    "control.add-contact": ("POST", "/worlds/{sid}/contacts", {"number": "+919822223333", "first_name": "Asha"}),
    "control.replace-contact": ("PUT", "/worlds/{sid}/contacts/1", {"number": "+919822225555", "first_name": "Ila"}),
    "control.delete-contact": ("DELETE", "/worlds/{sid}/contacts/1", None),
    "control.list-campaigns": ("GET", "/worlds/{sid}/campaigns", None),
    "control.add-campaign": ("POST", "/worlds/{sid}/campaigns", {"name": "Spring"}),
    "control.replace-campaign": ("PUT", "/worlds/{sid}/campaigns/1", {"name": "Summer"}),
    "control.delete-campaign": ("DELETE", "/worlds/{sid}/campaigns/1", None),
    "control.list-dispositions": ("GET", "/worlds/{sid}/dispositions", None),
    "control.add-disposition": ("POST", "/worlds/{sid}/dispositions", {"code": "Sold"}),
    "control.replace-disposition": ("PUT", "/worlds/{sid}/dispositions/1", {"code": "Sold twice"}),
    "control.delete-disposition": ("DELETE", "/worlds/{sid}/dispositions/1", None),
    "control.list-snapshots": ("GET", "/worlds/{sid}/snapshots", None),
    "control.take-snapshot": ("POST", "/worlds/{sid}/snapshots", {"name": "before"}),
    "control.restore-snapshot": ("POST", "/worlds/{sid}/snapshots/start/restore", None),
    "control.delete-snapshot": ("DELETE", "/worlds/{sid}/snapshots/start", None),
    "control.get-scenarios": ("GET", "/worlds/{sid}/scenarios", None),
    "control.clear-scenarios": ("DELETE", "/worlds/{sid}/scenarios", None),
    "control.tell-next": ("POST", "/worlds/{sid}/scenarios/next", {"to": PARTY}),
    "control.put-default-story": ("PUT", "/worlds/{sid}/scenarios/default", {"from": PARTY}),
    "control.put-distribution": (
        "PUT",
        "/worlds/{sid}/scenarios/distribution",
        {"outcomes": [{"percent": 100, "side": "to", "reaction": "busy"}]},
    ),
    "control.list-named-scenarios": ("GET", "/scenarios", None),
    "control.apply-scenario": ("POST", "/worlds/{sid}/scenarios/named/engaged", None),
    "control.add-rule": ("POST", "/worlds/{sid}/scenarios/rules", {"story": {"talk": 5}}),
    "control.delete-rule": ("DELETE", "/worlds/{sid}/scenarios/rules/r1", None),
    "control.list-faults": ("GET", "/worlds/{sid}/faults", None),
    "control.add-fault": ("POST", "/worlds/{sid}/faults", {"status": 500}),
    "control.heal": ("DELETE", "/worlds/{sid}/faults", None),
    "control.delete-fault": ("DELETE", "/worlds/{sid}/faults/f1", None),
    "control.list-quotas": ("GET", "/worlds/{sid}/quotas", None),
    "control.put-quota": ("PUT", "/worlds/{sid}/quotas", {"limit": 200}),
    "control.delete-quotas": ("DELETE", "/worlds/{sid}/quotas", None),
    "control.list-alarms": ("GET", "/worlds/{sid}/alarms", None),
    "control.clear-alarms": ("DELETE", "/worlds/{sid}/alarms", None),
    "control.list-deliveries": ("GET", "/worlds/{sid}/deliveries", None),
    "control.count-deliveries": ("GET", "/worlds/{sid}/deliveries/count", None),
    "control.wait-for-deliveries": ("POST", "/worlds/{sid}/deliveries/wait", {"timeout": 0}),
    "control.get-delivery": ("GET", "/worlds/{sid}/deliveries/d1", None),
    "control.redeliver": ("POST", "/worlds/{sid}/deliveries/d1/redeliver", {"body": "{}"}),
    "control.list-requests": ("GET", "/worlds/{sid}/requests", None),
    "control.count-requests": ("GET", "/worlds/{sid}/requests/count", None),
    "control.find-requests": ("POST", "/worlds/{sid}/requests/find", {"json": {"virtual_number": "+912241499102"}}),
    "control.wait-for-requests": ("POST", "/worlds/{sid}/requests/wait", {"count": 2, "timeout": 0}),
    "control.clear-requests": ("DELETE", "/worlds/{sid}/requests", None),
    "control.get-request": ("GET", "/worlds/{sid}/requests/q1", None),
    "control.list-strays": ("GET", "/requests", None),
    "control.list-fixtures": ("GET", "/fixtures", None),
    "control.get-fixture": ("GET", "/fixtures/manifest.json", None),
    "control.clear-strays": ("DELETE", "/requests", None),
    "control.list-events": ("GET", "/worlds/{sid}/events", None),
    "control.stream-events": ("GET", "/worlds/{sid}/events/stream?after=0&most=3", None),
    "control.get-coverage": ("GET", "/coverage", None),
    "control.clear-coverage": ("DELETE", "/coverage", None),
    "control.get-world-coverage": ("GET", "/worlds/{sid}/coverage", None),
    "control.list-streams": ("GET", "/worlds/{sid}/streams", None),
    "control.list-call-streams": ("GET", "/worlds/{sid}/calls/{call}/streams", None),
    "control.get-stream": ("GET", "/worlds/{sid}/streams/{stream}", None),
    "control.get-stream-audio": ("GET", "/worlds/{sid}/streams/{stream}/audio?channels=dual", None),
    "control.get-config": ("GET", "/config", None),
    "control.get-authority": ("GET", "/ca.pem", None),
}
KNOWN = [operation for operation in OPERATIONS if operation.id in REQUESTS]
WITH_BODY = [operation.id for operation in KNOWN if operation.request is not None]


@pytest.fixture
def places(world):
    return furnished(world)


@pytest.fixture(scope="module")
def refusing(made):
    """A world that is asked for nothing but what is refused; nothing of it changes."""
    world = made(account_sid="refusing")
    places, parts = furnished(world), ("", "/calls", "/users", "/scenarios", "/faults", "/deliveries", "/snapshots")
    before = [world.get(part) for part in parts]
    yield places
    assert before == [world.get(part) for part in parts]
    world.ask("DELETE")


def furnished(world):
    """A world that has one of each: a call that rings, one that talks, a delivery, a rule, a contact, a snapshot."""
    world.do("POST", "/scenarios/rules", {"story": {}, "match": {"from": "+919999999999"}})
    talk = world.place(
        "+919900000000",
        "+919900000099",
        status_callback=[{"event": "answered", "url": "http://8.8.8.8/"}],
        streaming={"url": "ws://8.8.8.8/", "begin": "from_leg_connect"},
    )
    call = world.place()
    world.advance(1)
    world.do("POST", "/faults", {"status": 503})
    world.do("POST", "/contacts", {"number": "+919822221111", "first_name": "Tara"})
    world.do("POST", "/campaigns", {"name": "Winter"})
    world.do("POST", "/dispositions", {"code": "Undecided"})
    world.do("POST", "/snapshots", {"name": "start"})
    [stream] = world.do("GET", "/streams")["streams"]
    return {"sid": world.sid, "call": call, "talk": talk, "stream": stream["sid"]}


def test_the_table_holds_every_operation():
    """There is a request for every operation that the server has and documents, and for no other."""
    assert {operation.id for operation in OPERATIONS} == set(REQUESTS)


def test_the_document_holds_every_operation(control):
    """The OpenAPI document describes exactly the operations that are served."""
    documented = {one["operationId"] for item in control.document["paths"].values() for one in item.values()}

    assert set(REQUESTS) == documented


@pytest.mark.parametrize("operation", KNOWN, ids=lambda operation: operation.id)
def test_a_good_request_is_served_as_documented(control, places, operation):
    """Every operation answers a good request with its status, and with a body that fits its schema."""
    method, path, body = REQUESTS[operation.id]
    response = control.ask(method, path.format(**places), json=body)
    if operation.id == "control.create-world":
        control.ask("DELETE", f"/worlds/{response.json()['account_sid']}")

    assert operation.status == response.status_code, response.text
    assert operation.media_type == response.headers["content-type"]


@pytest.mark.parametrize("operation", [name for name, row in REQUESTS.items() if "{sid}" in row[1]])
def test_an_unknown_world_is_unknown_everywhere(control, refusing, expect_refusal, operation):
    """Whatever is asked about a world that does not exist is 404 unknown-world."""
    method, path, body = REQUESTS[operation]

    expect_refusal(control.ask(method, path.format(**{**refusing, "sid": "nowhere"}), json=body), 404, "unknown-world")


@pytest.mark.parametrize(
    "body", [b"x", b"[]", b"null", b'"{}"', b"{", b"\xff", b'{"no_such_name": 1}', b'{"x": ' + b"[" * 100_000]
)
@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_bad_body_is_bad_input(control, refusing, expect_refusal, operation, body):
    """A body that is no JSON object, or that has a name which the operation does not know, is 400 bad-input."""
    method, path, _ = REQUESTS[operation]

    expect_refusal(control.ask(method, path.format(**refusing), content=body), 400, "bad-input")


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_huge_body_is_too_large(control, refusing, expect_refusal, operation):
    """A body over four megabytes is 413 body-too-large."""
    method, path, _ = REQUESTS[operation]

    expect_refusal(control.ask(method, path.format(**refusing), content=b" " * 4_200_000), 413, "body-too-large")


def test_a_huge_body_in_chunks_is_too_large(control, expect_refusal):
    """A body whose length is not said in advance has the same bound."""

    async def chunks():
        for _ in range(50):
            yield b" " * 100_000

    expect_refusal(control.ask("POST", "/worlds", content=chunks()), 413, "body-too-large")


@pytest.mark.parametrize("operation", WITH_BODY)
def test_every_field_is_documented_with_its_meaning(control, operation):
    """The schema of every request body says of each field how it is known."""
    document = control.document
    [item] = [one for item in document["paths"].values() for one in item.values() if one["operationId"] == operation]
    schema = item["requestBody"]["content"]["application/json"]["schema"]
    name = re.sub(".*/", "", schema["$ref"])

    fields = document["components"]["schemas"][name]["properties"]
    assert [] == [field for field, described in fields.items() if "x-provenance" not in described]


def test_every_schema_says_how_it_is_known(control):
    """Fields of answers carry their provenance like those of requests, as do operations and errors."""
    schemas = control.document["components"]["schemas"]
    operations = [one for item in control.document["paths"].values() for one in item.values()]

    assert {True} == {"x-provenance" in one for one in operations}
    assert [] == [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, described in schema.get("properties", {}).items()
        if "x-provenance" not in described
    ]


@pytest.mark.parametrize("template", sorted({operation.path for operation in OPERATIONS}))
def test_an_unknown_verb_says_which_are_served(control, expect_refusal, template):
    """A verb that a path does not have is 405, and the hint lists all that it has."""
    served = {operation.method for operation in OPERATIONS if operation.path == template}

    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - served:
        response = control.ask(method, re.sub(r"{\w+}", "mock", template))
        expect_refusal(response, 405, "method-not-allowed")
        assert [] == [verb for verb in served if verb not in response.json()["hint"]]


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/worlds/{sid}/nothing", "/worlds/{sid}/calls/{call}/park"])
def test_an_unknown_path_is_a_problem(control, refusing, expect_refusal, path):
    """A path that control does not have is 404 no-such-path."""
    expect_refusal(control.ask("GET", path.format(**refusing)), 404, "no-such-path")


def test_a_slash_at_the_end_is_no_redirect(control, expect_refusal):
    """A slash too many is not answered by a redirect, which clients follow without their body."""
    response = control.ask("GET", "/worlds/")

    if response.status_code != 200:
        expect_refusal(response, 404, "no-such-path")
