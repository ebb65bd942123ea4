"""Teams at their form: one process in which each person types, saves, looks what others do, and says they are there.

`python -m tests.bench.autosave_client` reads JSON (see `Orders`) and answers with one line of JSON (see `Record`).
Moments are planned beforehand, so that a slow server is not asked less often.
"""

import asyncio
import json
import random
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

CSRF = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
COOKIE = re.compile(rb"set-cookie: ([^;\r]+)", re.IGNORECASE)
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
WORDS = [
    "We",
    "would",
    "like",
    "to",
    "try",
    "this",
    "together",
    "with",
    "other",
    "houses",
    "and",
    "tell",
    "honestly",
    "what",
    "did",
    "not",
    "work",
]
LOOK_SECONDS, ALIVE_SECONDS = 5.0, 15.0
"""As in `together.js`."""
SHARED = 0.1
"""How often somebody writes where their colleague writes too."""
OPENING = 20
"""How many open their page at once."""


@dataclass(frozen=True)
class Typist:
    """A person of a team: where their form is, and the cookie by which they are known."""

    reference: str
    section: str
    cookie: str
    own: list[str]
    """Questions that they alone write."""
    shared: list[str]


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What is to be done; without typists, bare requests at the same moments."""

    port: int
    seconds: float
    every: float
    """Seconds between two saves of one person."""
    typists: list[Typist] = field(default_factory=list)
    bare: int = 0
    """How many connections send bare requests."""


@dataclass
class Record:
    """What happened: how long each save took in milliseconds, each status, and every save that was acknowledged."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    saved: list[tuple[str, str, int, str]] = field(default_factory=list)
    """Reference, question, version, value."""
    late: float = 0.0
    """By how much the client itself was late at worst, in milliseconds."""

    def count(self, kind: str, status: int) -> None:
        key = f"{kind} {status}"
        self.statuses[key] = self.statuses.get(key, 0) + 1


class Line:
    """A kept-open connection, opened anew where the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Return status, head and body; a connection that was closed while it was idle is replaced."""
        is_kept = self._streams is not None
        try:
            return await self._exchange(request)
        except (ConnectionError, asyncio.IncompleteReadError):
            self._streams = None
            if not is_kept:
                raise
            return await self._exchange(request)

    async def _exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        body = await reader.readexactly(int(length[1])) if length else b""
        if b"connection: close" in head.lower():
            writer.close()
            self._streams = None
        return int(head[9:12]), head, body


def request(method: str, path: str, cookie: str = "", body: bytes = b"", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Language: en"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Person:
    """Somebody of a team, typing."""

    def __init__(self, orders: Orders, who: Typist, number: int, record: Record) -> None:
        self._orders, self._who, self._record = orders, who, record
        self._rng = random.Random(number)
        self._line = Line(orders.port)
        self._versions: dict[str, int] = {}
        self._texts: dict[str, list[str]] = {}
        self._cookie, self._csrf = who.cookie, ""
        self._heard_at = 0.0
        self._free = asyncio.Lock()
        """A browser would open a second connection; here a person does one thing after the other."""

    async def open(self) -> None:
        """Open the page of the section, as a browser does first."""
        path = f"/applications/{self._who.reference}/sections/{self._who.section}"
        status, head, body = await self._line.ask(request("GET", path, self._cookie))
        token = CSRF.search(body)
        if status != 200 or token is None:
            raise RuntimeError(f"{path}: {status}")
        self._csrf = token[1].decode()
        self._cookie = "; ".join([self._cookie, *(each.decode() for each in COOKIE.findall(head))])

    async def work(self, begin: float) -> None:
        await asyncio.gather(
            self._regularly(begin, self._orders.every, self._save),
            self._regularly(begin, LOOK_SECONDS, self._look),
            self._regularly(begin, LOOK_SECONDS, self._say),
        )

    async def _regularly(self, begin: float, every: float, act: Any) -> None:
        at, end = begin + self._rng.random() * every, begin + self._orders.seconds
        while at < end:
            await asyncio.sleep(max(at - time.monotonic(), 0))
            async with self._free:
                await act(at)
            at += every * self._rng.uniform(0.8, 1.2)

    async def _save(self, planned: float) -> None:
        question = self._rng.choice(self._who.shared if self._rng.random() < SHARED else self._who.own)
        words = self._texts.setdefault(question, [])
        words += self._rng.choices(WORDS, k=self._rng.randint(1, 4))
        value = " ".join(words[-90:])
        status, body = await self._post(
            f"answers/{question}", {"value": value, "version": self._versions.get(question, 0)}
        )
        self._record.count("save", status)
        self._record.milliseconds.append((time.monotonic() - planned) * 1000)
        if status in (200, 409):
            told = json.loads(body)
            self._versions[question] = told["version"]
            if status == 200:
                self._heard_at = time.monotonic()
                self._record.saved.append((self._who.reference, question, told["version"], value))

    async def _look(self, _planned: float) -> None:
        path = f"/applications/{self._who.reference}/changes"
        status, _, _ = await self._line.ask(request("GET", path, self._cookie))
        self._record.count("look", status)

    async def _say(self, _planned: float) -> None:
        if time.monotonic() - self._heard_at <= ALIVE_SECONDS:
            return
        self._heard_at = time.monotonic()
        status, _ = await self._post("presence", {"section": self._who.section})
        self._record.count("presence", status)

    async def _post(self, what: str, given: dict[str, Any]) -> tuple[int, bytes]:
        headers = {"Content_Type": "application/json", "Accept": "application/json", "X_CSRFToken": self._csrf}
        content = json.dumps(given).encode()
        path = f"/applications/{self._who.reference}/{what}"
        status, _, body = await self._line.ask(request("POST", path, self._cookie, content, **headers))
        return status, body


async def bare(orders: Orders, number: int, begin: float, record: Record) -> None:
    """Send the yardstick's request as often as a person saves."""
    rng, line = random.Random(number), Line(orders.port)
    content = urlencode({"name": "Robin Doe", "email": "robin@example.org"}).encode()
    asked = request("POST", "/", body=content, Content_Type="application/x-www-form-urlencoded")
    at = begin + rng.random() * orders.every
    while at < begin + orders.seconds:
        await asyncio.sleep(max(at - time.monotonic(), 0))
        status, _, _ = await line.ask(asked)
        record.count("bare", status)
        record.milliseconds.append((time.monotonic() - at) * 1000)
        at += orders.every * rng.uniform(0.8, 1.2)


async def run(orders: Orders) -> Record:
    record = Record()
    people = [Person(orders, who, number, record) for number, who in enumerate(orders.typists)]
    for start in range(0, len(people), OPENING):
        await asyncio.gather(*(each.open() for each in people[start : start + OPENING]))
    begin = time.monotonic() + 1
    watch = asyncio.create_task(_watch(record))
    tasks = [each.work(begin) for each in people] + [bare(orders, each, begin, record) for each in range(orders.bare)]
    await asyncio.gather(*tasks)
    watch.cancel()
    return record


async def _watch(record: Record) -> None:
    """Note by how much the client's own loop is late."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.05)
        record.late = max(record.late, (time.monotonic() - before - 0.05) * 1000)


def main(text: str) -> None:
    given = json.loads(text)
    given["typists"] = [Typist(**each) for each in given["typists"]]
    print(json.dumps(asdict(asyncio.run(run(Orders(**given))))))


if __name__ == "__main__":
    main(sys.stdin.read())
