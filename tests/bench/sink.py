"""A mail server that only counts: `python -m tests.bench.sink` prints its port, and at its end who had how many."""

import asyncio
import json
import signal
import sys
from collections import Counter

END = b"\r\n.\r\n"
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}


class Conversation(asyncio.Protocol):
    """One connection; a recipient counts when the final dot of the mail has come, before it is answered."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._received = b""
        self._in_mail = False
        self._recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._received += data
        said: list[bytes] = []
        while (answer := self._next()) is not None:
            said.append(answer)
        if said:
            self._transport.write(b"".join(said))

    def _next(self) -> bytes | None:
        """Take one command or one mail from what has come and answer it."""
        part, ended, rest = self._received.partition(END if self._in_mail else b"\r\n")
        if not ended:
            return None
        self._received = rest
        if self._in_mail:
            self._in_mail = False
            self._counts[self._recipient] += 1
            return b"250 2.0.0 Counted\r\n"
        verb = part[:4].upper()
        if verb == b"RCPT":
            self._recipient = part.partition(b"<")[2].partition(b">")[0].decode()
        self._in_mail = verb == b"DATA"
        return ANSWERS.get(verb, b"250 2.0.0 Ok\r\n")


async def main() -> None:
    counts: Counter[str] = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(counts), "127.0.0.1", 0)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await ended.wait()
    sys.stdout.write(json.dumps(counts) + "\n")


asyncio.run(main())
