"""Readers of single settings: each takes what a TOML file or a variable says and returns the value, or a ValueError.

No message repeats the text of an address or a key: it may hold a password.
"""

import difflib
import re
from collections.abc import Callable, Sequence
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import limits

Reader = Callable[[object], object]

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z")
SMTP_SCHEMES = frozenset({"smtp", "smtp+starttls", "smtps"})
IMAP_SCHEMES = frozenset({"imaps", "imap+starttls", "imap"})
SENDING_RATE = re.compile(r"(\*|[a-z0-9][a-z0-9.-]*) [1-9][0-9]{0,6}/(second|minute|hour|day)")
LONGEST_BOUNCE_LOCAL_PART = 24
POSTGRESQL_SCHEMES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
PLACEHOLDERS = ("change", "default", "example", "insecure", "password", "placeholder", "replace", "secret")
FEWEST_DIFFERENT_CHARACTERS = 8


def text(value: object) -> str:
    """Read text on one line."""
    if not isinstance(value, str) or not value.strip() or not value.strip().isprintable():
        raise ValueError("must be text on one line.")
    return value.strip()


def names(value: object) -> tuple[str, ...]:
    """Read a list: commas in a variable, an array in TOML."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ValueError("must be a list of texts.")
    return tuple(item.strip() for item in items if item.strip())


def yes_or_no(value: object) -> bool:
    """Read true or false."""
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise ValueError("must be true or false.")
    return word in YES


def whole_number(low: int, high: int) -> Reader:
    """Make a reader of the whole numbers from low to high, both included."""

    def read(value: object) -> int:
        digits = "" if isinstance(value, bool) else str(value).strip()
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
        if number is None or not low <= number <= high:
            raise ValueError(f"must be a whole number from {low} to {high}.")
        return number

    return read


def one_of(*choices: str) -> Reader:
    """Make a reader of one among a few words."""

    def read(value: object) -> str:
        word = text(value).lower()
        if word not in choices:
            raise ValueError(not_among(word, choices))
        return word

    return read


def not_among(word: str, choices: Sequence[str]) -> str:
    """Say which words are possible, and which of them was probably meant."""
    close = difflib.get_close_matches(word, choices, n=1)
    return f"must be one of {', '.join(choices)}.{f' Did you mean {close[0]}?' if close else ''}"


def timezone(value: object) -> str:
    """Read the name of a time zone that exists."""
    name = text(value)
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = difflib.get_close_matches(name, sorted(available_timezones()), n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise ValueError(f"no such time zone; write it like Europe/Paris.{hint}") from None


def folder(value: object) -> Path:
    """Read a folder; a relative one is below the folder the command was started in."""
    return Path(text(value)).expanduser().absolute()


def host_name(value: object) -> str:
    """Read a host name without a port."""
    name = text(value).lower()
    if not HOST_NAME.match(name):
        raise ValueError("must be a host name, like registrar.example.")
    return name


def mailbox(value: object) -> str:
    """Read one mail address, with or without a name before it."""
    _, address = parseaddr(text(value))
    local, _, domain = address.rpartition("@")
    if not local or " " in address or not HOST_NAME.match(domain.lower()):
        raise ValueError("must be a mail address, like We Are Museums <hello@registrar.example>.")
    return text(value)


def address(value: object) -> str:
    """Read one bare mail address, short enough to carry a token of its own."""
    bare = mailbox(value)
    local = bare.rpartition("@")[0]
    if parseaddr(bare)[1] != bare or len(local) > LONGEST_BOUNCE_LOCAL_PART or "+" in local:
        raise ValueError("must be a bare mail address with at most 24 characters and no + before the @.")
    return bare


def sending_rates(value: object) -> tuple[str, ...]:
    """Read `<group> <number>/<unit>`: for `*`, a group of domains or one domain, per second, minute, hour or day."""
    rates = names(value)
    if not all(SENDING_RATE.fullmatch(rate) for rate in rates):
        raise ValueError("must be rates, like * 600/minute, gmail 20/second.")
    return rates


def rate_limit(value: object) -> str:
    """Read a limit in the words of Flask-Limiter."""
    try:
        limits.parse_many(text(value))
    except ValueError:
        raise ValueError("must be a rate, like 60 per hour.") from None
    return text(value)


def base_url(value: object) -> str:
    """Read the public address: scheme, host and perhaps a port, nothing else."""
    parts = _address(value)
    complete = parts.scheme in {"http", "https"} and parts.hostname and HOST_NAME.match(parts.hostname)
    if not complete or parts.username is not None or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must be an address like https://registrar.example, without a path.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def smtp_url(value: object) -> str:
    """Read the address of a mail server."""
    parts = _address(value)
    known = parts.scheme in SMTP_SCHEMES and parts.hostname
    half_known = bool(parts.username) != bool(parts.password)
    if not known or half_known or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must be smtp://, smtp+starttls:// or smtps://, then user:password@ if needed, host and port.")
    return text(value)


def imap_url(value: object) -> str:
    """Read the address of a mailbox on an IMAP server."""
    parts = _address(value)
    complete = parts.scheme in IMAP_SCHEMES and parts.hostname and parts.username and parts.password
    if not complete or parts.query or parts.fragment:
        raise ValueError("must be imaps:// or imap+starttls://, then user:password@, host and perhaps /folder.")
    return text(value)


def database_url(value: object) -> str:
    """Read the address of a database, in SQLAlchemy's words; a relative SQLite path becomes absolute."""
    address, parts = text(value), _address(value)
    if parts.scheme in POSTGRESQL_SCHEMES and len(parts.path) > 1:
        return f"postgresql+psycopg:{address.partition(':')[2]}"
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1 and ":memory:" not in parts.path:
        return f"sqlite:///{folder(address.removeprefix('sqlite:///'))}"
    raise ValueError("must be sqlite:///path/to/file.db or postgresql://user:password@host/database.")


def _address(value: object) -> SplitResult:
    """Split an address; a port that is none is refused without repeating the text, which Python's message would."""
    try:
        parts = urlsplit(text(value))
        parts.port  # noqa: B018 - asked for its ValueError
    except ValueError:
        raise ValueError("is not an address: look at its host and port.") from None
    return parts


def weakness(key: str, shortest: int) -> str | None:
    """Say why a secret key must not be used, without the key; None if it may."""
    if len(key) < shortest:
        return f"is shorter than {shortest} characters."
    if any(word in key.lower() for word in PLACEHOLDERS):
        return "looks like a placeholder."
    if len(set(key)) < FEWEST_DIFFERENT_CHARACTERS:
        return "repeats too few characters."
    return None


def weaknesses(keys: Sequence[str], shortest: int) -> list[str]:
    """Name each unusable secret key by its number, never by its value; none at all is one too few."""
    if not keys:
        return [f"production needs a secret key of {shortest} characters or more; `openssl rand -hex 32` makes one."]
    return [f"key {number} {problem}" for number, key in enumerate(keys, 1) if (problem := weakness(key, shortest))]
