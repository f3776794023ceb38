"""Every option of the plugin, declared once: a flag of the command line and its twin in the ini file."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import pytest

MARKER = (
    "mockserver(story=None, clock='manual', seed=0, allow=(), callback_orders=False, callbacks=3, **settings): "
    "how the world of the fixture `mockserver` is; settings are those of `create_world`."
)
CHOICES_OF_CLOCK = ("manual", "jump", "real", "scaled")


class _Option(NamedTuple):
    """`name` is that of the ini file; `metavar` None is a flag without a value."""

    name: str
    help: str
    metavar: str | None = None
    kind: Literal["string", "bool", "args", "paths"] = "string"
    choices: tuple[str, ...] | None = None

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")


OPTIONS = (
    _Option("mockserver_url", "use the server at this URL (also MOCKSERVER_URL) instead of one of our own", "URL"),
    _Option("mockserver_clock", "how time moves in worlds; manual by default", "MODE", choices=CHOICES_OF_CLOCK),
    _Option("mockserver_seed", "of all that is random in worlds; 0 by default", "N"),
    _Option("mockserver_allow", "let tests end in spite of these: undelivered, server-errors, ...", "NAME", "args"),
    _Option("mockserver_scenarios", "a file of named scenarios for our own server", "FILE", "paths"),
    _Option("mockserver_cov", "tell what was exercised of all that the emulator knows", None, "bool"),
    _Option("mockserver_cov_html", "write that as a page", "FILE"),
    _Option("mockserver_cov_json", "write that as JSON", "FILE"),
    _Option("mockserver_cov_fail_under", "fail if less than so many percent were exercised", "PERCENT"),
)


def declare(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockserver", "mockserver: telephony APIs to test against")
    for one in OPTIONS:
        group.addoption(one.flag, **_behaviour(one))
        parser.addini(one.name, f"{one.help} (see {one.flag})", type=one.kind, default=None)
    group.addoption(
        "--callback-orders",
        default=None,
        metavar="all|N",
        help="run tests that are marked for it under every disorder of their callbacks, or the N smallest",
    )


def _behaviour(one: _Option) -> dict[str, Any]:
    if one.kind == "bool":
        return {"action": "store_true", "default": None, "help": one.help}
    more = {"action": "append"} if one.kind in {"args", "paths"} else {}
    return {"default": None, "metavar": one.metavar, "help": one.help, "choices": one.choices, **more}


def option(config: pytest.Config, name: str) -> Any:  # noqa: ANN401  whatever type it has
    """What the command line says, or else the ini file; None or an empty list if neither does."""
    said = config.getoption(name)
    return config.getini(name) if said is None else said


def number(config: pytest.Config, name: str) -> float | None:
    """An option that is a number. Raises UsageError."""
    said = option(config, name)
    if said in {None, ""}:
        return None
    try:
        return float(said)
    except ValueError:
        message = f"--{name.replace('_', '-')} must be a number, not {said!r}"
        raise pytest.UsageError(message) from None


def wants_coverage(config: pytest.Config) -> bool:
    return any(option(config, one.name) for one in OPTIONS if one.name.startswith("mockserver_cov"))
