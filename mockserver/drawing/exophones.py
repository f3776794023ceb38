"""v2_beta's ExoPhones: requests that are served."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.directory import Exophone
from mockserver.drawing import people
from mockserver.drawing.asking import plain, with_json, with_query
from mockserver.drawing.choices import Choices
from mockserver.drawing.stage import Stage
from mockserver.drawing.wire import Request

_FLOW_URLS = ("http://my.exotel.com/mock/exoml/start_voice/501", "")
_TYPES = ("Landline", "Mobile", "TollFree")
_FOREIGN = "+14155550100"


def list_numbers(choices: Choices, stage: Stage, operation_id: str) -> Request:
    _own(choices, stage)
    pages = (("Page", ("0", "1")), ("PageSize", ("1", "2", "100")))
    return with_query(
        plain(operation_id, stage, _suffix(choices)),
        [(name, choices.one_of(values)) for name, values in pages if choices.chance()],
    )


def buy_number(choices: Choices, stage: Stage, operation_id: str) -> Request:
    line = choices.one_of((f"+918047{choices.whole(0, 999_999):06d}", f"0951{choices.whole(3_100_000, 3_699_999)}"))
    fields = [("PhoneNumber", choices.one_of((line, "18001234567")))]
    return _carrying(choices, plain(operation_id, stage, _suffix(choices)), fields + _changes(choices))


def get_number(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return _about_one(choices, stage, operation_id)


def change_number(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return _carrying(choices, _about_one(choices, stage, operation_id), _changes(choices))


def release_number(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return _about_one(choices, stage, operation_id)


def list_countries(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return plain(operation_id, stage, _suffix(choices))


def list_country_stock(choices: Choices, stage: Stage, operation_id: str) -> Request:
    return with_query(plain(operation_id, stage, _suffix(choices), country="IN"), _filters(choices))


def list_stock(choices: Choices, stage: Stage, operation_id: str) -> Request:
    kind = choices.one_of(_TYPES)
    return with_query(plain(operation_id, stage, _suffix(choices), country="IN", number_type=kind), _filters(choices))


def _suffix(choices: Choices) -> str:
    return ".json" if choices.chance() else ""


def _own(choices: Choices, stage: Stage) -> None:
    """Let the account have a number that is not like the sample ones."""
    if choices.chance():
        number = choices.one_of((_FOREIGN, "+9118001112222", f"+91983{choices.whole(0, 9_999_999):07d}"))
        stage.control("POST", "/numbers", {"number": number, "friendly_name": "Support line"})
    if choices.chance():
        one = stage.world.directory.exophones[0]
        path = f"/v2_beta/Accounts/{stage.access.account_sid}/IncomingPhoneNumbers/{one.sid}"
        flows = {"VoiceUrl": _FLOW_URLS[0], "SMSUrl": _FLOW_URLS[0]}
        stage.provider(with_json(Request(method="PUT", path=path, headers=stage.access.basic), flows))


def _about_one(choices: Choices, stage: Stage, operation_id: str) -> Request:
    _own(choices, stage)
    owned: tuple[Exophone, ...] = stage.world.directory.exophones
    one = choices.one_of(owned)
    name = choices.one_of((one.sid, one.sid, one.contact.key, one.contact.local))
    return plain(operation_id, stage, _suffix(choices), exophone_sid=name)


def _changes(choices: Choices) -> list[tuple[str, str]]:
    kinds = (("VoiceUrl", _FLOW_URLS), ("SMSUrl", _FLOW_URLS), ("FriendlyName", ("Sales", people.EXOPHONES[0], "")))
    return [(name, choices.one_of(values)) for name, values in kinds if choices.chance()]


def _carrying(choices: Choices, asked: Request, fields: list[tuple[str, str]]) -> Request:
    """The fields as a form, or in JSON, as shipped clients send either."""
    if choices.chance():
        nothing = dict.fromkeys(("VoiceUrl", "SMSUrl", "FriendlyName")) if choices.chance() else {}
        return with_json(asked, dict(fields) | nothing)
    return replace(asked, form=fields, headers=asked.headers | {"Content-Type": "application/x-www-form-urlencoded"})


def _filters(choices: Choices) -> list[tuple[str, str]]:
    kinds = (
        ("IncomingSMS", ("true", "false")),
        ("InRegion", ("KA", "IN", "MU")),
        ("Contains", ("8", "80", "99999999999")),
    )
    return [(name, choices.one_of(values)) for name, values in kinds if choices.chance() and choices.chance()]
