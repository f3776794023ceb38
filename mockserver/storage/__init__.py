"""Implementations of the engine's store port."""
