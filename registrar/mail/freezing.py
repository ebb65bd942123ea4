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


class Key:
    """A key whose hash is taken once, because it may be long and is asked for with each mail."""

    __slots__ = ("_hash", "_value")

    def __init__(self, value: object) -> None:
        self._value = value
        self._hash = hash(value)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Key) and self._value == other._value)


class Keys:
    """The keys of one batch, in which nothing that has been composed changes any more; not for longer than that.

    Many drafts of a batch share one mapping, so that its key is made once. It is kept beside its key, so that no other
    mapping can come to stand in its place.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[Mapping[str, object], Key]] = {}

    def of(self, values: Mapping[str, object]) -> Key:
        """Return the key for these values, or raise `CannotFreeze`."""
        made = self._made.get(id(values))
        if made is None:
            made = self._made[id(values)] = (values, Key(frozen(values)))
        return made[1]


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
