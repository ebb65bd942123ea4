"""Hands prepared mail to a server over a kept-open connection, one recipient at a time, and says what became of it."""

import ssl
from collections.abc import Callable
from typing import Protocol

from registrar.mail.addresses import BadAddress, wire_address
from registrar.mail.connection import Connection, Refused
from registrar.mail.rules import Outcome, OutcomeKind, Stage, outcome
from registrar.mail.smtp_url import SmtpServer

_HEADERS_END = b"\r\n\r\n"


class Transport(Protocol):
    """Where the worker hands over a mail.

    `before_final_dot` is called at most once, when all but the end has been handed over; what it raises goes to the
    caller, and the mail is then certainly not sent.
    """

    def deliver(self, envelope_from: str, to: str, data: bytes, before_final_dot: Callable[[], None]) -> Outcome: ...

    def close(self) -> None: ...


class SmtpTransport:
    """One worker's connection to the server, opened when needed; not for use by two threads at once."""

    def __init__(self, server: SmtpServer, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls = tls or ssl.create_default_context()
        self._connection: Connection | None = None

    def deliver(self, envelope_from: str, to: str, data: bytes, before_final_dot: Callable[[], None]) -> Outcome:
        """Send one mail to one person; an empty `envelope_from` is the null sender.

        A bad recipient is an outcome; a bad sender is a fault of the program and raises `BadAddress`.
        """
        sender = wire_address(envelope_from) if envelope_from else ""
        try:
            recipient = wire_address(to)
        except BadAddress as error:
            return outcome(Stage.RCPT, 553, f"5.1.3 {error}")
        try:
            connection = self._begun(sender, recipient, data)
            self._send_body(connection, data)
        except Refused as no:
            return outcome(no.stage, no.code, no.text)
        return self._finish(connection, before_final_dot)

    def close(self) -> None:
        """Take leave of the server, if there is a connection."""
        if self._connection is not None:
            self._connection.quit()
            self._connection = None

    def _begun(self, sender: str, recipient: str, data: bytes) -> Connection:
        """Return a connection with the transaction begun, a new one where the kept one turns out to be dead."""
        if self._connection is not None and self._connection.is_fresh():
            try:
                return self._begin(self._connection, sender, recipient, data)
            except Refused as no:
                if no.stage is not Stage.MAIL or no.code not in (None, 421):
                    raise
        self.close()
        self._connection = Connection(self._server, self._tls)
        return self._begin(self._connection, sender, recipient, data)

    def _begin(self, connection: Connection, sender: str, recipient: str, data: bytes) -> Connection:
        try:
            connection.begin(sender, recipient, _options(connection, sender, recipient, data))
        except Refused as no:
            self._recover(connection, no)
            raise
        return connection

    def _send_body(self, connection: Connection, data: bytes) -> None:
        try:
            connection.send_body(data)
        except Refused:
            self._drop()
            raise

    def _finish(self, connection: Connection, before_final_dot: Callable[[], None]) -> Outcome:
        try:
            before_final_dot()
        except BaseException:
            self._drop()
            raise
        try:
            code, text = connection.send_dot()
        except Refused as no:
            self._drop()
            return outcome(no.stage, no.code, no.text)
        result = outcome(Stage.DOT, code, text)
        if result.kind in (OutcomeKind.HOST_DEFERRED, OutcomeKind.IN_DOUBT):
            self._drop()
        return result

    def _recover(self, connection: Connection, no: Refused) -> None:
        """Keep the connection after a plain refusal; drop it after a farewell, a loss or an answer out of place."""
        if no.code is None or no.code == 421 or not 400 <= no.code < 600:
            self._drop()
            return
        try:
            connection.reset()
        except Refused:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.drop()
            self._connection = None


def _options(connection: Connection, sender: str, recipient: str, data: bytes) -> list[str]:
    """Return what MAIL must announce (RFC 1870, 6152, 6531), or refuse where the server cannot take this mail."""
    headers = data.partition(_HEADERS_END)[0]
    options = [f"SIZE={len(data)}"] if connection.takes("size") else []
    if not data.isascii() and connection.takes("8bitmime"):
        options.append("BODY=8BITMIME")
    if not (headers.isascii() and sender.isascii() and recipient.isascii()):
        if not connection.takes("smtputf8"):
            raise Refused(Stage.RCPT, 553, "5.6.7 The server takes no addresses outside ASCII.")
        options.append("SMTPUTF8")
    return options
