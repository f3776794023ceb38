"""What v1 knows of any Indian number: circle, operator, DND. What it does not say itself is drawn, alike each time."""

from __future__ import annotations

from typing import Annotated

import msgspec
import phonenumbers

from mockserver.domain.contact import Contact, parse_contact
from mockserver.domain.errors import BadContact
from mockserver.engine.world import World
from mockserver.providers.exotel import sources
from mockserver.providers.exotel.circles import CIRCLES, circle_of, number_rng
from mockserver.providers.exotel.v1.errors import bad_request

_known = sources.V1_NUMBERS.field

OPERATORS = {
    "AC": "Aircel",
    "A": "Airtel",
    "AL": "Allianz",
    "B": "BSNL",
    "D": "Dishnet",
    "E": "Etisalat",
    "H": "HFCL",
    "I": "Idea",
    "LO": "Loop",
    "MT": "MTNL",
    "P": "Ping",
    "R": "Reliance",
    "S": "Sistema",
    "ST": "S Tel",
    "T": "Tata",
    "U": "Unitech",
    "VI": "Videocon",
    "V": "Vodafone",
}
_DND = ("No", "No", "No", "Yes", "Unavailable")
_HOME_CODE = 91


class NumberMetadata(msgspec.Struct, rename="pascal"):
    phone_number: Annotated[str, _known()]
    circle: Annotated[str, _known(enum=list(CIRCLES))]
    circle_name: Annotated[str, _known()]
    type: Annotated[str, _known(enum=["Mobile", "Landline"])]
    operator: Annotated[str, _known(enum=list(OPERATORS))]
    operator_name: Annotated[str, _known()]
    dnd: Annotated[str, _known(enum=sorted(set(_DND)))] = msgspec.field(name="DND")


class Numbers(msgspec.Struct, rename="pascal"):
    numbers: NumberMetadata


def number_metadata(text: str, world: World) -> Numbers:
    """Raises V1Error for what is no Indian number."""
    try:
        contact = parse_contact(text)
    except BadContact as error:
        raise bad_request(f"{text!r} is not a phone number", hint=error.hint) from error
    if contact.is_sip or phonenumbers.parse(contact.key).country_code != _HOME_CODE:
        raise bad_request(f"{text!r} is not an Indian number", hint="Metadata is there for Indian numbers only.")
    rng = number_rng(contact, world)
    circle, operator = circle_of(contact, rng), rng.choice(list(OPERATORS))
    return Numbers(
        NumberMetadata(
            phone_number=contact.local,
            circle=circle,
            circle_name=CIRCLES[circle],
            type=_type(contact),
            operator=operator,
            operator_name=OPERATORS[operator],
            dnd=rng.choice(_DND),
        )
    )


def is_on_dnd(contact: Contact, world: World) -> bool:
    """Whether promotional calls to a number are forbidden. Only Indian numbers are registered."""
    is_registered = not contact.is_sip and contact.key.startswith(f"+{_HOME_CODE}")
    return is_registered and number_metadata(contact.key, world).numbers.dnd == "Yes"


def _type(contact: Contact) -> str:
    kind = phonenumbers.number_type(phonenumbers.parse(contact.key))
    return "Landline" if kind is phonenumbers.PhoneNumberType.FIXED_LINE else "Mobile"
