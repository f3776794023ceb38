"""Makes the blocking client of the asynchronous one: the same tokens without what waits.

    python tests/support/blocking.py && ruff format mockserver/testing/client/blocking

A test in tests/house makes it again and compares, so that the two cannot drift apart.
"""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "mockserver/testing/client"
# What each side has by hand.
BY_HAND = {"__init__.py", "transport.py"}
HEADING = "# Made of ../awaiting by tests/support/blocking.py: change it there.\n"

_NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
    "awaiting": "blocking",
}
_LEFT_OUT = {"async", "await"}
_IN_TEXT = ((re.compile(r"\b(?:await|async) "), ""), (re.compile(r"\bAsync(?=[A-Z])"), ""))


def sources() -> list[Path]:
    """The modules that both have, in the asynchronous one."""
    return sorted(path for path in (CLIENT / "awaiting").glob("*.py") if path.name not in BY_HAND)


def twin(source: Path) -> Path:
    return CLIENT / "blocking" / source.name


def made(text: str) -> str:
    """The blocking module of an asynchronous one; layout is left to the formatter."""
    lines = text.splitlines(keepends=True)
    place, parts = (1, 0), [HEADING]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        gap = _between(lines, place, token.start)
        place = token.end
        if token.type == tokenize.NAME and token.string in _LEFT_OUT:
            # Its blank goes with it.
            place = (token.end[0], token.end[1] + 1)
            parts.append(gap)
        else:
            parts += [gap, _said(token)]
    return "".join(parts)


def meaning(text: str) -> list[str]:
    """What a module says, however it is laid out: its tokens but for line breaks inside of statements."""
    layout = {tokenize.NL, tokenize.ENCODING}
    return [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in layout and token.type not in {tokenize.NEWLINE, tokenize.ENDMARKER}
    ]


def _said(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return _NAMES.get(token.string) or re.sub(r"^Async(?=[A-Z])", "", token.string)
    if token.type in {tokenize.STRING, tokenize.COMMENT}:
        text = token.string
        for pattern, instead in _IN_TEXT:
            text = pattern.sub(instead, text)
        return text
    return token.string


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The blanks between two tokens."""
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]] if start[0] <= len(lines) else ""
    rows = [lines[start[0] - 1][start[1] :], *lines[start[0] : end[0] - 1]]
    last = lines[end[0] - 1][: end[1]] if end[0] <= len(lines) else ""
    return "".join([*rows, last])


def main() -> None:
    for source in sources():
        twin(source).write_text(made(source.read_text()))


if __name__ == "__main__":
    main()
