"""Exotel v2 (contact center): connect an agent to a number, call details, users and devices, status callbacks."""
