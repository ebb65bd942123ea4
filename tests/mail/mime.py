"""A tiny reader of mails, independent of the library that other tests read with (RFC 5322, 2045, 2046)."""

import re
from base64 import b64decode
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """A mail, or one part of it: its fields as octets without folds, and what it holds."""

    fields: list[tuple[bytes, bytes]]
    content: bytes = b""
    parts: list["Part"] = field(default_factory=list)

    def only(self, name: str) -> bytes:
        (found,) = self.all(name)
        return found

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key.lower() == name.lower().encode()]

    @property
    def kind(self) -> str:
        return self.only("Content-Type").partition(b";")[0].decode()

    @property
    def leaves(self) -> list["Part"]:
        return [leaf for part in self.parts for leaf in part.leaves] if self.parts else [self]

    def parameter(self, name: str, of: str = "Content-Type") -> str:
        found = re.search(rb'; *%b="?([^";]+)"?' % name.encode(), self.only(of))
        assert found is not None
        return found[1].decode()


def read(octets: bytes) -> Part:
    """Read a mail or a part; anything that is not in order raises `AssertionError`."""
    head, divider, body = octets.partition(b"\r\n\r\n")
    assert divider
    lines = re.sub(rb"\r\n[ \t]", b" ", head).split(b"\r\n")
    found = Part([(name, value.lstrip()) for name, _, value in (line.partition(b":") for line in lines)])
    if found.kind.startswith("multipart/"):
        return Part(found.fields, parts=_parts(body, found.parameter("boundary").encode()))
    return Part(found.fields, _decoded(body, found.only("Content-Transfer-Encoding")))


def _parts(body: bytes, boundary: bytes) -> list[Part]:
    before, *inside, after = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert (before, after) == (b"", b"--\r\n") or (before, after) == (b"", b"--")
    assert all(part.startswith(b"\r\n") for part in inside)
    return [read(part.removeprefix(b"\r\n")) for part in inside]


def _decoded(body: bytes, encoding: bytes) -> bytes:
    if encoding == b"base64":
        return b64decode(body.replace(b"\r\n", b""), validate=True)
    assert encoding == b"quoted-printable"
    assert re.search(rb"[^\t\r\n -~]|=(?![0-9A-F]{2}|\r\n)|[ \t](?=\r\n)", body) is None
    joined = body.replace(b"=\r\n", b"")
    return re.sub(rb"=([0-9A-F]{2})", lambda sign: bytes([int(sign[1], 16)]), joined)
