"""The scanner finds the line of every key that tomllib finds, and nothing else."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given, reject
from hypothesis import strategies as st

from leadreturns.readers.policy_lines import Path, key_lines

TRICKY = """\
# a comment with [brackets] and "quotes
version = 1
"quoted key" = 'single # no comment'
dotted.key.one = 1
dotted."key two" = 2

[plain]   # a section
text = \"\"\"
[not.a.section]
key = "not a key"
ends with two quotes \"\"\"\"\"
after = 1
literal = '''
[neither]
'''''
escaped = "a \\" quote # and a hash"

[plain.sub."x.y"]
list = [
    # a comment ] inside
    "one", "two",

    { a = 1, b = [1, 2] },
    "]",
]
inline = { "k ey" = 1, deep = { er = "}" } }
date = 1979-05-27 07:32:00  # blank between date and time

[[many]]
name = "first"
[many.child]
x = 1
[[many.parts]]
y = 1
[[many.parts]]
y = 2

[[many]]
name = "second"
[many.child]
x = 2
"""


def test_lines_of_a_text_with_every_shape_of_toml() -> None:
    lines = key_lines(TRICKY)
    rows = TRICKY.split("\n")
    expected: dict[Path, str] = {
        ("version",): "version = 1",
        ("quoted key",): "\"quoted key\" = 'single # no comment'",
        ("dotted", "key", "one"): "dotted.key.one = 1",
        ("dotted", "key two"): 'dotted."key two" = 2',
        ("plain",): "[plain]   # a section",
        ("plain", "after"): "after = 1",
        ("plain", "literal"): "literal = '''",
        ("plain", "escaped"): 'escaped = "a \\" quote # and a hash"',
        ("plain", "sub", "x.y"): '[plain.sub."x.y"]',
        ("plain", "sub", "x.y", "list", 0): '    "one", "two",',
        ("plain", "sub", "x.y", "list", 1): '    "one", "two",',
        ("plain", "sub", "x.y", "list", 2, "b", 1): "    { a = 1, b = [1, 2] },",
        ("plain", "sub", "x.y", "list", 3): '    "]",',
        ("plain", "sub", "x.y", "inline", "deep", "er"): 'inline = { "k ey" = 1, deep = { er = "}" } }',
        ("plain", "sub", "x.y", "date"): "date = 1979-05-27 07:32:00  # blank between date and time",
        ("many", 0, "name"): 'name = "first"',
        ("many", 1, "name"): 'name = "second"',
        ("many", 0, "parts", 1): "[[many.parts]]",
    }
    assert {path: rows[lines[path] - 1] for path in expected} == expected
    assert lines["many", 0, "child", "x"] < lines["many", 0, "parts", 0, "y"] < lines["many", 1, "child", "x"]


def test_every_value_has_a_line_and_every_line_a_value() -> None:
    assert set(key_lines(TRICKY)) == set(paths_of(tomllib.loads(TRICKY)))


def test_windows_line_ends_count_once() -> None:
    assert key_lines("a = 1\r\n\r\n[b]\r\nc = 2\r\n") == {("a",): 1, ("b",): 3, ("b", "c"): 4}


def paths_of(value: Any, path: Path = ()) -> list[Path]:
    """Every path into a parsed TOML value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[Path] = []
    for step, part in steps:
        found += [(*path, step), *paths_of(part, (*path, step))]
    return found


keys = st.from_regex(r"[a-z]{1,4}|\"[a-z #.\[\]=]{0,5}\"", fullmatch=True)
texts = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
values = st.recursive(
    st.sampled_from(["1", "true", "2026-09-01", "1.5", '"""\na = [\n"""', "'''\n\n#'''"]) | texts,
    lambda inner: st.lists(inner, max_size=3).map(lambda members: "[\n" + ",\n ".join(members) + "]"),
    max_leaves=5,
)
pairs = st.dictionaries(keys, values, max_size=4).map(
    lambda found: "".join(f"{key} = {value} # note [x]\n" for key, value in found.items())
)
documents = st.tuples(pairs, st.dictionaries(st.from_regex(r"[A-Z]{1,3}", fullmatch=True), pairs, max_size=3)).map(
    lambda parts: parts[0] + "".join(f"\n[{name}]\n{body}" for name, body in parts[1].items())
)


@given(documents)
def test_any_document_has_exactly_the_paths_that_tomllib_reads(document: str) -> None:
    try:
        tomllib.loads(document)
    except tomllib.TOMLDecodeError:
        reject()  # a and "a" are the same key
    assert set(key_lines(document)) == set(paths_of(tomllib.loads(document)))
