"""What the planner's forms check of addresses."""

from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError


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
