"""Times as Exotel prints them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = datetime.fromtimestamp(0, UTC)


@lru_cache(maxsize=8192)
def offset_time(at: datetime, zone: ZoneInfo) -> str:
    """`2022-11-02 23:49:51+05:30`: v3, a space in the middle, whole seconds."""
    return at.astimezone(zone).isoformat(sep=" ", timespec="seconds")


@lru_cache(maxsize=8192)
def iso_time(at: datetime, zone: ZoneInfo) -> str:
    """`2024-06-15T10:30:00+05:30`: v2's call details and users, whole seconds."""
    return at.astimezone(zone).isoformat(timespec="seconds")


@lru_cache(maxsize=8192)
def plain_time(at: datetime, zone: ZoneInfo) -> str:
    """`2016-11-29 15:58:45`: v1, local, whole seconds, no zone."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


@lru_cache(maxsize=8192)
def mail_time(at: datetime, zone: ZoneInfo) -> str:
    """`Wed, 23 Feb 2022 12:31:59`: what passthrus and popups print for some moments, local, whole seconds, no zone."""
    return at.astimezone(zone).strftime("%a, %d %b %Y %H:%M:%S")


def plain_epoch(zone: ZoneInfo) -> str:
    """What v1 prints for an end that has not come: `1970-01-01 05:30:00`."""
    return plain_time(_EPOCH, zone)


def epoch_placeholder(zone: ZoneInfo) -> str:
    """What v3 prints for an end that has not come: `1970-01-01 05:30:00+05:30`."""
    return offset_time(_EPOCH, zone)
