"""Who may come in."""

from __future__ import annotations

import base64

import pytest

REFUSED = 401, 1010, "Authorization failed", "Authorization failed"


def basic(text):
    return b"Basic " + base64.b64encode(text.encode())


@pytest.fixture
def knock(account, order):
    """Places a call with any Authorization header, or none."""

    def ask(authorization):
        headers = {} if authorization is None else {"Authorization": authorization}
        return account.v3("POST", json=order(), headers=headers, auth=None)

    return ask


def test_key_and_token_come_in(account, knock):
    """The API key is the Basic user, the API token the password."""
    assert 200 == knock(basic(f"{account.key}:{account.token}")).status_code


def test_the_account_sid_comes_in_for_the_key(account, knock):
    """Several clients send the account SID as user: it is accepted with the same token."""
    assert 200 == knock(basic(f"{account.sid}:{account.token}")).status_code


@pytest.mark.parametrize("scheme", [b"basic ", b"BASIC ", b"Basic  "])
def test_the_scheme_is_read_in_any_case(account, knock, scheme):
    """The scheme is compared without case, and blanks behind it do not count."""
    assert 200 == knock(scheme + basic(f"{account.key}:{account.token}")[6:]).status_code


@pytest.mark.parametrize("token", ["pass:word", "ünïcode ", "päss%20+&=", "x" * 128])
def test_a_token_may_hold_anything(new_account, order, token):
    """Colons, other alphabets and signs in a token are compared as they are."""
    token = token.strip()
    account = new_account(api_token=token)
    authorization = basic(f"{account.key}:{token}")

    response = account.v3("POST", json=order(), headers={"Authorization": authorization}, auth=None)

    assert 200 == response.status_code


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        b"",
        b"Basic",
        b"Basic ",
        b"Basic !!!",
        b"Basic a2V5",
        b"Basic a2V5OnRva2Vu=x",
        b"Basic /////w==",
        b"Basic \xe9\xe9\xe9\xe9",
        b"Bearer token",
        b"Digest username=key",
        basic(":"),
        basic("nobody:token"),
        basic("x" * 5000),
    ],
)
def test_nobody_else_comes_in(knock, refused, authorization):
    """Without good credentials the answer is 1010 and names the scheme to come back with."""
    response = knock(authorization)

    refused(response, *REFUSED)
    assert 'Basic realm="Exotel"' == response.headers["www-authenticate"]


@pytest.mark.parametrize("spoiled", ["{key}:wrong", "{key}:", "{key}:{token} ", "{token}:{key}", "{key}:{TOKEN}"])
def test_the_token_must_be_right(account, knock, refused, spoiled):
    """A wrong token is refused, however close it comes."""
    text = spoiled.format(key=account.key, token=account.token, TOKEN=account.token.upper())

    refused(knock(basic(text)), *REFUSED)


@pytest.mark.parametrize("path", ["/" + "0" * 32, "/" + "0" * 32 + "/legs"])
def test_reading_needs_credentials_too(account, refused, path):
    """Details and legs are refused in the same way, even of a call that does not exist."""
    response = account.v3("GET", path, auth=None)

    refused(response, *REFUSED)
    assert "www-authenticate" in response.headers


@pytest.mark.parametrize(
    ("asks", "text"),
    [
        (("POST", ""), "AccountSid not found"),
        (("GET", "/" + "0" * 32), "AccountSid not found"),
        (("GET", "/" + "0" * 32 + "/legs"), "Tenant not found"),
    ],
)
def test_credentials_open_their_own_account_only(new_account, order, refused, asks, text):
    """Good credentials of another account are 1017, whether the account in the path exists or not."""
    one, other, (method, path) = new_account(), new_account(), asks

    for sid in (other.sid, "nowhere"):
        auth, body = (one.key, one.token), order() if method == "POST" else None
        response = one.http.request(method, f"/v3/accounts/{sid}/calls{path}", auth=auth, json=body)
        refused(response, 404, 1017, text, text)
    assert 0 == other.control("GET", "/calls")["total"]


def test_a_deleted_account_is_closed(new_account, order, refused):
    """With its world an account's credentials go."""
    account = new_account()
    account.control("DELETE")

    refused(account.post(order()), *REFUSED)


def test_a_refusal_is_on_the_accounts_record(account, knock):
    """A request with bad credentials is in the journal of the account that its path names, with a hint."""
    knock(basic("nobody:secret"))

    [request] = account.control("GET", "/requests?refused=true")["requests"]
    assert (401, "exotel-v3.create-call") == (request["status"], request["operation"])
    assert "key and token" in request["hint"]
    assert "secret" not in str(request["headers"])
