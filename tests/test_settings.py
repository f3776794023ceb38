from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from mockserver.cli.app import app
from mockserver.domain.contact import parse_contact
from mockserver.domain.errors import BadContact, BadInput
from mockserver.engine.clock import ClockMode
from mockserver.engine.world import Account
from mockserver.settings import DEMONSTRATION_ACCOUNT, Settings

MOCK = Account("mock", "key", "token")


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch, tmp_path):
    """No environment and no file but those that a test makes."""
    for field in fields(Settings):
        monkeypatch.delenv(f"MOCKSERVER_{field.name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_defaults_need_nothing():
    """Loopback, port 8080, real time, the demonstration account, no callback retries."""
    settings = Settings()

    assert ("127.0.0.1", 8080) == (settings.host, settings.port)
    assert ClockMode.REAL is settings.clock_mode
    assert (MOCK,) == settings.accounts
    assert () == settings.exophones
    assert () == settings.callback_retries


def test_settings_do_not_change():
    """They are one frozen value."""
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1


def test_further_worlds_come_behind_the_demonstration():
    """sid:key:token; a token may hold colons."""
    settings = Settings(world=("acme:k1:t1", "beta:k2:t:2"))

    assert (DEMONSTRATION_ACCOUNT, Account("acme", "k1", "t1"), Account("beta", "k2", "t:2")) == settings.accounts


def test_an_access_token_is_given_to_a_world_by_its_sid():
    """sid:token, and a token may hold colons here, too; other worlds have their sid and `-token`."""
    settings = Settings(world=("acme:k1:t1", "beta:k2:t2"), access_token=("acme:nd:1", "mock:mine"))

    assert ["mine", "nd:1", "beta-token"] == [account.access_token for account in settings.accounts]


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", "is not sid:token"),
        ("mock", "is not sid:token"),
        ("mock:", "is not sid:token"),
        (":t", "is not sid:token"),
        ("acme:t", "is for 'acme', which is no world here"),
    ],
)
def test_an_access_token_needs_a_world(text, trouble):
    """The refusal names the flag and the mend."""
    with pytest.raises(BadInput, match=trouble) as refused:
        Settings(access_token=(text,))

    assert ("access_token", True) == (refused.value.where, bool(refused.value.hint))


def test_a_prefix_of_nectardesk_begins_with_a_slash():
    """It is what stands before a path."""
    with pytest.raises(BadInput, match="--nectardesk-prefix must begin with a slash, not 'api'"):
        Settings(nectardesk_prefix="api")


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ({"root_path": "telephony"}, "--root-path must begin with a slash and end without one, not 'telephony'"),
        ({"root_path": "/telephony/"}, "--root-path must begin with a slash"),
        ({"trust_proxy": ("proxy.example",)}, "--trust-proxy: 'proxy.example' does not appear to be"),
        ({"drain": -1.0}, "--drain must be 0 or above, not -1.0"),
        ({"unready": -1.0}, "--unready must be 0 or above, not -1.0"),
        ({"max_head": 0}, "--max-head must be above 0"),
        ({"max_connections": 0}, "--max-connections must be above 0"),
    ],
)
def test_ways_in_and_out_are_checked(said, trouble):
    """What cannot be served is refused before anything is."""
    with pytest.raises(BadInput) as refused:
        Settings(**said)

    assert trouble in refused.value.message


def test_exophones_are_understood_in_any_spelling():
    """E.164, national and bare."""
    settings = Settings(exophone=("+912241499102", "02241499102", "2241499102"))

    assert (parse_contact("+912241499102"),) * 3 == settings.exophones


@pytest.mark.parametrize("world", ["", "acme", "acme:key", "acme::token", ":key:token", "acme:key:"])
def test_a_world_that_is_not_sid_key_token_is_refused(world):
    """All three parts are needed, and the refusal shows an example."""
    with pytest.raises(BadInput, match="is not sid:key:token") as refused:
        Settings(world=(world,))

    assert "--world exotel:my-key:my-token" in refused.value.hint


def test_an_exophone_that_is_no_number_is_refused():
    """At the start and not at the first call."""
    with pytest.raises(BadContact):
        Settings(exophone=("twelve",))


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_cannot_be_is_refused(port):
    """0 to 65535."""
    with pytest.raises(BadInput, match="between 0 and 65535"):
        Settings(port=port)


@pytest.mark.parametrize("clock", ["real", "manual", "jump"])
def test_a_speed_without_a_scaled_clock_is_refused(clock):
    """It would do nothing, which nobody means."""
    with pytest.raises(BadInput, match="--speed needs --clock scaled"):
        Settings(clock=clock, speed=2.0)


@pytest.mark.parametrize(
    "name", ["callback_timeout", "history_days", "max_calls", "journal_entries", "journal_bytes", "journal_body"]
)
@pytest.mark.parametrize("value", [0, -1])
def test_bounds_are_above_zero(name, value):
    """The refusal names the flag."""
    with pytest.raises(BadInput, match=f"--{name.replace('_', '-')} must be above 0"):
        Settings(**{name: value})


def test_worlds_do_not_expire_before_they_are_made():
    """0, the default, is never."""
    with pytest.raises(BadInput, match="--idle-worlds must be 0 or above, not -1"):
        Settings(idle_worlds=-1)


