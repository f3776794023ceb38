"""The client for programs without an event loop.

All but the transport is made of `awaiting`: change it there, and run `python tests/support/blocking.py`.
"""
