"""Every key is found on its line, whatever stands in the text."""

import tomllib
from pathlib import Path as File

from registrar.programmes.toml_lines import lines_of, name_of

CATALOGUE = File(__file__).parents[2] / "config" / "catalogue" / "we-are-museums.toml"
TEXT = r'''# [[not]] a = "table"
top = 1
[plain]
a.b = "# no comment [ { \" ="   # [[no]]
"quoted key" = 'it [is'
[[list]]
one = [
  # between
  { name = "a", tags = ["x",
    "y"] },

  { name = "b" },
]
text = """
[[list]]
one = 5 \""" still inside """"
when = 2020-01-01 10:00:00
[[list.inner]]
x = -1.5
[[list]]
  [[list.inner]]
  [[list.inner]]
  x = [[1], [2, 3]]
[list.table]
y = {}
[far.away]
z = 0
'''


def test_every_key_table_and_item_stands_on_its_line() -> None:
    text = TEXT
    assert {name_of(path): line for path, line in lines_of(text).items()} == {
        "top": 2,
        "plain": 3,
        "plain.a": 4,
        "plain.a.b": 4,
        "plain.quoted key": 5,
        "list": 6,
        "list[0]": 6,
        "list[0].one": 7,
        "list[0].one[0]": 9,
        "list[0].one[0].name": 9,
        "list[0].one[0].tags": 9,
        "list[0].one[0].tags[0]": 9,
        "list[0].one[0].tags[1]": 10,
        "list[0].one[1]": 12,
        "list[0].one[1].name": 12,
        "list[0].text": 14,
        "list[0].when": 17,
        "list[0].inner": 18,
        "list[0].inner[0]": 18,
        "list[0].inner[0].x": 19,
        "list[1]": 20,
        "list[1].inner": 21,
        "list[1].inner[0]": 21,
        "list[1].inner[1]": 22,
        "list[1].inner[1].x": 23,
        "list[1].inner[1].x[0]": 23,
        "list[1].inner[1].x[0][0]": 23,
        "list[1].inner[1].x[1]": 23,
        "list[1].inner[1].x[1][0]": 23,
        "list[1].inner[1].x[1][1]": 23,
        "list[1].table": 24,
        "list[1].table.y": 25,
        "far": 26,
        "far.away": 26,
        "far.away.z": 27,
    }


def paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return the way to everything that a TOML value holds, itself included."""
    if isinstance(value, dict):
        return {path}.union(*(paths(item, (*path, key)) for key, item in value.items()))
    if isinstance(value, list):
        return {path}.union(*(paths(item, (*path, number)) for number, item in enumerate(value)))
    return {path}


def test_the_paths_are_those_that_tomllib_reads() -> None:
    for text in (TEXT, CATALOGUE.read_text()):
        assert lines_of(text).keys() == paths(tomllib.loads(text)) - {()}


def test_windows_line_ends_count_once() -> None:
    assert lines_of("a = 1\r\n\r\nb = 2\r\n") == {("a",): 1, ("b",): 3}
