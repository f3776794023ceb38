"""Whom a request is from and to."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from mockserver.bootstrap import build_engine
from mockserver.operations.mentions import mentioned_contacts
from mockserver.settings import Settings

pytestmark = pytest.mark.anyio

BOTH = {"+919811112222", "+919833334444"}
FORM = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def mentioned():
    """The contacts of a request with a body, a query and parameters of the path."""
    world = build_engine(Settings(clock="manual")).world("mock")

    async def find(body="", query="", **path):
        async def receive():
            return {"type": "http.request", "body": body.encode() if isinstance(body, str) else body}

        scope = {"type": "http", "method": "POST", "query_string": query.encode(), "headers": [], "path_params": path}
        return await mentioned_contacts(Request(scope, receive), world)

    return find


@pytest.mark.parametrize(
    "body",
    [
        '{"from": {"contact_uri": "+919811112222"}, "to": {"contact_uri": "09833334444"}}',
        '{"from": {"user_contact_uri": "9811112222"}, "to": {"customer_contact_uri": "tel:+919833334444"}}',
        '{"from": "9811112222", "to": [9833334444]}',
        "From=09811112222&To=%2B919833334444&CallerId=02241499102",
        FORM.format("From", "09811112222") + FORM.format("To", "9833334444") + "--x--\r\n",
    ],
)
async def test_a_body_says_whom(mentioned, body):
    """In JSON however deep, as a form in either encoding, in any spelling; other numbers are no parties."""
    assert BOTH == await mentioned(body)


async def test_a_query_says_whom(mentioned):
    """As a list's filters do."""
    assert BOTH == await mentioned("", "From=09811112222&To=09833334444&PhoneNumber=02241499102")


async def test_a_path_says_whom(mentioned):
    """A number, where the API has one there; a call that is not known says nothing."""
    assert {"+919811112222"} == await mentioned(number="09811112222", call_sid="nobody")


@pytest.mark.parametrize(
    "body", ["", "[1]", "null", '{"from": "x", "to": null}', "From=&To=x", b"\xff\xfe", "[" * 9_999]
)
async def test_what_says_nobody_is_no_trouble(mentioned, body):
    """Bodies that are empty, broken, or about something else."""
    assert set() == await mentioned(body)
