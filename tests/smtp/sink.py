"""A fast mail server that takes everything and counts: `python -m tests.smtp.sink PORT FILE`.

One loop serves all connections, with PIPELINING. At SIGTERM it writes how often each recipient got each Message-ID,
and when, as JSON: `{"ana@example.org": {"<id>": [seconds since the epoch, …]}}`.
"""

import asyncio
import json
import re
import signal
import sys
import time
from pathlib import Path

END = b"\r\n.\r\n"
MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
HELLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n"
Taken = dict[str, dict[str, list[float]]]


class Conversation(asyncio.Protocol):
    """One connection; `taken` is shared by all."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self._read = b""
        self._recipient = ""
        self._in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._read += data
        said: list[bytes] = []
        while self._take(said):
            continue
        if said:
            self._transport.write(b"".join(said))

    def _take(self, said: list[bytes]) -> bool:
        """Take one line or one body, and note the answer; return False where more has to come first."""
        if self._in_body:
            return self._take_body(said)
        line, ended, rest = self._read.partition(b"\r\n")
        if not ended:
            return False
        self._read = rest
        said.append(self._answer(line))
        return True

    def _take_body(self, said: list[bytes]) -> bool:
        body, ended, rest = self._read.partition(END)
        if not ended:
            return False
        self._read, self._in_body = rest, False
        found = MESSAGE_ID.search(body)
        message_id = found[1].decode() if found else ""
        self._taken.setdefault(self._recipient, {}).setdefault(message_id, []).append(time.time())
        said.append(b"250 2.0.0 Taken\r\n")
        return True

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return HELLO
        if verb == b"RCPT":
            self._recipient = line.partition(b"<")[2].partition(b">")[0].decode().casefold()
        if verb == b"DATA":
            self._in_body = True
            return b"354 Go on\r\n"
        if verb == b"QUIT":
            self._transport.close()
        return b"250 2.0.0 Ok\r\n"


async def serve(port: int, file: Path) -> None:
    """Take mail until SIGTERM, then write down what came."""
    taken: Taken = {}
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await loop.create_server(lambda: Conversation(taken), "127.0.0.1", port)
    await ended.wait()
    server.close()
    file.write_text(json.dumps(taken))


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
