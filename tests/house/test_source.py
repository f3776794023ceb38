from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

LONGEST_FILE = 300
LONGEST_FUNCTION = 45
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
# The wall is read in one place; everything else asks a clock. Nothing sleeps anywhere: a wait is a timer.
HOME_OF_TIME = Path("mockserver/engine/clock.py")
READS_TIME = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
BARE_NOQA = re.compile(r"#\s*noqa(?!:\s*[A-Z]+\d+)", re.IGNORECASE)
BARE_TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)")
EMPTY_QUIRK = re.compile(r"#\s*Quirk:?\s*$|#\s*Quirk(?!:)|#\s*quirk", re.MULTILINE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_a_file_is_read_in_one_sitting(root, modules):
    """No module is longer than 300 lines."""
    lengths = {str(path): len((root / path).read_text().splitlines()) for path in modules}

    assert {} == {path: length for path, length in lengths.items() if length > LONGEST_FILE}


def test_a_function_fits_on_a_screen(root, modules):
    """No function is longer than 45 lines."""
    lengths = {
        f"{path}:{function.lineno} {function.name}": function.end_lineno - function.lineno + 1
        for path in modules
        for function in _functions(root / path)
    }

    assert {} == {place: length for place, length in lengths.items() if length > LONGEST_FUNCTION}


def test_modules_are_nouns_of_the_problem(modules):
    """No module is called after nothing in particular."""
    assert [] == [str(path) for path in modules if VAGUE_NAMES & {*path.parts, path.stem}]


def test_nothing_sleeps(root, modules):
    """Neither the server nor a test waits by sleeping."""
    tests = sorted(path.relative_to(root) for path in (root / "tests").rglob("*.py"))

    assert [] == [
        f"{path}:{node.lineno}" for path in [*modules, *tests] for node in _nodes(root / path) if _is_sleep(node)
    ]


def test_time_has_one_home(root, modules):
    """Only the clock reads the time of day."""
    elsewhere = [path for path in modules if path != HOME_OF_TIME]

    assert [] == [f"{path}:{node.lineno}" for path in elsewhere for node in _nodes(root / path) if _reads_time(node)]


def test_the_domain_knows_no_time_at_all(root, modules):
    """The domain is told what time it is and imports no module that could tell."""
    imported = {
        (str(path), name)
        for path in modules
        if path.parts[1] == "domain"
        for node in _nodes(root / path)
        for name in _imported(node)
    }

    assert set() == {(path, name) for path, name in imported if name in {"time", "asyncio", "anyio", "threading"}}


def test_a_silenced_check_is_named(root, modules):
    """Every noqa and every ignored type error carries its code."""
    places = [
        f"{path}:{number}"
        for path in modules
        for number, line in enumerate((root / path).read_text().splitlines(), 1)
        if BARE_NOQA.search(line) or BARE_TYPE_IGNORE.search(line)
    ]

    assert [] == places


def test_a_quirk_is_told(root, modules):
    """A comment that marks a vendor's oddity says which."""
    assert [] == [str(path) for path in modules if EMPTY_QUIRK.search((root / path).read_text())]


def test_tests_read_as_the_specification(root):
    """Every test says in its docstring which behaviour it is about."""
    silent = [
        f"{path.relative_to(root)}:{function.lineno} {function.name}"
        for path in sorted((root / "tests").rglob("test_*.py"))
        for function in _functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]

    assert [] == silent


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text()))


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in _nodes(path) if isinstance(node, Function))


def _is_sleep(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "sleep" for alias in node.names)
    return isinstance(node, ast.Attribute) and node.attr == "sleep"


def _reads_time(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom) and node.module == "time":
        return any(alias.name in {"time", "time_ns", "localtime", "gmtime"} for alias in node.names)
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return (owner, node.attr) in READS_TIME


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return [(node.module or "").partition(".")[0]] if isinstance(node, ast.ImportFrom) else []
