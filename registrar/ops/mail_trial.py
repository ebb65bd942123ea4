"""One real conversation with the mail server, over the worker's own transport, told step by step."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from registrar.mail.rendering import Written
from registrar.mail.rules import Outcome, OutcomeKind, Stage
from registrar.mail.smtp_url import Security, SmtpServer, Timeouts
from registrar.mail.transport import SmtpTransport
from registrar.ops.findings import Finding, Level, fail, ok
from registrar.ops.mail_checks import is_here

PATIENCE = Timeouts(connect=20.0, answer=20.0, final=20.0)
"""Somebody sits there and waits."""


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


ENDED_AT = {
    Stage.CONNECT: Step.CONNECT,
    Stage.HELLO: Step.GREETING,
    Stage.TLS: Step.TLS,
    Stage.AUTH: Step.SIGN_IN,
    Stage.MAIL: Step.SENDER,
    Stage.RCPT: Step.RECIPIENT,
}
"""Everything later is about the mail."""


def converse(server: SmtpServer, letter: Written, tls: ssl.SSLContext | None = None) -> Iterator[Finding]:
    """Hand one letter over and yield what each step brought; the last is a failure, or the acceptance."""
    if server.security is Security.PLAIN and server.password and not is_here(server.host):
        yield fail("The password would cross the network in the clear.", "Use smtp+starttls:// or smtps://.")
        return
    transport = SmtpTransport(replace(server, timeouts=PATIENCE), tls)
    try:
        outcome = transport.deliver(letter.envelope_from, letter.to_address, letter.data, lambda: None)
        yield from _told(server, letter, outcome, transport.encryption)
    finally:
        transport.close()


def is_accepted(findings: list[Finding]) -> bool:
    """Tell whether a conversation ended well."""
    return bool(findings) and findings[-1].level is Level.OK


def _told(server: SmtpServer, letter: Written, outcome: Outcome, encryption: str | None) -> Iterator[Finding]:
    words = f"{outcome.code} {outcome.text}" if outcome.code else outcome.text
    if outcome.kind is OutcomeKind.ACCEPTED:
        yield from _passed(server, letter, None, encryption)
        yield ok(f"Accepted the mail: {words}")
        return
    step = Step.GREETING if outcome.stage is Stage.CONNECT and outcome.code else ENDED_AT.get(outcome.stage)
    yield from _passed(server, letter, step, encryption)
    ended = step or Step.MESSAGE
    yield fail(f"The server {ended}: {words}", ADVICE[ended])


def _passed(server: SmtpServer, letter: Written, until: Step | None, encryption: str | None) -> Iterator[Finding]:
    """Yield the steps that went well before the one at which it ended, or all of them."""
    secret = f"Encrypted ({encryption or 'TLS'}), and the certificate fits the name"
    steps = {
        Step.TLS: f"Reached {server.host}, port {server.port}",
        Step.SIGN_IN: "Not encrypted" if server.security is Security.PLAIN else secret,
        Step.SENDER: f"Signed in as {server.username}" if server.username else "",
        Step.RECIPIENT: f"Takes the sender {letter.envelope_from}",
        Step.MESSAGE: f"Takes the recipient {letter.to_address}",
    }
    order = list(Step)
    for following, text in steps.items():
        if text and (until is None or order.index(following) <= order.index(until)):
            yield ok(text)
