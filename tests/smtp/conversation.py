"""One connection to the server, from greeting to farewell."""

import base64
import contextlib
import socket
import ssl
import threading
import time
from datetime import UTC, datetime
from typing import BinaryIO

from tests.smtp.journal import Envelope
from tests.smtp.play import GONE, Play
from tests.smtp.script import GOES_ON, KEEPS_THE_MAIL, Do, Stage, Step

LONGEST_LINE = 65536


class HungUp(Exception):  # noqa: N818 - it ends the conversation, by script or by the client
    """The conversation is over."""


class Conversation(threading.Thread):
    """A thread of its own; it knows its number, its transaction, and the sender and recipients so far."""

    def __init__(self, play: Play, connection: socket.socket, number: int) -> None:
        super().__init__(daemon=True)
        self._play = play
        self._number = number
        self._transaction = 0
        self._sender = ""
        self._recipients: list[str] = []
        self._began_at = datetime.now(UTC)
        self._in_mail = False
        self._secured = False
        self._socket = connection
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader: BinaryIO = connection.makefile("rb")

    def run(self) -> None:
        # A connection that breaks is what clients and scripts do: no fault of the server.
        with contextlib.suppress(HungUp, OSError, ValueError):
            self._converse()
        with contextlib.suppress(OSError):
            self._reader.close()
        self._socket.close()
        self._play.note(GONE)

    def hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.join(10)

    def _converse(self) -> None:
        if self._play.offers.tls_at_once:
            self._secure(self._play.offers.tls_at_once)
        self._act(Stage.CONNECT, "220 scripted server")
        while line := self._reader.readline(LONGEST_LINE):
            self._command(line.rstrip(b"\r\n").decode("utf-8", "replace"))

    def _command(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        self._play.note("AUTH" if verb.upper() == "AUTH" else line)
        handler = getattr(self, f"_on_{verb.lower()}", None)
        if handler is None:
            self._say("502 5.5.1 Not known here")
        else:
            handler(rest)

    def _on_ehlo(self, _: str) -> None:
        offers = self._play.offers
        words = ["scripted server", "8BITMIME", "ENHANCEDSTATUSCODES"]
        words += ["SMTPUTF8"] if offers.smtputf8 else []
        words += [f"SIZE {offers.size}"] if offers.size else []
        words += [" ".join(["AUTH", *offers.mechanisms])] if offers.users else []
        words += ["STARTTLS"] if offers.tls and not self._secured else []
        self._act(Stage.EHLO, "\r\n".join([*(f"250-{word}" for word in words[:-1]), f"250 {words[-1]}"]))

    def _on_helo(self, _: str) -> None:
        self._say("250 scripted server")

    def _on_starttls(self, _: str) -> None:
        if self._play.offers.tls is None:
            self._say("502 5.5.1 Not offered")
        elif self._act(Stage.STARTTLS, "220 2.0.0 Go ahead"):
            self._secure(self._play.offers.tls)

    def _secure(self, context: ssl.SSLContext) -> None:
        self._reader.close()
        self._socket = context.wrap_socket(self._socket, server_side=True)
        self._reader = self._socket.makefile("rb")
        self._secured = True

    def _on_auth(self, rest: str) -> None:
        mechanism, _, initial = rest.partition(" ")
        if mechanism.upper() == "PLAIN":
            _, user, password = base64.b64decode(initial or self._ask("")).decode().split("\0")
        else:
            user = base64.b64decode(initial or self._ask("VXNlcm5hbWU6")).decode()
            password = base64.b64decode(self._ask("UGFzc3dvcmQ6")).decode()
        known = self._play.offers.users.get(user) == password
        self._act(Stage.AUTH, "235 2.7.0 Welcome" if known else "535 5.7.8 Bad credentials")

    def _ask(self, challenge: str) -> bytes:
        self._say(f"334 {challenge}")
        return self._reader.readline(LONGEST_LINE)

    def _on_mail(self, rest: str) -> None:
        if self._in_mail:
            self._say("503 5.5.1 One mail at a time")
            return
        self._transaction = self._play.next_transaction()
        self._sender, self._recipients, self._began_at = _path(rest), [], datetime.now(UTC)
        self._in_mail = self._act(Stage.MAIL, "250 2.1.0 Ok")

    def _on_rcpt(self, rest: str) -> None:
        self._recipients.append(_path(rest))
        if not self._act(Stage.RCPT, "250 2.1.5 Ok"):
            self._recipients.pop()

    def _on_data(self, _: str) -> None:
        if not self._recipients:
            self._say("503 5.5.1 No valid recipients")
        elif self._act(Stage.DATA, "354 Go on"):
            self._keep(self._body())

    def _body(self) -> bytes:
        """Read up to the final dot and take the stuffing away."""
        step = self._step(Stage.BODY)
        lines: list[bytes] = []
        received = 0
        self._play.note_body(0)
        while (line := self._reader.readline(LONGEST_LINE)) != b".\r\n":
            if not line or (step is not None and step.do is Do.DROP):
                raise HungUp
            if not lines:
                self._prepare(step)
            received += len(line)
            lines.append(line.removeprefix(b"."))
            self._play.note_body(received)
        self._play.note(".")
        return b"".join(lines)

    def _keep(self, data: bytes) -> None:
        step = self._step(Stage.DOT)
        self._prepare(step)
        if step is None or step.do in KEEPS_THE_MAIL:
            answered = "250" if step is None or step.do in GOES_ON else step.do.value
            envelope = Envelope(self._number, self._transaction, self._began_at, self._sender, self._recipients)
            self._play.journal.accept(envelope, data, answered)
            self._prepare(self._step(Stage.KEPT))
        self._perform(step, "250 2.0.0 Kept")
        self._in_mail = False
        self._prepare(self._step(Stage.ANSWERED))

    def _on_rset(self, _: str) -> None:
        self._in_mail = False
        self._act(Stage.RSET, "250 2.0.0 Ok")

    def _on_noop(self, _: str) -> None:
        self._say("250 2.0.0 Ok")

    def _on_quit(self, _: str) -> None:
        self._say("221 2.0.0 Bye")
        raise HungUp

    def _step(self, stage: Stage) -> Step | None:
        return self._play.step(stage, self._number, self._transaction, self._recipients)

    def _act(self, stage: Stage, usual: str) -> bool:
        step = self._step(stage)
        self._prepare(step)
        return self._perform(step, usual)

    def _prepare(self, step: Step | None) -> None:
        """Do what comes before the usual answer."""
        if step is not None and step.do is Do.SLOW:
            time.sleep(step.seconds)
        if step is not None and step.do is Do.STRIKE:
            self._play.strike()

    def _perform(self, step: Step | None, usual: str) -> bool:
        """Do what the script says, else give the usual answer; return whether that was positive."""
        if step is not None and step.do is Do.TRICKLE:
            return self._trickle(usual, step.seconds)
        if step is None or step.do in GOES_ON:
            return self._say(usual)
        if step.do is Do.REPLY:
            return self._say(step.text)
        if step.do in (Do.SILENCE, Do.ACCEPT_THEN_SILENCE):
            while self._reader.read(LONGEST_LINE):
                pass
        raise HungUp

    def _trickle(self, text: str, seconds: float) -> bool:
        for octet in text.encode():
            self._socket.sendall(bytes([octet]))
            time.sleep(seconds / len(text))
        self._socket.sendall(b"\r\n")
        return text.startswith(("2", "3"))

    def _say(self, text: str) -> bool:
        self._socket.sendall(text.encode() + b"\r\n")
        if text.startswith("421"):
            raise HungUp
        return text.startswith(("2", "3"))


def _path(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
