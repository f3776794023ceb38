"""The command line."""

from mockserver.cli.app import main

__all__ = ["main"]
