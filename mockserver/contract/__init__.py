"""Fixtures for programs in any language, generated from the server itself, and what recorded traffic differs in."""
