"""The client: one process that keeps a few connections busy for a while and counts what was completed.

`python -m tests.bench.client` reads JSON, see `Orders`, and answers with one line of JSON,
see `Counts`. It reads pages as a browser does, but must work far less than the server: only sockets.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

SECONDS = 30.0
FLOWS_PER_CONNECTION = 10
"""Then a new connection is made, so that no web worker keeps all of them by chance."""
CSRF = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
COOKIE = re.compile(rb"set-cookie: ([^;\r]+)", re.IGNORECASE)
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What to ask for: the flow, its pages in turn, what is typed, and the answer that completes it."""

    port: int
    flow: str
    paths: list[str]
    connections: int = 4
    seconds: float = 2.0
    first: int = 0
    """Number of the first flow: nobody signs up twice."""
    cookie: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    status: int = 200

    def path(self, number: int) -> str:
        return self.paths[number % len(self.paths)]


@dataclass(frozen=True)
class Counts:
    """What was completed in how many seconds, and the bytes that came back."""

    flows: int
    seconds: float
    received: int


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes

    @property
    def cookies(self) -> str:
        return "; ".join(each.decode() for each in COOKIE.findall(self.head))

    def csrf_token(self) -> str:
        found = CSRF.search(self.body)
        if found is None:
            raise UnexpectedAnswerError("A page without a CSRF token.")
        return found[1].decode()


class UnexpectedAnswerError(Exception):
    """The site did not do what is measured."""


Flow = Generator[bytes, Answer, None]


def page(orders: Orders, number: int) -> Flow:
    """Ask for one page."""
    path = orders.path(number)
    expect((yield get(path, orders.cookie)), orders.status, path)


def send(orders: Orders, number: int) -> Flow:
    """Send one form without having seen it."""
    path = orders.path(number)
    expect((yield post(path, orders.fields)), orders.status, path)


def sign_up(orders: Orders, number: int) -> Flow:
    """Open the form as a stranger, fill it in and send it."""
    path = orders.path(number)
    form = yield get(path)
    expect(form, 200, path)
    typed = {**orders.fields, "csrf_token": form.csrf_token(), "email": f"stranger{number}@example.org"}
    expect((yield post(path, typed, form.cookies)), orders.status, path)


def confirm(orders: Orders, number: int) -> Flow:
    """Open the page behind a mailed link and press its button."""
    path = orders.path(number)
    shown = yield get(path)
    expect(shown, 200, path)
    expect((yield post(path, {"csrf_token": shown.csrf_token()}, shown.cookies)), orders.status, path)


FLOWS: dict[str, Callable[[Orders, int], Flow]] = {
    each.__name__: each for each in (page, send, sign_up, confirm)
}  # fmt: skip


def get(path: str, cookie: str = "") -> bytes:
    return _request("GET", path, cookie, "")


def post(path: str, fields: dict[str, str], cookie: str = "") -> bytes:
    return _request("POST", path, cookie, urlencode(fields))


def _request(method: str, path: str, cookie: str, body: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Language: en"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"] if body else []
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def expect(answer: Answer, status: int, path: str) -> None:
    if answer.status != status:
        raise UnexpectedAnswerError(f"{path}: {answer.status} instead of {status}: {answer.body[:500]!r}")


class Line:
    """One kept-open connection and the flow that uses it."""

    def __init__(self, port: int) -> None:
        self._port, self._flows, self._read = port, 0, b""
        self.socket = self._connect()

    def begin(self, flow: Flow) -> None:
        self.flow, self._flows = flow, self._flows + 1
        self.socket.sendall(next(flow))

    def is_worn(self) -> bool:
        return self._flows >= FLOWS_PER_CONNECTION

    def renew(self) -> None:
        self.socket.close()
        self.socket, self._flows = self._connect(), 0

    def receive(self) -> Answer | None:
        """Read what has come; return the answer once it is complete."""
        more = self.socket.recv(262_144)
        if not more:
            raise UnexpectedAnswerError("The server closed the connection.")
        self._read += more
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end or len(body) < int(_length(head)):
            return None
        self._read = b""
        return Answer(int(head[9:12]), head, body)

    def _connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


def _length(head: bytes) -> bytes:
    found = LENGTH.search(head)
    if found is None:
        raise UnexpectedAnswerError(f"An answer without a length: {head!r}")
    return found[1]


class Client:
    """Keeps every connection busy until the time is over, then lets the flows that have begun end."""

    def __init__(self, orders: Orders) -> None:
        self._orders, self._numbers = orders, count(orders.first)
        self._selector = selectors.DefaultSelector()
        self._flows = self._received = 0

    def run(self) -> Counts:
        began = time.monotonic()
        for _ in range(self._orders.connections):
            self._begin(Line(self._orders.port))
        while self._selector.get_map():
            for line in self._ready():
                self._go_on(line, is_over=time.monotonic() - began > self._orders.seconds)
        return Counts(self._flows, time.monotonic() - began, self._received)

    def _ready(self) -> Iterator[Line]:
        found = self._selector.select(SECONDS)
        if not found:
            raise UnexpectedAnswerError(f"No answer for {SECONDS:.0f} seconds.")
        return (key.data for key, _ in found)

    def _begin(self, line: Line) -> None:
        line.begin(FLOWS[self._orders.flow](self._orders, next(self._numbers)))
        self._selector.register(line.socket, selectors.EVENT_READ, line)

    def _go_on(self, line: Line, *, is_over: bool) -> None:
        answer = line.receive()
        if answer is None:
            return
        self._received += len(answer.head) + len(answer.body) + 4
        try:
            line.socket.sendall(line.flow.send(answer))
        except StopIteration:
            self._flows += 1
            self._selector.unregister(line.socket)
            if is_over:
                line.socket.close()
            else:
                self._begin_again(line)

    def _begin_again(self, line: Line) -> None:
        if line.is_worn():
            line.renew()
        self._begin(line)


def main(text: str) -> None:
    given: dict[str, Any] = json.loads(text)
    print(json.dumps(asdict(Client(Orders(**given)).run())))


if __name__ == "__main__":
    main(sys.stdin.read())
