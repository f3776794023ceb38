"""The two clients are one source."""

from __future__ import annotations

import pytest
from blocking import BY_HAND, CLIENT, made, meaning, sources, twin


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_the_blocking_client_is_made_of_the_asynchronous_one(source):
    """Each module of it is what tests/support/blocking.py makes, token by token."""
    assert meaning(made(source.read_text())) == meaning(twin(source).read_text())


def test_each_module_has_its_twin():
    """Neither has a module that the other lacks."""
    ours, theirs = ({path.name for path in (CLIENT / folder).glob("*.py")} for folder in ("awaiting", "blocking"))

    assert ours == theirs
    assert BY_HAND <= ours


def test_nothing_that_waits_is_left():
    """Names, text and comments of the blocking client tell of nothing asynchronous."""
    texts = {twin(source).name: twin(source).read_text().lower() for source in sources()}

    assert [] == [name for name, text in texts.items() if "async" in text or "await " in text]
