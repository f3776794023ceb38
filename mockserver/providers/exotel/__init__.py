"""Exotel's voice APIs."""
