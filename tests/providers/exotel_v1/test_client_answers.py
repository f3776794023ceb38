"""The answers that shipped clients depend on."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import threading
from urllib.parse import urlencode

import pytest

from mockserver.testing import CallbackSink

TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
# How a call may go, and how far it has come when somebody looks.
STORIES = [{}, {"talk": None}, {"from": {"reaction": "busy"}}, {"to": {"reaction": "no-answer"}}]
MOMENTS = [0, 1, 3, 10, 26, 27, 60, 200]


def paths(account):
    """Every GET of v1 that is there, and some that are not."""
    sid = account.place()["Sid"]
    return [
        "",
        "/Calls",
        f"/Calls/{sid}",
        "/Calls/unknown",
        "/Numbers/9811112222",
        "/Numbers/x",
        "/Nothing",
        "/Calls/a/b",
    ]


def test_a_path_with_json_answers_json(account):
    """The path ends in `.json`: a JSON body, and exactly the content type application/json, errors too."""
    for path in paths(account):
        answer = account.v1("GET", f"{path}.json")
        assert "application/json" == answer.headers["content-type"]
        assert isinstance(answer.json(), dict)


def test_a_path_without_suffix_answers_xml(account, tree):
    """No suffix: XML below TwilioResponse, errors too."""
    for path in paths(account):
        answer = account.v1("GET", path)
        assert "application/xml" == answer.headers["content-type"]
        assert "TwilioResponse" == tree(answer).tag


@pytest.mark.parametrize("query", ["", "?details=true"])
def test_a_call_stands_directly_below_the_root(account, tree, query):
    """`Call` is a child of the root and its first element is a plain `<Sid>...</Sid>`."""
    answers = [account.connect("/Calls/connect"), account.connect("/Calls")]
    sid = tree(answers[0]).findtext("Call/Sid")
    account.advance(300)
    answers += [account.v1("GET", f"/Calls/{sid}{query}"), account.v1("GET", f"/Calls{query}")]

    for answer in answers:
        call = tree(answer).find("Call")
        assert "Sid" == call[0].tag
        assert re.search(r"<Call>\s*<Sid>[0-9a-z]{32}</Sid>", answer.text)


@pytest.mark.parametrize("path", ["/Calls/connect.json", "/Calls/connect", "/Calls/connect.json?details=true"])
def test_connect_answers_exactly_200(account, path):
    """One client takes every other status for a failure; another always sends `?details=true`."""
    assert 200 == account.connect(path).status_code


def test_times_of_the_connect_answer_are_never_null(account):
    """Typed clients parse DateCreated and StartTime of the answer as dates that are there."""
    for fields in ({}, {"To": None, "Url": "http://my.exotel.com/x/exoml/start_voice/501"}):
        call = account.place(**fields)
        assert all(TIME.fullmatch(call[name]) for name in ("DateCreated", "DateUpdated", "StartTime"))


@pytest.mark.parametrize("fields", [{}, {"To": None, "Url": "http://my.exotel.com/x/exoml/start_voice/501"}])
def test_to_is_a_text_in_the_connect_answer(account, fields):
    """Typed clients expect a text in To, of a flow call as well."""
    assert isinstance(account.place(**fields)["To"], str)


@pytest.mark.parametrize("record", [None, "true"])
@pytest.mark.parametrize("story", STORIES, ids=str)
def test_a_single_call_has_no_empty_texts(account, story, record):
    """Duration and Price are null or numbers as text, RecordingUrl null or a whole URL, at every moment of a call."""
    account.tell(**story)
    sid, now = account.place(Record=record)["Sid"], 0
    for moment in MOMENTS:
        account.advance(moment - now)
        call, now = account.read(sid, "?details=true"), moment
        url = call["RecordingUrl"]

        assert call["Duration"] is None or re.fullmatch(r"\d+", call["Duration"])
        assert call["Price"] is None or re.fullmatch(r"\d+\.\d{3}", call["Price"])
        assert url is None or url.startswith("http://127.0.0.1:8080/recordings/exotelrecordings/")
        assert "" not in call.values()
        assert "" not in call["Details"].values()


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_the_account_answers_200_or_401(account, suffix):
    """Integrations check their settings with it: 200 with good credentials, 401 otherwise."""
    good = account.v1("GET", suffix)
    bad = [
        account.v1("GET", suffix, auth=auth)
        for auth in [("nobody", account.token), (account.key, "wrong"), (account.token, account.key), None]
    ]

    assert 200 == good.status_code
    assert account.sid in good.text
    assert [401] * 4 == [answer.status_code for answer in bad]


def test_the_older_list_of_exophones(account):
    """`IncomingPhoneNumbers[]`, each wrapped once more: CRM integrations look for the agent's number in it."""
    account.control("POST", "/numbers", {"number": "08068875264", "friendly_name": "Pune"})
    numbers = account.v1("GET", "/IncomingPhoneNumbers.json").json()

    assert ["IncomingPhoneNumbers"] == list(numbers)
    listed = [one["IncomingPhoneNumber"] for one in numbers["IncomingPhoneNumbers"]]
    assert ["+912241499102", "+911414941199", "+918047112345", "+918068875264"] == [
        one["PhoneNumber"] for one in listed
    ]
    assert "Pune" == listed[3]["FriendlyName"]


class HeldAnswer:
    """The answer to a connect request, on its way for as long as the test likes."""

    def __init__(self, account, **fields):
        self._portal, self._body = account.service.portal, urlencode(fields).encode()
        self._may_arrive, self._is_leaving, self._bytes = asyncio.Event(), threading.Event(), b""
        credentials = base64.b64encode(f"{account.key}:{account.token}".encode())
        scope = {
            "type": "http",
            "method": "POST",
            "path": f"/v1/Accounts/{account.sid}/Calls/connect.json",
            "query_string": b"",
            "headers": [
                (b"authorization", b"Basic " + credentials),
                (b"content-type", b"application/x-www-form-urlencoded"),
            ],
        }
        self._request = self._portal.start_task_soon(account.service.app, scope, self._receive, self._send)
        assert self._is_leaving.wait(10)

    async def _receive(self):
        return {"type": "http.request", "body": self._body}

    async def _send(self, message):
        if message["type"] == "http.response.body":
            self._bytes += message["body"]
            self._is_leaving.set()
            await self._may_arrive.wait()

    def arrive(self):
        """The record that the client gets in the end."""
        self._portal.call(self._may_arrive.set)
        self._request.result(10)
        return json.loads(self._bytes)["Call"]


def test_no_callback_overtakes_the_answer(account):
    """Until the answer to the connect request has been delivered no callback starts, however late that is."""
    with CallbackSink() as sink:
        events = {"StatusCallbackEvents": "answered", "StatusCallbackContentType": "application/json"}
        held = HeldAnswer(account, From="9811112222", To="9833334444", StatusCallback=sink.url("/"), **events)
        account.advance(3600)
        early = sink.received
        call = held.arrive()
        received = sink.wait_for(2)

    assert [] == early
    assert [call["Sid"]] * 2 == [one.json()["CallSid"] for one in received]
