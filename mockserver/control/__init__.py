"""The control API: command of worlds over plain HTTP."""
