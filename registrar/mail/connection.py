"""One connection to a mail server: opened, greeted, secured, signed in; then one transaction after another."""

import base64
import socket
import ssl
import time
from collections.abc import Sequence

from registrar.mail.rules import Stage
from registrar.mail.smtp_url import Security, SmtpServer
from registrar.mail.stuffing import stuffed
from registrar.mail.wire import Refused, Steps, Wire, Wish

_HUNG_UP = "The server hung up before the end of the mail."


class Connection(Wire):
    """Every step raises `Refused`, and nothing else, when the server or the network does not play along."""

    def __init__(self, server: SmtpServer) -> None:
        super().__init__()
        self._server = server
        self._extensions: dict[str, str] = {}

    def open(self, tls: ssl.SSLContext) -> Steps[None]:
        """Connect, greet, secure and sign in."""
        try:
            yield from self._connect()
            if self._server.security is Security.TLS:
                yield from self._secure(tls)
            yield from self._expect(220)
            yield from self._hello()
            if self._server.security is Security.STARTTLS:
                yield from self._start_tls(tls)
            yield from self._sign_in()
        except BaseException:
            self.drop()
            raise

    def takes(self, extension: str) -> bool:
        """Whether the server's EHLO offered this extension."""
        return extension in self._extensions

    def is_fresh(self) -> bool:
        """Whether the server may be expected to listen still: used a moment ago, and no farewell has come."""
        if self.is_lost or time.monotonic() - self._used_at >= self._server.timeouts.idle:
            return False
        return not self._received and not self._has_spoken()

    def begin(self, commands: Sequence[bytes]) -> Steps[None]:
        """Name the sender and the one recipient, and ask to send the data."""
        if self.takes("pipelining"):
            self._await(Stage.MAIL, self._server.timeouts.answer)
            yield from self._send(b"".join(commands))
            yield from self.read_begun()
            return
        for stage, command in zip(_BEGINNING, commands, strict=True):
            self._await(stage, self._server.timeouts.answer)
            yield from self._send(command)
            code, text = yield from self._answer()
            self._check(code, text)

    def read_begun(self) -> Steps[None]:
        """Read the three answers of a pipelined beginning (RFC 2920); the first refusal counts."""
        refused: Refused | None = None
        for stage in _BEGINNING:
            self._await(stage, self._server.timeouts.answer)
            try:
                code, text = yield from self._answer()
                self._check(code, text)
                self.is_lost = refused is not None and stage is Stage.DATA  # it now takes all for the mail
            except Refused as no:
                refused = refused or no
                if no.code is None or no.code == 421:
                    break
        if refused:
            raise refused

    def _check(self, code: int | None, text: str) -> None:
        if code is None or code // 100 != (3 if self._stage is Stage.DATA else 2):
            self.is_lost = self.is_lost or code is None or code == 421 or not 400 <= code < 600
            raise Refused(self._stage, code, text)

    def send_body(self, data: bytes) -> Steps[None]:
        """Send all but the final dot, and see that the server still listens."""
        self._await(Stage.BODY, self._server.timeouts.answer)
        yield from self._send(stuffed(data))
        self._see_that_it_listens()

    def _see_that_it_listens(self) -> None:
        if self._received or self._has_spoken():
            self.is_lost = True
            raise Refused(Stage.BODY, None, _HUNG_UP)

    def send_dot(self, following: bytes = b"") -> Steps[tuple[int | None, str]]:
        """Send the final dot and return the answer: from here on a loss leaves the mail in doubt.

        `following` is the beginning of the next transaction, for a server that takes it in one go.
        """
        self._see_that_it_listens()
        self._await(Stage.DOT, self._server.timeouts.final)
        yield from self._send(b".\r\n" + following)
        return (yield from self._answer())

    def reset(self) -> Steps[None]:
        """Forget the transaction that was refused, so that another may follow."""
        self._await(Stage.MAIL, self._server.timeouts.answer)
        yield from self._send(b"RSET\r\n")
        code, text = yield from self._answer()
        self._check(code, text)

    def quit(self) -> None:
        """Say goodbye and close; the server's last word is not awaited."""
        try:
            if self._socket is not None:
                self._socket.send(b"QUIT\r\n")
        except OSError:
            pass  # it is gone already, or takes nothing more, which is as good
        finally:
            self.drop()

    def _connect(self) -> Steps[None]:
        try:
            found = socket.getaddrinfo(self._server.host, self._server.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise self._fault(error) from error
        for number, (family, kind, protocol, _, address) in enumerate(found, start=1):
            self._await(Stage.CONNECT, self._server.timeouts.connect)
            try:
                self._socket = socket.socket(family, kind, protocol)
                return (yield from self._reach(self._socket, address))
            except OSError as error:
                self.drop()
                if number == len(found):
                    raise self._fault(error) from error

    def _secure(self, tls: ssl.SSLContext) -> Steps[None]:
        secured = tls.wrap_socket(self._live(), server_hostname=self._server.host, do_handshake_on_connect=False)
        self._socket = secured
        while True:
            try:
                return secured.do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as wants:
                yield from self._wait(Wish.READ if isinstance(wants, ssl.SSLWantReadError) else Wish.WRITE)
            except OSError as error:
                raise self._fault(error) from error

    def _hello(self) -> Steps[None]:
        self._await(Stage.HELLO, self._server.timeouts.connect)
        yield from self._send(f"ehlo {self._server.hello}\r\n".encode())
        code, text = yield from self._answer()
        if code is not None and 500 <= code <= 504:
            yield from self._send(f"helo {self._server.hello}\r\n".encode())
            code, text = yield from self._answer()
        if code != 250:
            raise Refused(Stage.HELLO, code, text)
        offered = (line.partition(" ") for line in text.splitlines()[1:])
        self._extensions = {name.lower(): words for name, _, words in offered}

    def _start_tls(self, tls: ssl.SSLContext) -> Steps[None]:
        self._await(Stage.TLS, self._server.timeouts.connect)
        if not self.takes("starttls"):
            raise Refused(Stage.TLS, 504, "5.7.4 The server offers no STARTTLS.")
        yield from self._send(b"STARTTLS\r\n")
        yield from self._expect(220)
        if self._received:
            raise Refused(Stage.TLS, 504, "5.7.4 The server spoke before the connection was secure.")
        yield from self._secure(tls)
        yield from self._hello()

    def _sign_in(self) -> Steps[None]:
        if self._server.username is None or self._server.password is None:
            return
        self._await(Stage.AUTH, self._server.timeouts.connect)
        offered = self._extensions.get("auth", "").upper().split()
        user, password = self._server.username, self._server.password
        # One way only: a wrong password tried in every way locks the account sooner.
        if "PLAIN" in offered:
            yield from self._send(b"AUTH PLAIN " + _encoded(f"\0{user}\0{password}") + b"\r\n")
        elif "LOGIN" in offered:
            yield from self._send(b"AUTH LOGIN " + _encoded(user) + b"\r\n")
            yield from self._expect(334)
            yield from self._send(_encoded(password) + b"\r\n")
        else:
            raise Refused(Stage.AUTH, 504, "5.7.4 The server offers no way to sign in that is known here.")
        yield from self._expect(235)


_BEGINNING = (Stage.MAIL, Stage.RCPT, Stage.DATA)


def _encoded(text: str) -> bytes:
    return base64.b64encode(text.encode())
