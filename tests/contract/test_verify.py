"""`mockserver verify`: drift between recorded traffic and what is served."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from mockserver.cli.verifying import verify
from mockserver.contract.drift import scrubbed_path
from mockserver.contract.manifest import decoded
from mockserver.domain.errors import BadInput

SPACED = "YYYY-MM-DD HH:MM:SS+hh:mm"
ROOT = Path(__file__).parents[2] / "fixtures"
ENTRIES = decoded((ROOT / "manifest.json").read_bytes()).files


def fixture(operation, kind="responses", suffix=".json"):
    """An exchange as a fixture has it, with its body as text."""
    entry = next(one for one in ENTRIES if (one.operation, one.kind) == (operation, kind) and one.path.endswith(suffix))
    request = {"method": entry.request.method, "url": f"https://api.example.com{entry.request.path}"}
    return {"request": request, "response": {"status": entry.status, "body": (ROOT / entry.path).read_text()}}


@pytest.fixture
def verified(tmp_path, capsys):
    """Verifies exchanges as JSON lines: the exit code, and what was printed."""

    def verified(*exchanges, **options):
        path = tmp_path / "recorded.jsonl"
        path.write_text("\n".join(json.dumps(one) for one in exchanges))
        code = verify(path, **options)
        return code, capsys.readouterr().out

    return verified


def test_our_own_answers_do_not_drift(verified):
    """Every answer and error of the fixtures, JSON and XML, is of the shape that it is held against."""
    operations = {one.operation for one in ENTRIES if one.operation}
    found = [fixture(name, kind) for name in sorted(operations) for kind in ("responses", "errors")]
    found += [fixture(name, "responses", ".xml") for name in ("exotel-v1.get-call", "exotel-v1.list-calls")]

    assert (0, f"{len(found)} exchanges compared, 0 differences\n") == verified(*found)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda call: call.pop("digits"), "response.response.call_details.digits: missing key"),
        (lambda call: call.update(mood="fine"), "response.response.call_details.mood: extra key: string"),
        (lambda call: call.update(sid=17), "response.response.call_details.sid: other type: integer, not string"),
        (lambda call: call.update(sid=None), "response.response.call_details.sid: null: it is never null here"),
        (lambda call: call.update(state="asleep"), "response.response.call_details.state: unknown value: 'asleep'"),
        (
            lambda call: call.update(start_time="2026-01-05T10:00:01Z"),
            "response.response.call_details.start_time: other format: YYYY-MM-DDTHH:MM:SSZ, not " + SPACED,
        ),
    ],
)
def test_each_kind_of_drift_is_found(verified, change, line):
    """One difference is one line with exchange, operation, place and kind, and exit code 1."""
    exchange = fixture("exotel-v3.get-call")
    body = json.loads(exchange["response"]["body"])
    change(body["response"]["call_details"])

    code, printed = verified(exchange | {"response": {"status": 200, "body": body}})

    assert 1 == code
    assert [f"exchange 1, exotel-v3.get-call: {line}", "1 exchanges compared, 1 differences"] == printed.splitlines()


def test_an_unknown_status_and_an_unknown_error_are_found(verified):
    """A status that the operation never answers, and a code that stands in no table."""
    status = fixture("exotel-v3.get-call")
    status["response"]["status"] = 418
    error = fixture("exotel-v3.get-legs", "errors")
    error["response"]["body"] = error["response"]["body"].replace('"code":10744', '"code":1999')

    code, printed = verified(status, error)

    assert 1 == code
    assert "exchange 1, exotel-v3.get-call: response: unknown status: 418" in printed
    assert "exchange 2, exotel-v3.get-legs: response.response.error_data.code: unknown error: 404 with 1999" in printed


def test_xml_drifts_by_its_elements(verified):
    """Elements that we never write, and such as we always write."""
    exchange = fixture("exotel-v1.get-call", suffix=".xml")
    exchange["response"]["body"] = exchange["response"]["body"].replace("Status>", "Mood>")

    code, printed = verified(exchange)

    assert 1 == code
    assert "response.Call.Mood: extra key: element" in printed
    assert "response.Call.Status: missing key" in printed


def test_a_request_drifts_too(verified):
    """What an application sends and we do not know is told."""
    exchange = fixture("exotel-v3.create-call")
    exchange["request"]["body"] = {"from": {"contact_uri": "+919811112222"}, "colour": "red", "max_time_limit": []}

    _, printed = verified(exchange)

    assert "request.colour: extra key: string" in printed
    assert "request.max_time_limit: other type: array, not ['integer', 'string']" in printed


def test_nothing_of_the_recording_is_printed(verified):
    """Numbers, names and ids come out as forms, and paths without what they name."""
    exchange = fixture("exotel-v3.get-call")
    body = json.loads(exchange["response"]["body"])
    body["response"]["call_details"] |= {"status": "Asha +919811112222", "start_time": "Asha at 10:00"}

    _, printed = verified(
        exchange | {"response": {"status": 200, "body": body}},
        {"request": {"method": "GET", "url": "https://a.b/v9/acme/lines/7"}, "response": {"status": 200}},
    )

    assert "'xxxx +000000000000'" in printed
    assert "xxxx xx 00:00" in printed
    assert "no operation is known for GET /v9/*/*/*" in printed
    assert not {"Asha", "9811112222", "acme"} & set(printed.replace("'", " ").split())


def test_the_report_can_be_read_by_programs(verified):
    """With --json: how many were compared, and each difference."""
    code, printed = verified(fixture("exotel-v3.get-call"), json=True)

    assert (0, {"matched": 1, "unmatched": [], "drifts": []}) == (code, json.loads(printed))


def test_a_har_file_is_read(tmp_path, capsys):
    """Bodies as browsers and proxies record them, in base64 too."""
    exchange = fixture("exotel-v3.get-call")
    text = base64.b64encode(exchange["response"]["body"].encode()).decode()
    entry = {
        "request": {**exchange["request"], "headers": [], "postData": {"mimeType": "application/json", "text": ""}},
        "response": {"status": 200, "content": {"mimeType": "application/json", "text": text, "encoding": "base64"}},
    }
    path = tmp_path / "recorded.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))

    assert 0 == verify(path)
    assert "1 exchanges compared, 0 differences" in capsys.readouterr().out


@pytest.mark.parametrize(
    "example", sorted(path.name for path in (ROOT / "examples/exotel-v3").glob("*call_answer.json"))
)
def test_documented_examples_do_not_drift(verified, example):
    """The vendor's own examples are of our shape."""
    body = json.loads((ROOT / "examples/exotel-v3" / example).read_text())
    request = {"method": "GET", "path": "/v3/accounts/acme/calls/1"}

    assert 0 == verified({"request": request, "response": {"status": body["http_code"], "body": body}})[0]


@pytest.mark.parametrize("content", ["nonsense", '{"request": {}}', '{"request": {"method": "GET"}, "response": 7}'])
def test_what_is_no_recording_is_refused(tmp_path, content):
    """File, line and mend are named."""
    path = tmp_path / "recorded.jsonl"
    path.write_text(content)

    with pytest.raises(BadInput, match="line 1") as refusal:
        verify(path)

    assert "HAR" in refusal.value.hint


def test_a_missing_file_is_refused(tmp_path):
    """The refusal is that of the operating system."""
    with pytest.raises(BadInput, match="No such file"):
        verify(tmp_path / "nowhere.har")


def test_a_path_is_scrubbed():
    """Words of the API stay, names go."""
    assert "/v3/accounts/*/calls/*/legs" == scrubbed_path("/v3/accounts/acme/calls/4711/legs")
