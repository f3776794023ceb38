from __future__ import annotations

from typing import Annotated

import msgspec
import pytest

from mockserver.operations.provenance import Basis, assumed, documented, observed


@pytest.mark.parametrize(
    ("make", "basis"), [(documented, Basis.DOCUMENTED), (observed, Basis.OBSERVED), (assumed, Basis.ASSUMED)]
)
def test_there_are_three_degrees_of_trust(make, basis):
    """What is emulated is documented by the vendor, observed in traffic, or our own reading, and says from where."""
    assert {"basis": basis.value, "source": "the portal"} == make("the portal").as_json()


def test_a_field_carries_its_provenance_into_the_schema():
    """A struct's annotation becomes description, provenance and constraints of its JSON schema."""
    known = documented("the portal")
    struct = msgspec.defstruct("Call", [("state", Annotated[str, known.field("how it stands", enum=["on", "off"])])])

    [schema] = msgspec.json.schema(struct)["$defs"].values()

    assert {
        "type": "string",
        "description": "how it stands",
        "enum": ["on", "off"],
        "x-provenance": {"basis": "documented", "source": "the portal"},
    } == schema["properties"]["state"]
