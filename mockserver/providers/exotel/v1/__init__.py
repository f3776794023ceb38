"""Exotel voice v1: bulk call details, single calls, status callbacks, number metadata, ExoPhones; XML and JSON."""
