"""Octets and replies over a socket that never blocks: what a conversation with a mail server is made of.

Nothing here waits. Each conversation is a generator that yields what its socket must become ready for, so that one
loop moves many connections; what is overdue is told by throwing `TimeoutError` into it.
"""

import socket
import ssl
import time
from collections.abc import Generator
from enum import Enum
from typing import TypeVar

from registrar.mail.rules import Stage

_OPENING = frozenset({Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.AUTH})
_LONGEST_LINE = 8192
_MOST_LINES = 100
_CHUNK = 65536
QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Wish(Enum):
    """What a conversation waits for."""

    READ = "read"
    WRITE = "write"
    MAIL = "mail"
    """A mail to carry."""
    MARKER = "marker"
    """The marker, so that the final dot may follow."""


T = TypeVar("T")
Steps = Generator[Wish, None, T]


class Refused(Exception):  # noqa: N818 - the server's word, not a fault of the program
    """The server answered no, or the connection cannot be used; `code` is None where there was no answer."""

    def __init__(self, stage: Stage, code: int | None, text: str) -> None:
        super().__init__(text)
        self.stage = stage
        self.code = code
        self.text = text


class Wire:
    """Every step raises `Refused`, and nothing else, when the server or the network does not play along."""

    def __init__(self) -> None:
        self._stage = Stage.CONNECT
        self._socket: socket.socket | None = None
        self._received = b""
        self._used_at = time.monotonic()
        self.deadline = 0.0
        """The monotonic time at which what is awaited is overdue."""
        self.is_lost = False
        """Whether no other transaction may follow on this connection."""

    def fileno(self) -> int:
        return self._live().fileno()

    @property
    def encryption(self) -> str | None:
        """The version of TLS, if the connection is encrypted."""
        return self._socket.version() if isinstance(self._socket, ssl.SSLSocket) else None

    def drop(self) -> None:
        """Close without a word: inside a body, any word would become part of the mail."""
        self.is_lost = True
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _reach(self, socket_: socket.socket, address: object) -> Steps[None]:
        socket_.setblocking(False)
        socket_.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            socket_.connect(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
        except BlockingIOError:
            yield Wish.WRITE
            if number := socket_.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(number, "The server cannot be reached.") from None
        self.is_lost = False

    def _await(self, stage: Stage, seconds: float) -> None:
        """Begin a stage that must be over in so many seconds, however slowly the server trickles."""
        self._stage = stage
        self._used_at = time.monotonic()
        self.deadline = self._used_at + seconds

    def _expect(self, wanted: int) -> Steps[None]:
        code, text = yield from self._answer()
        if code != wanted:
            raise Refused(self._stage, code, text)

    def _answer(self) -> Steps[tuple[int | None, str]]:
        """Read a reply to its last line; one that cannot be read is no reply."""
        said: list[str] = []
        while True:
            line, ended, rest = self._received.partition(b"\n")
            if len(line) > _LONGEST_LINE or len(said) > _MOST_LINES:
                raise Refused(self._stage, None, "The server's answer is too long to be one.")
            if not ended:
                yield from self._receive()
                continue
            self._received = rest
            said.append(line[4:].decode("utf-8", "replace").replace("\0", "").strip())
            if line[3:4] != b"-" or not line[:3].isdigit():
                return int(line[:3]) if line[:3].isdigit() else None, "\n".join(said)

    def _receive(self) -> Steps[None]:
        while True:
            try:
                chunk = self._live().recv(_CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                self._acknowledge()
                yield from self._wait(Wish.READ)
            except ssl.SSLWantWriteError:
                yield from self._wait(Wish.WRITE)
            except OSError as error:
                raise self._fault(error) from error
            else:
                if not chunk:
                    raise self._fault(ConnectionResetError("Connection unexpectedly closed"))
                self._received += chunk
                return

    def _acknowledge(self) -> None:
        """Acknowledge at once: a server that answers piece by piece waits for it (Nagle and delayed ACK: 40 ms)."""
        if QUICK_ACK is not None:
            self._live().setsockopt(socket.IPPROTO_TCP, QUICK_ACK, 1)

    def _send(self, data: bytes) -> Steps[None]:
        left = memoryview(data)
        while left:
            try:
                left = left[self._live().send(left) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                yield from self._wait(Wish.WRITE)
            except ssl.SSLWantReadError:
                yield from self._wait(Wish.READ)
            except OSError as error:
                raise self._fault(error) from error

    def _wait(self, wish: Wish) -> Steps[None]:
        try:
            yield wish
        except OSError as error:
            raise self._fault(error) from error

    def _live(self) -> socket.socket:
        if self._socket is None:
            raise Refused(self._stage, None, "The connection is closed.")
        return self._socket

    def _has_spoken(self) -> bool:
        """Whether something waits to be read where nothing should: a farewell, or the end of the connection."""
        try:
            self._live().recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False  # nothing, or TLS talked to itself (a session ticket)
        except OSError:
            return True
        return True

    def _fault(self, error: OSError) -> Refused:
        """Turn what the socket raises into the lack of a word from the server."""
        self.is_lost = True
        said = f"{type(error).__name__}: {error}"
        if self._stage not in _OPENING:
            return Refused(self._stage, None, said)
        if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return Refused(Stage.TLS, None, said)
        return Refused(Stage.CONNECT, None, said)
