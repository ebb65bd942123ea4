"""Archives of office files (OOXML, OpenDocument), read by their directory and weighed without being unpacked to disk.

The library's reader is built for archives that one trusts: it loads a directory of any size and believes it. Here the
directory is bounded before it is read, must describe the file from its first byte to its last without gap or overlap,
and every member is inflated once in small pieces to see that it is as large as it says. Format: APPNOTE.TXT 6.3.10.
"""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from registrar.applications.files.kinds import RefusedFile, damaged
from registrar.errors import N_

MOST_MEMBERS = 3000
MOST_DIRECTORY = 1024 * 1024
MOST_INFLATED = 120 * 1024 * 1024
"""Of all members together; a large spreadsheet of 10 MB has about so much."""
MOST_RATIO = 200
LARGEST_EASY = 4 * 1024 * 1024
"""Below this a high ratio is common: an empty spreadsheet compresses well."""
CHUNK = 64 * 1024
STORED, DEFLATED = 0, 8
ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
WITH_DESCRIPTOR = 1 << 3
LONGEST_DESCRIPTOR = 24
UNIX = 3
_WHOLE = 0xFFFFFFFF
_END = struct.Struct("<4s4H2IH")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True)
class Member:
    """A file in an archive, as the directory describes it."""

    name: str
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    """Of a Unix file system, 0 if the archive was made elsewhere."""

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def suspicious() -> RefusedFile:
    """Refuse an archive that no office program writes."""
    return RefusedFile(N_("This file is built in a way that office programs do not. Save it anew and add that."))


def too_large() -> RefusedFile:
    return RefusedFile(N_("This file is too large when it is opened. Make it smaller, or save it as PDF."))


def locked() -> RefusedFile:
    return RefusedFile(N_("This file is locked. Save it without a password and add that."))


def members(file: IO[bytes]) -> list[Member]:
    """Return what is in an archive; raise `RefusedFile` unless its directory tells the truth about where it lies."""
    size = file.seek(0, 2)
    end, count, length, offset = _end(file, size)
    if count > MOST_MEMBERS or length > MOST_DIRECTORY:
        raise too_large()
    if offset + length != end or count == 0:
        raise suspicious()
    file.seek(offset)
    found = list(_directory(file.read(length), count))
    _refuse_odd(found)
    _refuse_gaps(file, found, offset)
    return found


def read(file: IO[bytes], member: Member, most: int) -> bytes:
    """Return the content of a member of at most so many bytes."""
    if member.size > most:
        raise too_large()
    return b"".join(pieces(file, member))


def pieces(file: IO[bytes], member: Member) -> Iterator[bytes]:
    """Yield a member's content; raise `RefusedFile` if it is larger or smaller than it says, or not what it was."""
    left, crc = member.size, 0
    for piece in _inflated(file, member):
        left -= len(piece)
        if left < 0:
            raise suspicious()
        crc = zlib.crc32(piece, crc)
        yield piece
    if left or crc != member.crc:
        raise damaged()


def _end(file: IO[bytes], size: int) -> tuple[int, int, int, int]:
    """Return where the end record stands, and the directory's count, length and offset; no ZIP64, no second disk."""
    tail_at = max(0, size - _END.size - 0xFFFF)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise damaged()
    _, disk, first_disk, here, count, length, offset, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment != len(tail) or tail.count(b"PK\x05\x06") != 1:
        raise suspicious()
    if disk or first_disk or here != count or _WHOLE in (length, offset) or count == 0xFFFF:
        raise suspicious()
    return tail_at + at, count, length, offset


def _directory(data: bytes, count: int) -> Iterator[Member]:
    at = 0
    for _number in range(count):
        if len(data) - at < _ENTRY.size or data[at : at + 4] != b"PK\x01\x02":
            raise damaged()
        (_, made_by, _, flags, method, _, _, crc, packed, size, name, extra, comment, _, _, mode, offset) = (
            _ENTRY.unpack_from(data, at)
        )
        at += _ENTRY.size
        raw = data[at : at + name]
        at += name + extra + comment
        unix = mode >> 16 if made_by >> 8 == UNIX else 0
        yield Member(_name(raw, flags), method, flags, crc, packed, size, offset, unix)
    if at != len(data):
        raise suspicious()


def _name(raw: bytes, flags: int) -> str:
    """Return a member's name; one that would lead out of the folder it is unpacked into is refused."""
    try:
        name = raw.decode("utf-8" if flags & 1 << 11 else "cp437")
    except UnicodeDecodeError:
        raise suspicious() from None
    parts = name.removesuffix("/").split("/")
    if "\\" in name or ":" in name or not name.isprintable() or any(part in ("", ".", "..") for part in parts):
        raise suspicious()
    return name


def _refuse_odd(found: list[Member]) -> None:
    """Refuse locked members, links, odd ways of compression, names that occur twice, and bombs by their own word."""
    if any(member.flags & ENCRYPTED for member in found):
        raise locked()
    if len({member.name.casefold() for member in found}) < len(found):
        raise suspicious()
    for member in found:
        is_plain = stat.S_IFMT(member.mode) in (0, stat.S_IFREG, stat.S_IFDIR)
        is_whole = _WHOLE not in (member.packed, member.size, member.offset)
        if member.method not in (STORED, DEFLATED) or not is_plain or not is_whole:
            raise suspicious()
    size, packed = sum(member.size for member in found), sum(member.packed for member in found)
    if size > MOST_INFLATED or (size > LARGEST_EASY and size > packed * MOST_RATIO):
        raise too_large()


def _refuse_gaps(file: IO[bytes], found: list[Member], directory: int) -> None:
    """Refuse an archive whose members overlap, or between which something lies that the directory does not tell."""
    at, room = 0, 0
    for member in sorted(found, key=lambda each: each.offset):
        if not at <= member.offset <= at + room:
            raise suspicious()
        at = _content_at(file, member) + member.packed
        room = LONGEST_DESCRIPTOR if member.flags & WITH_DESCRIPTOR else 0
    if not at <= directory <= at + room:
        raise suspicious()


def _content_at(file: IO[bytes], member: Member) -> int:
    """Return where a member's content begins; its own header must tell the same as the directory."""
    file.seek(member.offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise suspicious()
    _, _, flags, method, _, _, _, packed, size, name, extra = _LOCAL.unpack(head)
    is_same = method == member.method and _name(file.read(name), flags) == member.name
    if not flags & WITH_DESCRIPTOR and (packed, size) != (member.packed, member.size):
        is_same = False
    if not is_same or flags & ENCRYPTED:
        raise suspicious()
    return member.offset + _LOCAL.size + int(name) + int(extra)


def _inflated(file: IO[bytes], member: Member) -> Iterator[bytes]:
    """Yield what a member inflates to, in pieces; never more than a piece beyond what was asked for."""
    file.seek(_content_at(file, member))
    engine, left = zlib.decompressobj(-zlib.MAX_WBITS), member.packed
    while left > 0:
        raw = file.read(min(CHUNK, left))
        if not raw:
            raise damaged()
        left -= len(raw)
        if member.method == STORED:
            yield raw
            continue
        yield from _through(engine, raw)
    if member.method == DEFLATED and (not engine.eof or engine.unused_data):
        raise suspicious()


def _through(engine: "zlib._Decompress", raw: bytes) -> Iterator[bytes]:
    try:
        while raw:
            yield engine.decompress(raw, CHUNK)
            raw = engine.unconsumed_tail
    except zlib.error:
        raise damaged() from None
