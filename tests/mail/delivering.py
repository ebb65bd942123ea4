"""What the tests of delivery share: a mail, a marker, a connected transport, and the journal read back."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from registrar.mail.rules import Outcome
from registrar.mail.smtp_url import SmtpServer, Timeouts
from registrar.mail.transport import SmtpTransport
from tests.smtp import Offers, ScriptedServer, Step

MAIL = b"Message-ID: <m1@example.org>\r\nSubject: Hello\r\n\r\n.dot\r\n..two\r\nend\r\n"
UTF8_MAIL = "To: <zoë@example.org>\r\n\r\nHello\r\n".encode()


class Marker:
    """Counts its calls, and may look at the world when it is called."""

    def __init__(self, look: Callable[[], None] = lambda: None) -> None:
        self.calls = 0
        self._look = look

    def __call__(self) -> None:
        self.calls += 1
        self._look()


def address_of(server: ScriptedServer) -> SmtpServer:
    return SmtpServer("127.0.0.1", server.port, timeouts=Timeouts(connect=10, answer=10, final=10))


@contextmanager
def connected(
    folder: Path, script: Sequence[Step] = (), offers: Offers | None = None
) -> Iterator[tuple[ScriptedServer, SmtpTransport]]:
    server = ScriptedServer(folder / "journal", script, offers)
    with server, closing(SmtpTransport(address_of(server))) as transport:
        yield server, transport


def send(transport: SmtpTransport, marker: Marker | None = None, to: str = "ana@example.org") -> Outcome:
    return transport.deliver("bounces@example.org", to, MAIL, marker or Marker())


def accepted(server: ScriptedServer) -> list[tuple[str, list[str], str, bytes, str]]:
    return [
        (line["from"], line["to"], line["message_id"], Path(line["data"]).read_bytes(), line["answered"])
        for line in server.journal.lines()
    ]


def one_mail(answered: str = "250") -> list[tuple[str, list[str], str, bytes, str]]:
    return [("bounces@example.org", ["ana@example.org"], "<m1@example.org>", MAIL, answered)]
