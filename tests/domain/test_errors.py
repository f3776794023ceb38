"""The tree of refusals."""

from __future__ import annotations

import inspect
import re

import pytest

from mockserver.domain import errors
from mockserver.domain.errors import BadInput, MockserverError

CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, MockserverError) and kind is not MockserverError
]


def drawn_tree():
    """(class, parent) as the drawing at the top of the module has them."""
    parents = {0: "MockserverError"}
    for line in (errors.__doc__ or "").splitlines():
        branch = re.match(r"( +(?:│   )*)[├└]── (.*)", line)
        if branch is None:
            continue
        depth = (len(branch[1]) - 4) // 4
        for name in re.split(r", ?", branch[2].partition("  ")[0].rstrip(",")):
            parents[depth + 1] = name
            yield name, parents[depth]


def test_every_refusal_is_in_the_drawn_tree():
    """The drawing names every class with its parent, and no other."""
    assert {(kind.__name__, kind.__base__.__name__) for kind in CLASSES} == set(drawn_tree())


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_refusal_carries_a_message_and_a_hint(kind):
    """The message is for this time, the hint of the class unless another is given."""
    plain, hinted = kind("the reason"), kind("the reason", hint="do this")

    assert "the reason" == plain.message == str(plain)
    assert kind.hint == plain.hint
    assert "do this" == hinted.hint


def test_a_hint_of_one_refusal_is_not_that_of_the_next():
    """An own hint stays with its instance."""
    before = BadInput.hint
    BadInput("one", hint="only here")

    assert before == BadInput("two").hint


def test_bad_input_says_where_it_was():
    """`where` names the field, empty if there is none."""
    assert "speed" == BadInput("too fast", where="speed").where
    assert "" == BadInput("too fast").where
