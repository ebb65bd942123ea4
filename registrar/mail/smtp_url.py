"""Where mail is handed over: the server's address, security and patience, read from one url."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit


class BadSmtpUrl(ValueError):  # noqa: N818 - it names what was given
    """The url names no mail server; the message never repeats the url, which may hold a password."""


class Security(StrEnum):
    PLAIN = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


DEFAULT_PORTS = {Security.PLAIN: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait: for the connection and its greeting, for an answer, for the answer to the final dot.

    The last is long, because giving up there leaves the mail in doubt (RFC 5321, 4.5.3.2.6 asks for ten minutes).
    `idle` is how long a kept-open connection is trusted.
    """

    connect: float = 10.0
    answer: float = 60.0
    final: float = 300.0
    idle: float = 30.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`hello` is the name we give: a domain, or an address literal where there is none."""

    host: str
    port: int
    security: Security = Security.PLAIN
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    hello: str = "[127.0.0.1]"
    timeouts: Timeouts = Timeouts()


def parse_smtp_url(url: str) -> SmtpServer:
    """Read `smtp://`, `smtp+starttls://` or `smtps://`, with `user:password@` (percent-encoded) and a port."""
    parts = _split(url)
    try:
        security = Security(parts.scheme)
    except ValueError:
        raise BadSmtpUrl("The mail server's url starts with smtp://, smtp+starttls:// or smtps://.") from None
    if not parts.hostname:
        raise BadSmtpUrl("The mail server's url names no host.")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadSmtpUrl("The mail server's url ends after the host and the port.")
    username, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    if (username is None) != (password is None):
        raise BadSmtpUrl("The mail server's url needs both a user and a password, or neither.")
    if not f"{username}{password}".isascii():
        raise BadSmtpUrl("The user and the password in the mail server's url can only be ASCII.")
    return SmtpServer(_host(parts.hostname), parts.port or DEFAULT_PORTS[security], security, username, password)


def _host(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadSmtpUrl("The mail server's url names a host that cannot be.") from None


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise BadSmtpUrl("The mail server's url has a host or port that cannot be read.") from None
    return parts
