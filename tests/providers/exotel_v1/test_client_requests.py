"""What shipped clients send, beyond the documentation, and what becomes of it."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest

from mockserver.testing import CallbackSink

FIELDS = {"From": "+919811112222", "To": "+919833334444", "CallerId": "+912241499102"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SPELLINGS = ["+919811112222", "09811112222", "9811112222", "919811112222", "+91 98111 12222", "098111-12222"]


@pytest.fixture(scope="module")
def receiver():
    with CallbackSink() as sink:
        yield sink


@pytest.fixture
def sink(receiver):
    """A receiver, and a way to read what it got since the test began."""
    known = len(receiver.received)
    return receiver.url, lambda: receiver.received[known:]


@pytest.fixture
def connect(account):
    """POSTs a body as it is, and returns the record of the call that was placed."""

    def post(content=b"", query="", headers=FORM):
        response = account.v1("POST", f"/Calls/connect.json{query}", content=content, headers=headers)
        assert 200 == response.status_code, response.text
        return response.json()["Call"]

    return post


@pytest.mark.parametrize("path", ["", "/Calls", "/Calls.json", "/IncomingPhoneNumbers.json"])
def test_the_account_sid_may_be_the_user(account, path):
    """Several clients send the account SID as Basic user instead of the API key."""
    assert 200 == account.v1("GET", path, auth=(account.sid, account.token)).status_code


@pytest.mark.parametrize(
    "path",
    [
        "/v1/Accounts/{sid}//Calls/connect.json",
        "//v1/Accounts/{sid}/Calls/connect.json",
        "/v1//Accounts///{sid}/Calls//connect.json",
        "/v1/Accounts/{sid}/Calls/connect.json/",
    ],
)
def test_doubled_slashes_are_one(account, path):
    """Clients that join a base URL and a path carelessly double slashes: empty segments are collapsed."""
    url = "http://mock.test" + path.format(sid=account.sid)
    response = account.service.request("POST", url, data=FIELDS, auth=(account.key, account.token))

    assert 200 == response.status_code
    assert "application/json" == response.headers["content-type"]


def test_doubled_slashes_do_not_reach_the_links(account):
    """The links of a list that was asked for with doubled slashes are the plain ones."""
    url = f"http://mock.test//v1//Accounts/{account.sid}//Calls.json"
    page = account.service.request("GET", url, auth=(account.key, account.token)).json()

    assert f"/v1/Accounts/{account.sid}/Calls.json?SortBy=DateCreated:desc" == page["Metadata"]["FirstPageUri"]


def test_every_parameter_may_be_in_the_query(account, connect):
    """A POST with all parameters in the query string and an empty body places the call."""
    call = connect(query="?" + urlencode({**FIELDS, "CustomField": "q", "TimeLimit": "60"}), headers={})
    order = account.world.store.call(call["Sid"]).order

    assert ("09811112222", "09833334444", "02241499102") == (call["From"], call["To"], call["PhoneNumberSid"])
    assert ("q", 60.0) == (order.custom_field, order.time_limit)


def test_body_and_query_are_both_read(account, connect):
    """Parameters may be divided between body and query; of one that is in both, the body's counts."""
    query = "?" + urlencode({"To": "+919833330000", "CallerId": "+918047112345", "CustomField": "query"})
    call = connect(urlencode({"From": "+919811112222", "CustomField": "body"}).encode(), query)
    order = account.world.store.call(call["Sid"]).order

    assert ("09833330000", "08047112345") == (call["To"], call["PhoneNumberSid"])
    assert "body" == order.custom_field


def test_a_body_may_begin_with_an_ampersand(connect):
    """Clients that put `&` in front of every field send a body that begins with it."""
    body = "".join(f"&{name}={value}" for name, value in FIELDS.items()).replace("+", "%2B")

    assert "09811112222" == connect(body.encode())["From"]


