"""The control API: command of worlds over plain HTTP."""

PREFIX = "/_mock/v1"
