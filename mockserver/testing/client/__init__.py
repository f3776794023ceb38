"""The control API as typed Python, asynchronous and not.

`awaiting` is written by hand; `blocking` is made of it (`python tests/support/blocking.py`), but for its transport.
"""
