"""The listening side: 127.0.0.1, a thread per connection."""

import contextlib
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.smtp.conversation import Conversation
from tests.smtp.journal import Journal
from tests.smtp.play import Play
from tests.smtp.script import Offers, Step


class ScriptedServer:
    """Answers from the moment it is entered; port 0 takes a free one, told by `port`."""

    def __init__(self, journal: Path, script: Sequence[Step] = (), offers: Offers | None = None, port: int = 0) -> None:
        self.journal = Journal(journal)
        self.play = Play(self.journal, script, offers or Offers())
        self.connections = 0
        self._conversations: list[Conversation] = []
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Drop every open connection, as a server that was restarted."""
        for conversation in list(self._conversations):
            conversation.hang_up()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                conversation = Conversation(self.play, connection, self.connections)
                self._conversations = [known for known in self._conversations if known.is_alive()] + [conversation]
                conversation.start()
