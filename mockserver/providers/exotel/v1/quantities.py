"""Numbers that come as text."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.providers.exotel.quantities import whole_number

__all__ = ["url_minutes", "whole_number"]

_SHORTEST, _LONGEST = 5, 60


def url_minutes(parameters: Mapping[str, str]) -> int:
    """`RecordingUrlValidity`, how long a pre-signed recording URL is to hold; 0 if it was not asked for."""
    name = "RecordingUrlValidity"
    text = parameters.get(name, "").strip()
    return whole_number(name, text, _SHORTEST, _LONGEST, "number of minutes") if text else 0
