"""A small IMAP server on a real socket: one folder, a script of what it refuses, and a journal of what it was asked."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

PASSWORD = 'pass word"'


class ImapServer:
    """Serves one connection after the other until it is closed."""

    def __init__(
        self,
        mails: list[bytes],
        refuses: str = "",
        silent_at: str = "",
        scheme: str = "imap",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.mails = dict(enumerate(mails, 11))
        self.seen: set[int] = set()
        self.journal: list[str] = []
        self._refuses, self._silent_at = refuses, silent_at
        self._scheme, self._tls = scheme, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def url(self, folder: str = "/Bounces%20here") -> str:
        return f"{self._scheme}://bounces%40x.example:pass%20word%22@127.0.0.1:{self.port}{folder}"

    def close(self) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        if self._tls and self._scheme == "imaps":
            with self._tls.wrap_socket(connection, server_side=True) as secured:
                self._greet(secured)
        elif self._greet(connection) and self._tls:
            with self._tls.wrap_socket(connection, server_side=True) as secured, secured.makefile("rwb") as stream:
                self._talk(stream)

    def _greet(self, connection: socket.socket) -> bool:
        with connection.makefile("rwb") as stream:
            self._say(stream, "* OK IMAP4rev1 ready")
            return self._talk(stream)

    def _talk(self, stream: Any) -> bool:
        """Answer until the client leaves; return whether it goes on under TLS."""
        while line := stream.readline():
            tag, _, command = line.decode("ascii").strip().partition(" ")
            self.journal.append(command)
            if self._silent_at and command.startswith(self._silent_at):
                self._ended.wait(5)
                return False
            if self._refuses and command.startswith(self._refuses):
                self._say(stream, f"{tag} NO not today")
                continue
            self._answer(stream, command)
            self._say(stream, f"{tag} OK done")
            if command in {"LOGOUT", "STARTTLS"}:
                return bool(command == "STARTTLS")
        return False

    def _answer(self, stream: Any, command: str) -> None:
        if command == "CAPABILITY":
            self._say(stream, "* CAPABILITY IMAP4rev1 STARTTLS")
        elif command == "UID SEARCH UNSEEN":
            self._say(stream, " ".join(["* SEARCH", *(str(uid) for uid in self.mails if uid not in self.seen)]))
        elif found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            uid, most = int(found[1]), int(found[2])
            raw = self.mails[uid][:most]
            stream.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        elif found := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command):
            self.seen.add(int(found[1]))

    def _say(self, stream: Any, line: str) -> None:
        stream.write(f"{line}\r\n".encode())
        stream.flush()


@contextmanager
def serving(mails: list[bytes], **given: Any) -> Iterator[ImapServer]:
    """Run a server while the block runs."""
    server = ImapServer(mails, **given)
    try:
        yield server
    finally:
        server.close()
