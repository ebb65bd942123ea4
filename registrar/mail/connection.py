"""One connection to a mail server: opened, greeted, secured, signed in; then one transaction after another."""

import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence

from registrar.mail.rules import Stage
from registrar.mail.smtp_url import Security, SmtpServer

_OPENING = frozenset({Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.AUTH})
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Refused(Exception):  # noqa: N818 - the server's word, not a fault of the program
    """The server answered no, or the connection cannot be used; `code` is None where there was no answer."""

    def __init__(self, stage: Stage, code: int | None, text: str) -> None:
        super().__init__(text)
        self.stage = stage
        self.code = code
        self.text = text


def stuffed(data: bytes) -> bytes:
    """Return the body as it is sent: CRLF line ends only, leading dots doubled, its last line ended.

    Bare CR and LF are mended, because what one server takes for text another takes for the end of the mail.
    """
    lines = _LINE_END.sub(b"\r\n", data)
    body = _LEADING_DOT.sub(b"..", lines)
    return body if body.endswith(b"\r\n") else body + b"\r\n"


class Connection:
    """Every method raises `Refused`, and nothing else, when the server or the network does not play along."""

    def __init__(self, server: SmtpServer, tls: ssl.SSLContext) -> None:
        self._server = server
        self._stage = Stage.CONNECT
        self._used_at = time.monotonic()
        self._smtp = self._connected(tls)
        try:
            self._prepare(tls)
        except BaseException:
            self.drop()
            raise

    def _connected(self, tls: ssl.SSLContext) -> smtplib.SMTP:
        host, port, wait = self._server.host, self._server.port, self._server.timeouts.connect
        try:
            if self._server.security is Security.TLS:
                return smtplib.SMTP_SSL(host, port, self._server.hello, timeout=wait, context=tls)
            return smtplib.SMTP(host, port, self._server.hello, timeout=wait)
        except OSError as error:
            raise self._fault(error) from error

    def _prepare(self, tls: ssl.SSLContext) -> None:
        socket_ = self._socket()
        socket_.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._smtp.command_encoding = "utf-8"
        self._hello()
        if self._server.security is Security.STARTTLS:
            self._start_tls(tls)
            self._hello()
        self._sign_in()

    def _hello(self) -> None:
        self._stage = Stage.HELLO
        try:
            code, text = self._smtp.ehlo()
            if 500 <= code <= 504:
                code, text = self._smtp.helo()
        except OSError as error:
            raise self._fault(error) from error
        if code != 250:
            raise Refused(Stage.HELLO, code, _decoded(text))

    def _start_tls(self, tls: ssl.SSLContext) -> None:
        self._stage = Stage.TLS
        try:
            self._smtp.starttls(context=tls)
        except OSError as error:
            raise self._fault(error) from error

    def _sign_in(self) -> None:
        if self._server.username is None or self._server.password is None:
            return
        self._stage = Stage.AUTH
        self._smtp.user, self._smtp.password = self._server.username, self._server.password
        offered = self._smtp.esmtp_features.get("auth", "").upper().split()
        ways = {"PLAIN": self._smtp.auth_plain, "LOGIN": self._smtp.auth_login}
        # One way only: a wrong password tried in every way locks the account sooner.
        way = next((way for way in ways if way in offered), None)
        if way is None:
            raise Refused(Stage.AUTH, 504, "5.7.4 The server offers no way to sign in that is known here.")
        try:
            self._smtp.auth(way, ways[way])
        except OSError as error:
            raise self._fault(error) from error

    def takes(self, extension: str) -> bool:
        """Whether the server's EHLO offered this extension."""
        return self._smtp.has_extn(extension)

    def is_fresh(self) -> bool:
        """Whether the connection was used a moment ago, so that the server may be expected to listen still."""
        return time.monotonic() - self._used_at < self._server.timeouts.idle

    def begin(self, envelope_from: str, to: str, options: Sequence[str]) -> None:
        """Name the sender and the one recipient, and ask to send the data."""
        self._used_at = time.monotonic()
        self._socket().settimeout(self._server.timeouts.answer)
        self._ask(Stage.MAIL, " ".join([f"MAIL FROM:<{envelope_from}>", *options]))
        self._ask(Stage.RCPT, f"RCPT TO:<{to}>")
        self._ask(Stage.DATA, "DATA")

    def send_body(self, data: bytes) -> None:
        """Send all but the final dot, and see that the server still listens."""
        self._stage = Stage.BODY
        try:
            self._smtp.send(stuffed(data))
        except OSError as error:
            raise self._fault(error) from error
        if self._has_spoken():
            raise Refused(Stage.BODY, None, "The server hung up before the end of the mail.")

    def send_dot(self) -> tuple[int, str]:
        """Send the final dot and return the answer: from here on a loss leaves the mail in doubt."""
        self._stage = Stage.DOT
        try:
            self._socket().settimeout(self._server.timeouts.final)
            self._smtp.send(b".\r\n")
            code, text = self._smtp.getreply()
        except OSError as error:
            raise self._fault(error) from error
        self._used_at = time.monotonic()
        return code, _decoded(text)

    def reset(self) -> None:
        """Forget the transaction that was refused, so that another may follow."""
        self._ask(Stage.MAIL, "RSET")

    def quit(self) -> None:
        """Say goodbye and close; the server's last word is not awaited."""
        try:
            self._smtp.send("QUIT\r\n")
        except OSError:
            pass  # it is gone already, which is as good
        finally:
            self.drop()

    def drop(self) -> None:
        """Close without a word: inside a body, any word would become part of the mail."""
        self._smtp.close()

    def _ask(self, stage: Stage, command: str) -> None:
        self._stage = stage
        try:
            code, text = self._smtp.docmd(command)
        except OSError as error:
            raise self._fault(error) from error
        if code // 100 != (3 if stage is Stage.DATA else 2):
            raise Refused(stage, code, _decoded(text))

    def _socket(self) -> socket.socket:
        if self._smtp.sock is None:
            raise Refused(self._stage, None, "The connection is closed.")
        return self._smtp.sock

    def _has_spoken(self) -> bool:
        """Whether something waits to be read where nothing should: a farewell, or the end of the connection."""
        socket_ = self._socket()
        if not select.select([socket_], [], [], 0)[0]:
            return False
        socket_.settimeout(0)
        try:
            socket_.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False  # TLS talked to itself (a session ticket)
        except OSError:
            return True
        finally:
            socket_.settimeout(self._server.timeouts.answer)
        return True

    def _fault(self, error: OSError) -> Refused:
        """Turn what smtplib and the socket raise into the server's word, or the lack of one."""
        if self._stage not in _OPENING:
            # Here smtplib's own "answers" mean a reply it could not read, which is no reply.
            return Refused(self._stage, None, _words(error))
        if isinstance(error, smtplib.SMTPResponseException):
            return Refused(self._stage, error.smtp_code, _decoded(error.smtp_error))
        if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return Refused(Stage.TLS, None, _words(error))
        if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
            return Refused(self._stage, 504, f"5.7.4 {_words(error)}")
        return Refused(Stage.CONNECT, None, _words(error))


def _decoded(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "replace")


def _words(error: OSError) -> str:
    return f"{type(error).__name__}: {error}"
