"""One real conversation with the mail server, told step by step: reached, secured, signed in, asked, accepted."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from enum import StrEnum

from registrar.mail.rendering import Written
from registrar.mail.smtp_url import Security, SmtpServer
from registrar.ops.findings import Finding, Level, fail, ok
from registrar.ops.mail_checks import is_here

SECONDS = 20.0
"""How long each answer is waited for."""


class Step(StrEnum):
    """Where a conversation can end; the text completes "The server … "."""

    CONNECT = "cannot be reached"
    GREETING = "does not want to talk to this machine"
    TLS = "cannot be talked to in secret"
    SIGN_IN = "does not let us sign in"
    SENDER = "does not take this sender"
    RECIPIENT = "does not take this recipient"
    MESSAGE = "does not take this mail"


ADVICE = {
    Step.CONNECT: "Check host and port of REGISTRAR_SMTP_URL, and whether a firewall lets this machine out.",
    Step.GREETING: "Ask the administrator of the server whether this machine may use it.",
    Step.TLS: "Check the port, whether it wants smtps:// or smtp+starttls://, and that the certificate fits the name.",
    Step.SIGN_IN: "Check user and password in REGISTRAR_SMTP_URL; some providers want an app password.",
    Step.SENDER: "Check REGISTRAR_MAIL_SENDER, and at your provider which addresses you may send as.",
    Step.RECIPIENT: "Try another address, or read what the server says.",
    Step.MESSAGE: "Read what the server says.",
}


class _Ended(Exception):  # noqa: N818 - the server's word, not a fault of the program
    def __init__(self, step: Step, words: str) -> None:
        super().__init__(words)
        self.finding = fail(f"The server {step}: {words}", ADVICE[step])


def converse(server: SmtpServer, letter: Written, tls: ssl.SSLContext | None = None) -> Iterator[Finding]:
    """Hand one letter over and yield what each step brought; the last is a failure, or the acceptance."""
    if server.security is Security.PLAIN and server.password and not is_here(server.host):
        yield fail("The password would cross the network in the clear.", "Use smtp+starttls:// or smtps://.")
        return
    context = tls or ssl.create_default_context()
    try:
        connection = _connected(server, context)
    except _Ended as end:
        yield end.finding
        return
    with connection:
        try:
            yield from _steps(connection, server, context, letter)
        except _Ended as end:
            yield end.finding


def is_accepted(findings: list[Finding]) -> bool:
    """Tell whether a conversation ended well."""
    return bool(findings) and findings[-1].level is Level.OK


def _connected(server: SmtpServer, context: ssl.SSLContext) -> "_Connection":
    try:
        return _Connection(server, context)
    except OSError as error:
        raise _Ended(_opening(error), _words(error)) from error


def _opening(error: OSError) -> Step:
    if isinstance(error, smtplib.SMTPResponseException):
        return Step.GREETING
    return Step.TLS if isinstance(error, ssl.SSLError) else Step.CONNECT


class _Connection:
    """smtplib's connection, closed at the end without waiting for a farewell."""

    def __init__(self, server: SmtpServer, context: ssl.SSLContext) -> None:
        host, port, hello = server.host, server.port, server.hello
        if server.security is Security.TLS:
            self.smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, hello, timeout=SECONDS, context=context)
        else:
            self.smtp = smtplib.SMTP(host, port, hello, timeout=SECONDS)

    def __enter__(self) -> "_Connection":
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            self.smtp.send("QUIT\r\n")
        except OSError:
            pass  # it is gone already, which is as good
        finally:
            self.smtp.close()

    def ask(self, step: Step, act: Callable[[], tuple[int, bytes]]) -> str:
        """Return the server's words, or end the conversation."""
        try:
            code, text = act()
        except smtplib.SMTPResponseException as no:
            code, text = no.smtp_code, no.smtp_error if isinstance(no.smtp_error, bytes) else no.smtp_error.encode()
        except OSError as error:
            raise _Ended(step, _words(error)) from error
        words = f"{code} {text.decode('utf-8', 'replace')}".strip()
        if not 200 <= code < 300:
            raise _Ended(step, words)
        return words


def _steps(connection: _Connection, server: SmtpServer, context: ssl.SSLContext, letter: Written) -> Iterator[Finding]:
    smtp, ask = connection.smtp, connection.ask
    ask(Step.GREETING, smtp.ehlo)
    yield ok(f"Reached {server.host}, port {server.port}")
    if server.security is Security.STARTTLS:
        ask(Step.TLS, lambda: smtp.starttls(context=context))
        ask(Step.GREETING, smtp.ehlo)
    yield _secrecy(smtp)
    if server.username and server.password:
        user, password = server.username, server.password
        ask(Step.SIGN_IN, lambda: smtp.login(user, password))
        yield ok(f"Signed in as {user}")
    ask(Step.SENDER, lambda: smtp.mail(letter.envelope_from))
    yield ok(f"Takes the sender {letter.envelope_from}")
    ask(Step.RECIPIENT, lambda: smtp.rcpt(letter.to_address))
    yield ok(f"Takes the recipient {letter.to_address}")
    yield ok(f"Accepted the mail: {ask(Step.MESSAGE, lambda: smtp.data(letter.data))}")


def _secrecy(smtp: smtplib.SMTP) -> Finding:
    if isinstance(smtp.sock, ssl.SSLSocket):
        return ok(f"Encrypted ({smtp.sock.version()}), and the certificate fits the name")
    return ok("Not encrypted")


def _words(error: OSError) -> str:
    """Say what smtplib or the socket says; never a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return str(error.strerror or error) or type(error).__name__
