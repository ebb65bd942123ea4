"""What the planner's forms check of addresses, and the form in which their fields take choices."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Return pairs of value and label as choices."""
    return [SelectChoice(value, label) for value, label in pairs]


def grouped_options(groups: Mapping[str, Iterable[tuple[str, str]]]) -> list[SelectChoice]:
    """Return pairs of value and label under the headings of their groups."""
    return [
        SelectChoice(value, label, optgroup=name or None) for name, pairs in groups.items() for value, label in pairs
    ]


def https_only(form: Form, field: Field) -> None:
    """Refuse what is not an address that begins with https://."""
    if field.data and not is_https(field.data):
        raise ValidationError(_l("Enter an address that begins with https://"))


def is_https(address: str) -> bool:
    """Tell whether this is a plain https address: a host, no credentials, no white space."""
    try:
        parts = urlsplit(address)
        port_is_fine = parts.port != 0
    except ValueError:
        return False
    plain = not any(character.isspace() or character in '<>"\\' for character in address)
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and port_is_fine and plain
