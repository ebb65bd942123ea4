"""One line to the mail server: it carries one mail after the other, over a connection that it opens when needed."""

import ssl
from collections import deque
from dataclasses import dataclass

from registrar.mail.addresses import BadAddress, wire_address
from registrar.mail.connection import Connection
from registrar.mail.rules import Outcome, OutcomeKind, Stage, outcome
from registrar.mail.smtp_url import Security, SmtpServer
from registrar.mail.wire import Refused, Steps, Wish

_HEADERS_END = b"\r\n\r\n"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail to hand over to one recipient; `number` is how its sender knows it."""

    number: int
    envelope_from: str
    to: str
    data: bytes


Ended = tuple[Parcel, Outcome | Exception]
"""What became of a parcel: the server's word, or a fault of the program at this one."""


class Line:
    """Moved on by `step` whenever what it waits for has come; says what that is by `wish`."""

    def __init__(self, server: SmtpServer, tls: ssl.SSLContext, ended: deque[Ended]) -> None:
        self._server = server
        self._tls = tls
        self._ended = ended
        self._connection: Connection | None = None
        self._waiting: Parcel | None = None
        self._is_begun_ahead = False
        self.parcel: Parcel | None = None
        self.is_dotted = False
        """Whether the final dot has been sent, so that only the answer is awaited."""
        self.wish = Wish.MAIL
        self._steps = self._work()
        next(self._steps)

    @property
    def encryption(self) -> str | None:
        """The version of TLS, if the line is connected and encrypted."""
        return self._connection.encryption if self._connection else None

    @property
    def is_idle(self) -> bool:
        return self.wish is Wish.MAIL and self._waiting is None

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    def fileno(self) -> int:
        return self._live().fileno()

    def is_overdue(self, at: float) -> bool:
        """Tell whether what the server should have done is not done at this monotonic time."""
        return self.wish in (Wish.READ, Wish.WRITE) and self._connection is not None and at >= self._connection.deadline

    def deadline(self) -> float:
        """Return the monotonic time at which what is awaited is overdue."""
        return self._live().deadline

    def carry(self, parcel: Parcel) -> None:
        """Begin with a parcel; the line must be idle."""
        self._waiting = parcel
        self.step()

    def step(self) -> None:
        """Go on until something is waited for."""
        self.wish = next(self._steps)

    def expire(self) -> None:
        """Go on without what is overdue."""
        self.wish = self._steps.throw(TimeoutError("No answer in time."))

    def finish(self, following: Parcel | None) -> None:
        """Send the final dot, now that the marker is committed; `following` is what this line carries next."""
        self._waiting = following
        self.step()

    def abandon(self) -> Parcel | None:
        """Drop what has not been marked, without the final dot, so that it is certainly not sent; return it."""
        if self.is_dotted:
            abandoned, self._waiting = self._waiting, None
            return abandoned
        abandoned = self.parcel
        if abandoned is None:
            return None
        self._drop()
        self._restart()
        return abandoned

    def _restart(self) -> None:
        self._steps.close()
        self.parcel = self._waiting = None
        self.is_dotted = False
        self._steps = self._work()
        self.step()

    def close(self) -> None:
        """Take leave of the server; what is under way is dropped without a word and forgotten."""
        if self.is_idle:
            self._leave()
        self._drop()
        self._restart()

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.quit()
            self._connection = None

    def _work(self) -> Steps[None]:
        while True:
            if self._waiting is None and self._is_begun_ahead:
                self._drop()
            while self._waiting is None:
                yield Wish.MAIL
            self.parcel, self._waiting = self._waiting, None
            yield from self._carry(self.parcel)

    def _carry(self, parcel: Parcel) -> Steps[None]:
        try:
            yield from self._hand_over(parcel)
            yield Wish.MARKER
            yield from self._end_with_dot(parcel)
        except Refused as no:
            self._end(parcel, outcome(no.stage, no.code, no.text))
            yield from self._recover()
        except Exception as error:  # noqa: BLE001 - whatever one parcel does, the others leave
            self._drop()
            self._end(parcel, error)

    def _end(self, parcel: Parcel, result: Outcome | Exception) -> None:
        self.parcel, self.is_dotted = None, False
        self._ended.append((parcel, result))

    def _hand_over(self, parcel: Parcel) -> Steps[None]:
        if self._is_begun_ahead and (yield from self._was_begun()):
            yield from self._live().send_body(parcel.data)
            return
        sender = wire_address(parcel.envelope_from) if parcel.envelope_from else ""
        try:
            recipient = wire_address(parcel.to)
        except BadAddress as error:
            raise Refused(Stage.RCPT, 553, f"5.1.3 {error}") from error
        connection = yield from self._begun(parcel, sender, recipient)
        yield from connection.send_body(parcel.data)

    def _was_begun(self) -> Steps[bool]:
        """Read the answers to what went out with the last dot; False where the connection failed at once."""
        self._is_begun_ahead = False
        try:
            yield from self._live().read_begun()
        except Refused as no:
            if no.stage is not Stage.MAIL or no.code not in (None, 421):
                raise
            self._drop()
            return False
        return True

    def _begun(self, parcel: Parcel, sender: str, recipient: str) -> Steps[Connection]:
        """Return a connection with the transaction begun, a new one where the kept one turns out to be dead."""
        if self._connection is not None and self._connection.is_fresh():
            try:
                yield from self._connection.begin(_beginning(self._connection, sender, recipient, parcel.data))
                return self._connection
            except Refused as no:
                if no.stage is not Stage.MAIL or no.code not in (None, 421):
                    raise
                self._drop()
        self._leave()
        self._connection = Connection(self._server)
        yield from self._opened(self._connection)
        yield from self._connection.begin(_beginning(self._connection, sender, recipient, parcel.data))
        return self._connection

    def _opened(self, connection: Connection) -> Steps[None]:
        if self._server.password and self._server.security is Security.PLAIN and self._server.host not in LOOPBACK:
            raise Refused(Stage.AUTH, 504, "5.7.4 A password is not sent over a connection that is not secure.")
        yield from connection.open(self._tls)

    def _end_with_dot(self, parcel: Parcel) -> Steps[None]:
        connection, self.is_dotted = self._live(), True
        code, text = yield from connection.send_dot(self._beginning_ahead(connection))
        result = outcome(Stage.DOT, code, text)
        if result.kind in (OutcomeKind.HOST_DEFERRED, OutcomeKind.IN_DOUBT):
            self._drop()
        self._end(parcel, result)

    def _beginning_ahead(self, connection: Connection) -> bytes:
        """Return the beginning of the next transaction where it can go with the final dot of this one (RFC 2920)."""
        parcel = self._waiting
        if parcel is None or not connection.takes("pipelining"):
            return b""
        try:
            sender, recipient = wire_address(parcel.envelope_from), wire_address(parcel.to)
            commands = _beginning(connection, sender, recipient, parcel.data)
        except (BadAddress, Refused):
            return b""  # told when its turn comes
        self._is_begun_ahead = True
        return b"".join(commands)

    def _recover(self) -> Steps[None]:
        """Keep the connection after a plain refusal; drop it after a farewell, a loss or an answer out of place."""
        if self._connection is None or self._connection.is_lost:
            return self._drop()
        try:
            yield from self._connection.reset()
        except Refused:
            self._drop()

    def _live(self) -> Connection:
        if self._connection is None:
            raise Refused(Stage.BODY, None, "The connection is closed.")
        return self._connection

    def _drop(self) -> None:
        self._is_begun_ahead = False
        if self._connection is not None:
            self._connection.drop()
            self._connection = None


def _beginning(connection: Connection, sender: str, recipient: str, data: bytes) -> list[bytes]:
    options = "".join(f" {option}" for option in _options(connection, sender, recipient, data))
    return [f"MAIL FROM:<{sender}>{options}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"]


def _options(connection: Connection, sender: str, recipient: str, data: bytes) -> list[str]:
    """Return what MAIL must announce (RFC 1870, 6152, 6531), or refuse where the server cannot take this mail."""
    options = [f"SIZE={len(data)}"] if connection.takes("size") else []
    plain = data.isascii()
    if not plain and connection.takes("8bitmime"):
        options.append("BODY=8BITMIME")
    headers_plain = plain or data.partition(_HEADERS_END)[0].isascii()
    if not (headers_plain and sender.isascii() and recipient.isascii()):
        if not connection.takes("smtputf8"):
            raise Refused(Stage.RCPT, 553, "5.6.7 The server takes no addresses outside ASCII.")
        options.append("SMTPUTF8")
    return options
