"""A local stand-in for telephony APIs, driven by one simulated call on a clock that we own."""

__version__ = "0.1.0"
