"""What a check of the doctor says: how it stands, what was looked at, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

FAULT = "This is a fault; tell us."
"""The remedy where nobody but the makers can have gone wrong."""


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor."""

    level: Level
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.text}" + (f"\n      → {self.remedy}" if self.remedy else "")


def ok(text: str) -> Finding:
    return Finding(Level.OK, text)


def warn(text: str, remedy: str) -> Finding:
    return Finding(Level.WARN, text, remedy)


def fail(text: str, remedy: str) -> Finding:
    return Finding(Level.FAIL, text, remedy)


def expect(found: int, good: str, bad: str, remedy: str) -> Finding:
    """Say that nothing is wrong, or fail with how many things are; `bad` holds `{n}`."""
    return fail(bad.format(n=found), remedy) if found else ok(good)
