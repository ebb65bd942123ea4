"""What a holding is: a table with rows about a person, and what each of its columns means to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from registrar.db import Base
from registrar.people.models import Person

NUMBER = "Number of the row."
INTERNAL = "Says nothing about you: how the machine keeps order."

Of = Callable[[Person], ColumnElement[bool]]


@dataclass(frozen=True)
class Holding:
    """A table with rows about a person: what it is for, which rows are theirs, what each column means."""

    model: type[Base]
    meaning: str
    of: Of
    columns: Mapping[str, str]
    withheld: Mapping[str, str]
    """Columns that are not exported, each with the reason."""
