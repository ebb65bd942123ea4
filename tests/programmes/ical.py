"""A tiny reader of iCalendar, independent of the library that the product writes with."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One content line: what a reader other than icalendar makes of it."""

    name: str
    parameters: dict[str, str]
    value: str


def unfolded(content: bytes) -> list[str]:
    """Undo the folding on octets, then decode: a split character would show."""
    return content.replace(b"\r\n ", b"").decode("utf-8").removesuffix("\r\n").split("\r\n")


def parsed(content: bytes) -> list[Line]:
    return [parsed_line(line) for line in unfolded(content)]


def parsed_line(line: str) -> Line:
    head, value = split_once_outside_quotes(line)
    name, *parameters = re.findall(r'(?:[^;"]|"[^"]*")+', head)
    pairs = (parameter.split("=", 1) for parameter in parameters)
    return Line(name, {key: word.strip('"') for key, word in pairs}, value)


def split_once_outside_quotes(line: str) -> tuple[str, str]:
    head = re.match(r'(?:[^:"]|"[^"]*")*', line)
    assert head is not None
    return head.group(), line[head.end() + 1 :]


def unescaped(value: str) -> str:
    """Read a value of type TEXT, where a bare comma or semicolon would separate values."""
    assert set(re.sub(r"\\.", "", value)) & set(",;\\") == set()
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)


def values(content: bytes, name: str) -> list[str]:
    return [line.value for line in parsed(content) if line.name == name]


def only(content: bytes, name: str) -> Line:
    (line,) = [line for line in parsed(content) if line.name == name]
    return line


def names(content: bytes) -> list[str]:
    return [line.name for line in parsed(content)]
