"""What v2 is sent about users and devices: bodies, filters and pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated, TypeVar

import msgspec

from mockserver.domain.contact import Contact, parse_contact
from mockserver.domain.directory import User
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.envelope_endpoint import Visit
from mockserver.providers.exotel.envelope_errors import InvalidField
from mockserver.providers.exotel.json_bodies import choice, json_body
from mockserver.providers.exotel.v2 import users_errors as errors

_known = sources.V2_USERS.field

ROLES = {"admin": "admin", "supervisor": "supervisor", "user": "user"}
FIELDS = ("devices", "active_call", "last_login")
PARAMETERS = ("fields", "devices.contact_uri", "email", "offset", "limit")
_NAME = re.compile(r"[A-Za-z0-9.' -]{3,20}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_LONGEST_EMAIL = 254
_USUAL_LIMIT, _MOST_LISTED, _FURTHEST = 20, 50, 1_000_000
_SHORTEST_PASSWORD = 8
_PASSWORD_KINDS = ("[a-z]", "[A-Z]", "[0-9]", "[!@#$%^&*]")
_KINDS_NEEDED = 3


class NewUser(msgspec.Struct):
    """The body of a creation."""

    first_name: Annotated[str | None, _known("mandatory; 3 to 20 of A-Z a-z 0-9 . ' - and blank")] = None
    last_name: Annotated[str | None, _known("mandatory; as the first name")] = None
    email: Annotated[str | None, _known("unique")] = None
    device_contact_uri: Annotated[str | None, _known("phone number; mandatory where VoIP is not enabled")] = None
    role: Annotated[str | None, _known("user by default", enum=[*ROLES, None])] = None
    device_name: Annotated[str | None, _known()] = None


class UserChange(msgspec.Struct):
    """What is left out stays."""

    first_name: Annotated[str | None, _known("3 to 20 of A-Z a-z 0-9 . ' - and blank")] = None
    last_name: Annotated[str | None, _known("as the first name")] = None
    email: Annotated[str | None, _known("only for a user without one")] = None


class DeviceChange(msgspec.Struct):
    """What is left out stays."""

    available: Annotated[bool | None, _known("ON or OFF; only one device of a user may be ON")] = None
    contact_uri: Annotated[str | None, _known("phone number; it will have to be verified")] = None


class NewPassword(msgspec.Struct):
    password: Annotated[
        str | None, _known("8 characters or more, of three of: a-z, A-Z, 0-9, !@#$%^&*; checked and forgotten")
    ] = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Which users, which page of them (`offset`, `limit`), and which fields besides the usual ones."""

    fields: frozenset[str]
    contacts: frozenset[Contact]
    emails: frozenset[str]
    offset: int
    limit: int

    def page(self, users: tuple[User, ...]) -> tuple[int, list[User]]:
        """How many match, and those on the page."""
        matching = [user for user in users if self._matches(user)]
        return len(matching), matching[self.offset : self.offset + self.limit]

    def _matches(self, user: User) -> bool:
        has_contact = not self.contacts or any(device.contact in self.contacts for device in user.devices)
        return has_contact and (not self.emails or user.email.casefold() in self.emails)


_Body = TypeVar("_Body", bound=msgspec.Struct)
_decoders = {
    kind: msgspec.json.Decoder(kind, strict=False) for kind in (NewUser, UserChange, DeviceChange, NewPassword)
}


async def parse(visit: Visit, kind: type[_Body]) -> _Body:
    """The body. Raises VendorError, Unparsable, InvalidField."""
    decoder: msgspec.json.Decoder[_Body] = _decoders[kind]  # type: ignore[index, assignment]  # one a kind
    body = await visit.request.body()
    return json_body(visit.content_type, body, decoder, refuses_unknown=visit.world.settings.is_strict)


def parse_listing(visit: Visit) -> Listing:
    """Raises InvalidField, BadContact."""
    query = visit.request.query_params
    _refuse_unknown(visit, PARAMETERS)
    return Listing(
        fields=_fields(visit),
        # A plus that was not encoded arrives as a blank.
        contacts=frozenset(parse_contact(text) for text in _listed(query.get("devices.contact_uri"))),
        emails=frozenset(text.casefold() for text in _listed(query.get("email"))),
        offset=_whole("offset", query.get("offset"), 0, 0, _FURTHEST),
        limit=_whole("limit", query.get("limit"), _USUAL_LIMIT, 1, _MOST_LISTED),
    )


def parse_fields(visit: Visit) -> frozenset[str]:
    """The fields that reading one user adds to the usual ones. Raises InvalidField."""
    _refuse_unknown(visit, PARAMETERS[:1])
    return _fields(visit)


def name_of(field: str, text: str | None) -> str:
    """A first or last name. Raises VendorError, InvalidField."""
    if not text or not text.strip():
        raise errors.mandatory(field)
    if not _NAME.fullmatch(text):
        message = f"{field} must be 3 to 20 letters, digits, blanks, periods, apostrophes or hyphens"
        raise InvalidField(message)
    return text


def email_of(text: str) -> str:
    """Raises InvalidField."""
    if not _EMAIL.fullmatch(text) or len(text) > _LONGEST_EMAIL:
        message = f"{text[:_LONGEST_EMAIL]!r} is no email address"
        raise InvalidField(message)
    return text


def role_of(text: str | None) -> str:
    """Raises InvalidField."""
    return choice("role", text or "user", ROLES)


def check_password(text: str | None) -> None:
    """Raises VendorError, InvalidField."""
    if not text:
        raise errors.mandatory("password")
    kinds = sum(re.search(kind, text) is not None for kind in _PASSWORD_KINDS)
    if len(text) < _SHORTEST_PASSWORD or kinds < _KINDS_NEEDED:
        message = "password must have 8 characters or more, of three of: a-z, A-Z, 0-9, !@#$%^&*"
        raise InvalidField(message)


def _fields(visit: Visit) -> frozenset[str]:
    fields = frozenset(_listed(visit.request.query_params.get("fields")))
    if visit.world.settings.is_strict and not fields.issubset(FIELDS):
        message = f"Valid values for fields are {', '.join(FIELDS)}"
        raise InvalidField(message)
    return fields


def _refuse_unknown(visit: Visit, known: Collection[str]) -> None:
    for name in visit.request.query_params if visit.world.settings.is_strict else ():
        if name not in known:
            raise InvalidField(f"{name} is no parameter", hint=f"The parameters are {', '.join(known)}.")


def _listed(text: str | None) -> Iterator[str]:
    return (part.strip() for part in (text or "").split(",") if part.strip())


def _whole(name: str, text: str | None, usual: int, lowest: int, highest: int) -> int:
    given = (text or "").strip() or str(usual)
    is_number = given.isascii() and given.isdecimal() and len(given) <= len(str(highest))
    if not is_number or not lowest <= int(given) <= highest:
        message = f"{name} must be a number from {lowest} to {highest}"
        raise InvalidField(message)
    return int(given)
