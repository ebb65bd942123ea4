"""Values of a draft as a key: two drafts with equal keys read the same."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from uuid import UUID

from markupsafe import Markup

_PLAIN = frozenset({str, int, bool, bytes, type(None), Markup, date, timedelta, UUID})

_SAME_AND_WRITTEN_OTHERWISE = frozenset({float, Decimal})
"""`1.0` and `1.00` are equal decimals."""


class CannotFreeze(TypeError):  # noqa: N818 - it says what cannot be done
    """A value may change, or reads other things than itself: a row of the database, a text in the reader's language."""


def frozen(value: object) -> object:
    """Return a key for the value; types count, for `1` and `True` are equal and do not read the same."""
    kind = type(value)
    if kind in _PLAIN or isinstance(value, Enum):
        return kind, value
    if kind in _SAME_AND_WRITTEN_OTHERWISE:
        return kind, str(value)
    if isinstance(value, datetime | time):
        return kind, value.isoformat(), str(value.tzinfo), value.fold
    if isinstance(value, Mapping):
        return kind, *[
            (key, type(each), each) if type(each) in _PLAIN else (key, frozen(each)) for key, each in value.items()
        ]
    if isinstance(value, list | tuple):
        return kind, tuple([frozen(each) for each in value])
    if is_dataclass(value) and kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]  # typeshed leaves it out
        return kind, tuple([frozen(getattr(value, field.name)) for field in fields(value)])
    raise CannotFreeze(kind.__name__)
