"""Telecom circles of Indian numbers: what an area code says, and a drawn one for numbers without."""

from __future__ import annotations

from random import Random

import phonenumbers

from mockserver.domain.contact import Contact
from mockserver.engine.world import World

CIRCLES = {
    "AP": "Andhra Pradesh",
    "AS": "Assam",
    "BR": "Bihar",
    "CH": "Chennai",
    "DL": "Delhi",
    "GJ": "Gujarat",
    "HP": "Himachal Pradesh",
    "HR": "Haryana",
    "JK": "Jammu and Kashmir",
    "KA": "Karnataka",
    "KL": "Kerala",
    "KO": "Kolkata",
    "MH": "Maharashtra",
    "MP": "Madhya Pradesh",
    "MU": "Mumbai",
    "NE": "North East",
    "OR": "Odisha",
    "PB": "Punjab",
    "RJ": "Rajasthan",
    "TN": "Tamil Nadu",
    "UE": "Uttar Pradesh East",
    "UW": "Uttar Pradesh West",
    "WB": "West Bengal",
}
# How the area codes of a circle begin, without those that mobile numbers begin with, too; the longest that fits counts.
# Along the borders of circles some districts are on the wrong side. The geocoder of phonenumbers is no help: it knows
# towns, not circles, and takes a second to import.
_AREAS = {
    "AP": "40 86 87 88 89",
    "AS": "36 37 384",
    "BR": "61 62 63 64 65",
    "DL": "11 120 124 129",
    "GJ": "26 27 28 79",
    "HP": "170 177 178 179 189 190",
    "HR": "125 126 127 128 130 166 171 173 174 180 184",
    "JK": "19",
    "KA": "80 81 82 83",
    "KL": "47 48 49",
    "KO": "33",
    "MH": "20 21 23 24 25 71 832",
    "MP": "73 75 76 77 78",
    "MU": "22",
    "NE": "360 364 38",
    "OR": "66 67 68",
    "PB": "16 172 175 176 18",
    "RJ": "14 15",
    "TN": "41 42 43 44 45 46",
    "UE": "51 52 53 54 55",
    "UW": "121 122 123 13 56 57 58 59",
    "WB": "31 32 34 35",
}
_CIRCLE_OF_AREA = {area: circle for circle, areas in _AREAS.items() for area in areas.split()}
_AREA_LENGTHS = (3, 2)


def number_rng(contact: Contact, world: World) -> Random:
    """What is drawn for a number, the same each time. The circle comes first."""
    return world.rng("number-metadata", contact.key)


def circle_of(contact: Contact, rng: Random) -> str:
    """The circle of an Indian number. `rng` moves on by one, whether it is needed or not."""
    drawn = rng.choice(list(CIRCLES))
    if phonenumbers.number_type(phonenumbers.parse(contact.key)) != phonenumbers.PhoneNumberType.FIXED_LINE:
        return drawn
    areas = (contact.national[:length] for length in _AREA_LENGTHS)
    return next((_CIRCLE_OF_AREA[area] for area in areas if area in _CIRCLE_OF_AREA), drawn)