def test_a_form_may_come_without_its_type(connect):
    """The portal's own example for Node posts its form without a Content-Type."""
    assert "09811112222" == connect(urlencode(FIELDS).encode(), headers={})["From"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0.1", "image/png, nonsense", ""])
def test_accept_is_no_matter(account, accept):
    """The suffix of the path decides the format, whatever the client says that it accepts."""
    answers = [account.v1("GET", path, headers={"Accept": accept}) for path in ("/Calls.json", "/Calls")]

    assert ["application/json", "application/xml"] == [answer.headers["content-type"] for answer in answers]


def test_a_get_may_claim_to_be_json(account):
    """A JSON Content-Type on a GET without a body is harmless."""
    sid = account.place()["Sid"]
    headers = {"Content-Type": "application/json", "Accept": "application/json"}

    assert 200 == account.v1("GET", f"/Calls/{sid}.json", headers=headers).status_code
    assert 200 == account.v1("GET", "/Calls.json", headers=headers).status_code


def test_connect_may_be_multipart(account):
    """multipart/form-data holds the same parameters as a urlencoded form, lists of events too."""
    fields = {**FIELDS, "CustomField": "a=b&c", "StatusCallback": "http://127.0.0.1:9/x?y=z"}
    parts = [(name, (None, value)) for name, value in fields.items()]
    parts += [("StatusCallbackEvents[0]", (None, "terminal")), ("StatusCallbackEvents[1]", (None, "answered"))]
    response = account.v1("POST", "/Calls/connect.json", files=parts)
    order = account.world.store.call(response.json()["Call"]["Sid"]).order

    assert "multipart/form-data; boundary=" == response.request.headers["content-type"][:30]
    assert ("a=b&c", "+919811112222") == (order.custom_field, order.from_party.contact.key)
    assert ["over", "answered"] == [one.event for one in order.subscriptions]


@pytest.mark.parametrize("name", ["CallerType", "CallerID", "MaxRetries", "StatusCallbackMethod", "from", "to", "x[]"])
def test_unknown_parameters_are_ignored(account, name):
    """Misspelt and invented names do nothing: the call is placed as if they had not been sent."""
    call = account.place(**{name: "+6531586080"})

    assert ("09811112222", "09833334444", "02241499102") == (call["From"], call["To"], call["PhoneNumberSid"])


def test_without_a_caller_id_the_accounts_first_calls(account, connect):
    """Clients that send no CallerId at all call from the account's first ExoPhone."""
    first = account.v1("GET", "/IncomingPhoneNumbers.json").json()["IncomingPhoneNumbers"][0]["IncomingPhoneNumber"]
    call = connect(urlencode({"From": "9811112222", "To": "9833334444"}).encode())

    assert first["PhoneNumber"] == "+91" + call["PhoneNumberSid"][1:]


def test_of_to_and_url_the_flow_wins(account):
    """With To and Url together the call runs the flow, and nobody else is dialled."""
    call = account.place(Url="http://my.exotel.com/x/exoml/start_voice/501")
    account.advance(300)

    assert "09811112222" == call["To"]
    assert account.read(call["Sid"], "?details=true")["Details"]["Leg2Status"] is None


@pytest.mark.parametrize("path", ["/Calls.json", "/Calls"])
def test_connect_may_be_left_out(account, path):
    """POST to Calls, without /connect, is the same."""
    assert 200 == account.connect(path).status_code
    assert 1 == account.control("GET", "/calls")["total"]


@pytest.mark.parametrize(
    "body",
    [
        "StatusCallbackEvents[]=terminal&StatusCallbackEvents[]=answered",
        "StatusCallbackEvents%5B%5D=terminal&StatusCallbackEvents%5B%5D=answered",
        "StatusCallbackEvents[0]=terminal&StatusCallbackEvents[1]=answered",
        "StatusCallbackEvents%5B0%5D=terminal&StatusCallbackEvents%5B1%5D=answered",
        "StatusCallbackEvents=terminal&StatusCallbackEvents=answered",
        "StatusCallbackEvents[]=terminal&StatusCallbackEvents[]=answered&StatusCallbackEvents[]=terminal",
    ],
)
def test_a_list_of_events_may_be_spelt_in_many_ways(account, connect, body):
    """Brackets with and without index, percent-encoded ones, a repeated plain name: all the same list."""
    call = connect(f"{urlencode(FIELDS)}&StatusCallback=http://127.0.0.1:9/&{body}".encode())
    order = account.world.store.call(call["Sid"]).order

    assert ["over", "answered"] == [one.event for one in order.subscriptions]


@pytest.mark.parametrize(
    "tail",
    ["/cb?key=s3cr%2Bt&sig=a%2Fb==", "/cb?b=2&a=1&b=3&empty=", "/p%61th/%C3%A9?q=%20+%2B", "/cb?json=%7B%22a%22:1%7D"],
)
def test_a_callback_url_is_kept_byte_for_byte(account, sink, tail):
    """A URL with a query of its own, a key or a signature in it, is called exactly as it was sent."""
    url, received_since = sink
    account.place(StatusCallback=url(tail))
    account.advance(60)
    (received,) = received_since()

    assert tail == f"{received.path}?{received.query}"


def test_credentials_of_a_callback_url_become_a_header(account, sink):
    """User and password in a callback URL arrive as HTTP Basic, and the rest of the URL as it was."""
    url, received_since = sink
    account.place(StatusCallback=url("/cb?a=b").replace("http://", "http://us%40er:s3cret@"))
    account.advance(60)
    (received,) = received_since()

    assert "/cb?a=b" == f"{received.path}?{received.query}"
    assert "us@er:s3cret" == base64.b64decode(received.header("Authorization").removeprefix("Basic ")).decode()


def test_a_stream_url_is_kept_byte_for_byte(account):
    """The URL of a stream keeps its query, too."""
    url = "wss://bot.example/ws/%C3%A9?token=a%2Fb==&x=1&x=2"

    assert url == account.world.store.call(account.place(StreamUrl=url)["Sid"]).order.stream.url


@pytest.mark.parametrize(
    "text",
    [
        '{"order_id":"A-1","n":1.0,"ok":true,"x":null}',
        '{ "b" : 2,\n  "a" : [ 1 ] }',
        '"quoted"',
        "<a>&amp;</a>",
        "ä€🙂",
    ],
)
def test_a_custom_field_is_given_back_unchanged(account, sink, text):
    """JSON text in CustomField comes back as the same text in every callback: nobody parses it on the way."""
    url, received_since = sink
    fields = {"StatusCallbackContentType": "application/json", "StatusCallbackEvents[]": ["answered", "terminal"]}
    account.place(CustomField=text, StatusCallback=url("/"), **fields)
    account.advance(60)

    assert [text] * 3 == [one.json()["CustomField"] for one in received_since()]


@pytest.mark.parametrize("spelling", ["true", "True", "TRUE"])
def test_a_boolean_may_be_spelt_in_many_ways(account, spelling):
    """`True` as some languages print it is true, for the request's fields and for `details`."""
    call = account.place(Record=spelling)

    assert account.world.store.call(call["Sid"]).order.recording is not None
    assert "Details" in account.read(call["Sid"], f"?details={spelling}")
    assert "Details" not in account.read(call["Sid"], "?details=false")


@pytest.mark.parametrize(
    "path", ["/v1/accounts/{sid}/calls.json", "/v1/Accounts/{sid}/calls.json", "/V1/Accounts/{sid}"]
)
def test_v1_paths_are_case_sensitive(account, path):
    """In lower case v1 has no paths: 404, where v2 and v3 are lower case themselves."""
    answer = account.service.request("GET", path.format(sid=account.sid), auth=(account.key, account.token))

    assert 404 == answer.status_code


@pytest.mark.parametrize("sent", SPELLINGS)
def test_all_spellings_are_one_number(account, sent):
    """What was dialled in one spelling is shown in one, and found in all."""
    sid = account.place(From=sent)["Sid"]
    account.advance(60)

    assert "09811112222" == account.read(sid)["From"]
    assert [[sid]] * len(SPELLINGS) == [account.listed("?" + urlencode({"From": spelling})) for spelling in SPELLINGS]
