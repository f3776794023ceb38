"""Phone numbers and SIP URIs: one identity for every spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from mockserver.domain.errors import BadContact

HOME_REGION = "IN"
_HOME_CODE = 91
_LONGEST_CONTACT = 256
_TEL = re.compile(r"^tel:", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d\s().\-/]+")
_SIP = re.compile(r"sips?:([^;?\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone who can be dialled.

    `key` is the identity: E.164 (`+918516043026`) or a SIP URI in lower case without parameters.
    Two contacts are the same person if and only if their keys are equal.
    """

    key: str

    @property
    def is_sip(self) -> bool:
        return self.key.startswith("sip:")

    @property
    def local(self) -> str:
        """Indian numbers with a leading zero (`08516043026`); all else as `key`."""
        home_prefix = f"+{_HOME_CODE}"
        return "0" + self.key[len(home_prefix) :] if self.key.startswith(home_prefix) else self.key

    @property
    def national(self) -> str:
        """The digits after the country code; empty for SIP."""
        if self.is_sip:
            return ""
        return phonenumbers.national_significant_number(phonenumbers.parse(self.key))

    def __str__(self) -> str:
        return self.key


def parse_number(text: str) -> Contact:
    """The contact behind a spelling of a phone number. Raises BadContact, for SIP URIs too."""
    contact = parse_contact(text)
    if contact.is_sip:
        raise BadContact(f"{text!r} is a SIP URI, and an ExoPhone is a number", hint="Use E.164 or the national form.")
    return contact


@lru_cache(maxsize=65536)
def parse_contact(text: str, region: str = HOME_REGION) -> Contact:
    """The contact behind a spelling.

    Accepts E.164, national with leading zero, bare digits, `00` and `tel:` prefixes, spaces, dashes and brackets,
    and `sip:` or `sips:` URIs. Numbers without a country code belong to `region`. Raises BadContact.
    """
    spelling = text.strip()
    if len(spelling) > _LONGEST_CONTACT:
        message = f"a contact of {len(spelling)} characters is too long"
        raise BadContact(message)
    if spelling[:4].lower() in {"sip:", "sips"}:
        match = _SIP.fullmatch(re.split(r"[;?]", spelling, maxsplit=1)[0])
        if match is None:
            message = f"{text!r} is not a SIP URI"
            raise BadContact(message)
        return Contact("sip:" + match[1].lower())
    if not _NUMBER.fullmatch(_TEL.sub("", spelling)):
        message = f"{text!r} is not a phone number"
        raise BadContact(message)
    try:
        number = phonenumbers.parse(_TEL.sub("tel:", spelling), region)
    except phonenumbers.NumberParseException as error:
        message = f"{text!r} is not a phone number"
        raise BadContact(message) from error
    if not phonenumbers.is_possible_number(number):
        message = f"{text!r} is not a possible phone number"
        raise BadContact(message)
    return Contact(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