@pytest.mark.parametrize("token", ["", "two words", "caf\xe9", "line\n", "x" * 513])
def test_a_token_that_no_header_can_carry_is_refused(token):
    """At the start, and without saying it."""
    with pytest.raises(BadInput, match="visible ASCII") as refused:
        Settings(control_token=token)

    assert not token or token not in refused.value.message


def test_no_secret_is_shown():
    """What is shown of the settings, and how they print, has neither the control token nor tokens of worlds."""
    settings = Settings(control_token="hush", world=("acme:k1:t0ps3cret",), access_token=("acme:s3cret",))

    assert ("<redacted>", ["acme:k1:<redacted>"]) == (settings.shown["control_token"], settings.shown["world"])
    assert ["acme:<redacted>"] == settings.shown["access_token"]
    assert "hush" not in repr(settings)
    assert None is Settings().shown["control_token"]
    assert {field.name for field in fields(Settings)} == set(settings.shown)


def test_a_history_has_no_negative_number_of_calls():
    """0, the default, is none."""
    with pytest.raises(BadInput, match="--history must be 0 or above, not -1"):
        Settings(history=-1)


def test_every_option_is_explained():
    """Each field stands in the docstring, from which --help is made."""
    assert [] == [field.name for field in fields(Settings) if f"\n    {field.name}\n" not in Settings.__doc__]


def test_a_flag_goes_before_the_environment_and_the_environment_before_the_file(monkeypatch, tmp_path):
    """The same option said three times means what the nearest says; lists are replaced, not joined."""
    (tmp_path / "mockserver.toml").write_text('port = 1\nseed = 1\nmax_calls = 1\nexophone = ["+912241499102"]\n')
    monkeypatch.setenv("MOCKSERVER_PORT", "2")
    monkeypatch.setenv("MOCKSERVER_SEED", "2")
    monkeypatch.setenv("MOCKSERVER_EXOPHONE", "+911140001000 +911140001001")

    settings = _settings("--port", "3")

    assert (3, 2, 1) == (settings.port, settings.seed, settings.max_calls)
    assert ("+911140001000", "+911140001001") == settings.exophone


def test_nothing_said_is_the_default():
    """Without flag, environment and file the settings are those of `Settings()`."""
    assert Settings() == _settings()


@pytest.mark.parametrize("command", [(), ("serve",)])
def test_every_option_has_a_flag(command):
    """Repeatable options may be said several times, with and without the word `serve`."""
    words = """--host 0.0.0.0 --port 9 --seed 4 --clock scaled --speed 10 --outcomes random
        --world a:b:c --world d:e:f --access-token a:x --access-token mock:y
        --exophone 02241499102 --exophone 01140001000
        --allow-callbacks one.example --allow-callbacks two.example --callback-retries 300 --callback-retries 900
        --callback-timeout 2.5 --strict --rate-limit documented
        --scenarios one.toml --scenarios two.json --fixtures theirs --scenario rush
        --history 10 --history-days 3 --max-calls 10
        --journal-entries 20 --journal-bytes 30 --journal-body 40 --control-token hush --idle-worlds 50
        --tls --tls-port 7 --tls-name one.test --tls-name two.test --data-dir kept
        --callback-ca one.pem --callback-ca two.pem --no-callback-verify
        --print-json --ready-file ready --nectardesk-prefix /api --public-url http://mock.example --log-format json
        --root-path /telephony --trust-proxy 10.0.0.0/8 --trust-proxy ::1 --request-timeout 5 --keep-alive 6
        --max-connections 7 --max-head 8000 --unready 9 --drain 1.5"""

    expected = Settings(
        host="0.0.0.0",  # noqa: S104  as in a container
        port=9,
        seed=4,
        clock="scaled",
        speed=10.0,
        outcomes="random",
        world=("a:b:c", "d:e:f"),
        access_token=("a:x", "mock:y"),
        exophone=("02241499102", "01140001000"),
        allow_callbacks=("one.example", "two.example"),
        callback_retries=(300.0, 900.0),
        callback_timeout=2.5,
        strict=True,
        rate_limit="documented",
        scenarios=("one.toml", "two.json"),
        scenario="rush",
        fixtures="theirs",
        history=10,
        history_days=3,
        max_calls=10,
        journal_entries=20,
        journal_bytes=30,
        journal_body=40,
        control_token="hush",
        idle_worlds=50.0,
        tls=True,
        tls_port=7,
        tls_name=("one.test", "two.test"),
        data_dir="kept",
        callback_ca=("one.pem", "two.pem"),
        callback_verify=False,
        print_json=True,
        ready_file="ready",
        nectardesk_prefix="/api",
        public_url="http://mock.example",
        log_format="json",
        root_path="/telephony",
        trust_proxy=("10.0.0.0/8", "::1"),
        request_timeout=5.0,
        keep_alive=6.0,
        max_connections=7,
        max_head=8000,
        unready=9.0,
        drain=1.5,
    )

    assert expected == _settings(*command, *words.split())
    assert len(fields(Settings)) == sum(getattr(expected, field.name) != field.default for field in fields(Settings)), (
        "an option is missing in this test"
    )


def test_an_option_can_be_switched_off_where_it_was_switched_on(monkeypatch):
    """A flag with `--no-` overrules the environment."""
    monkeypatch.setenv("MOCKSERVER_PRINT_JSON", "true")

    assert [True, False] == [_settings().print_json, _settings("--no-print-json").print_json]


def _settings(*words: str) -> Settings:
    _, bound, _ = app.parse_args(list(words), print_error=False, exit_on_error=False)
    return bound.arguments.get("settings", Settings())
