"""PDF files: whole, readable without a password, and without anything that runs or hides in them.

This looks at the file as it lies (ISO 32000-2, 7.2 and 7.5), names unescaped, and into its compressed object streams up
to a limit. It is no proof of innocence: whoever wants to hide a script will find a way. It keeps out what common
programs write, and everything is handed out as an attachment that no browser opens here.
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO

from registrar.applications.files.kinds import RefusedFile, damaged
from registrar.errors import N_

HEADER = re.compile(rb"%PDF-[12]\.\d")
TAIL = 2048
"""Within so many bytes of the end `%%EOF` is expected; programs append a line or two."""
MOST_INFLATED = 32 * 1024 * 1024
MOST_STREAMS = 4000
CHUNK = 64 * 1024
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ENDS = rb"(?![^\x00\t\n\f\r ()<>\[\]{}/%])"
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|XFA)" + _ENDS)
_SHORT = re.compile(rb"/JS" + _ENDS)
"""So short that it occurs by chance in a picture's bytes: looked for outside of streams only."""
_ENCRYPTED = re.compile(rb"/Encrypt" + _ENDS)
_OBJECTS = b"/ObjStm"
_LONGEST_DICTIONARY = 1000
_ZIP_END = b"PK\x05\x06"


def check(file: IO[bytes]) -> None:
    """Raise `RefusedFile` for a PDF that is cut off, locked, or holds scripts, programs or other files."""
    file.seek(0)
    data = file.read()
    if not HEADER.match(data) or b"%%EOF" not in data[-TAIL:] or b"startxref" not in data[-TAIL:]:
        raise damaged()
    if _ZIP_END in data[-TAIL:]:
        raise RefusedFile(N_("This file is two kinds of file at once. Save it anew and add that."))
    if _ENCRYPTED.search(data):
        raise RefusedFile(N_("This PDF is locked. Save it without a password or protection and add that."))
    if _is_active(data):
        raise RefusedFile(N_("This PDF holds scripts or other files. Print it to a new PDF and add that."))


def _is_active(data: bytes) -> bool:
    """Tell whether a name of something that runs or hides occurs, as it lies or in an object stream."""
    if _ACTIVE.search(_plain(data)) or _SHORT.search(_plain(_outside_streams(data))):
        return True
    return any(_ACTIVE.search(_plain(part)) or _SHORT.search(_plain(part)) for part in _object_streams(data))


def _plain(data: bytes) -> bytes:
    """Write the letters of names that are written as numbers (`/J#53`)."""
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), data) if b"#" in data else data


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Yield the object streams inflated; refuse what inflates to more than is reasonable."""
    at, left = data.find(_OBJECTS), MOST_INFLATED
    for _number in range(MOST_STREAMS):
        start = data.find(b"stream", at, at + _LONGEST_DICTIONARY) if at >= 0 else -1
        if start >= 0:
            inflated = _inflate(data, start + len(b"stream\n"), left)
            left -= len(inflated)
            yield inflated
        if at < 0:
            return
        if left <= 0:
            break
        at = data.find(_OBJECTS, at + len(_OBJECTS))
    raise RefusedFile(N_("This PDF is too large when it is opened. Print it to a new PDF and add that."))


def _outside_streams(data: bytes) -> bytes:
    """Leave out what stands in streams."""
    kept, at = [], 0
    while (start := data.find(b"stream", at)) >= 0:
        kept.append(data[at:start])
        end = data.find(b"endstream", start)
        at = end + len(b"endstream") if end >= 0 else len(data)
    kept.append(data[at:])
    return b"".join(kept)


def _inflate(data: bytes, start: int, most: int) -> bytes:
    """Inflate the stream that begins here, chunk by chunk, at most a little more than `most` bytes."""
    engine, inflated = zlib.decompressobj(), bytearray()
    start += data[start - 1 : start] == b"\r"  # `stream` ends with CR LF or LF
    try:
        while not engine.eof and len(inflated) <= most and start < len(data):
            inflated += engine.decompress(engine.unconsumed_tail + data[start : start + CHUNK], CHUNK * 16)
            start += CHUNK
    except zlib.error:
        return bytes(inflated)
    return bytes(inflated)
