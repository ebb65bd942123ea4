"""An IMAP mailbox with reports (RFC 3501): unseen ones are fetched, and marked as seen once they are stored."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from registrar.mail.bounces.parsing import MOST_BYTES

TIMEOUT_SECONDS = 20.0
AT_ONCE = 200
PORTS = {"imaps": 993, "imap+starttls": 143, "imap": 143}
FAULTS = (imaplib.IMAP4.error, OSError)
"""What is raised when the server is away, refuses, or hangs."""


class ImapMailbox:
    """One folder of a mailbox, connected for as long as it takes to read what is new; `FAULTS` may be raised."""

    source = "imap"

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        tls = tls or ssl.create_default_context()
        if parts.scheme == "imaps":
            self._server: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, port, ssl_context=tls, timeout=timeout)
        else:
            self._server = imaplib.IMAP4(host, port, timeout=timeout)
        try:
            if parts.scheme == "imap+starttls":
                self._server.starttls(tls)
            self._server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            self._must(self._server.select(_quoted(unquote(parts.path.lstrip("/")) or "INBOX")))
        except BaseException:
            self.close()
            raise

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Yield what nobody has seen, as far as it is ever read; it stays unseen until `done`."""
        found = self._must(self._server.uid("SEARCH", "UNSEEN"))
        for uid in (found[0] or b"").decode("ascii").split()[:AT_ONCE]:
            fetched = self._must(self._server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
            if raw := next((part[1] for part in fetched if isinstance(part, tuple)), None):
                yield uid, raw

    def done(self, uid: str) -> None:
        """Mark a report as seen."""
        self._must(self._server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))

    def close(self) -> None:
        """Say goodbye; a server that is gone is let go."""
        try:
            self._server.logout()
        except FAULTS:
            with suppress(*FAULTS):
                self._server.shutdown()

    def _must(self, answer: tuple[str, list[Any]]) -> list[Any]:
        kind, data = answer
        if kind != "OK":
            raise self._server.error(f"The mailbox answered {kind}.")
        return data


def _quoted(folder: str) -> str:
    """Return a folder's name as a quoted string."""
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
