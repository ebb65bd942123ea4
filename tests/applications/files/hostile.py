"""The hostile corpus: files that attack whoever stores, opens or unpacks them, all made by code."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from PIL import Image

from tests.applications.files import samples

SCRIPT = b"<script>alert(document.cookie)</script>"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 500
SCRIPTED = b"<< /S /JavaScript /JS (app.alert(1)) >>\n"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000


def overlapping(size: int) -> bytes:
    """Many members of the directory share one piece of content (Fifield, "A better zip bomb", 2019)."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = kernel.compress(b"a" * size) + kernel.flush()
    content = _local("word/0.xml", packed, size) + packed
    entries = b"".join(_entry(f"word/{n % 10}.xml" + "l" * (n // 10), packed, size, 0) for n in range(250))
    return content + entries + _end(250, len(entries), len(content))


def bomb(claimed: int | None = None) -> bytes:
    """10 MB that inflate to 10 GB, telling so or claiming less."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = engine.compress(b"\0" * 10_000_000) + engine.flush(zlib.Z_FULL_FLUSH)
    packed = block * 1000 + engine.flush()
    return _single("word/document.xml", packed, 10_000_000_000 & 0xFFFFFFFF if claimed is None else claimed)


def many_members(count: int) -> bytes:
    """A directory of so many members."""
    entries = b"".join(_entry(f"{n}.xml", b"", 0, 0) for n in range(count))
    return _local("a", b"", 0) + entries + _end(min(count, 0xFFFE), len(entries), 31)


def quine() -> bytes:
    """An archive in an archive in an archive, as one that contains itself appears to whoever follows it."""
    inner = samples.docx()
    for _ in range(8):
        inner = samples.docx({"word/embeddings/self.docx": inner})
    return inner


def encrypted() -> bytes:
    data = bytearray(samples.docx())
    for marker, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(marker)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(marker, start + 4)
    return bytes(data)


def symlink() -> bytes:
    file = io.BytesIO(samples.docx())
    with zipfile.ZipFile(file, "a") as found:
        link = zipfile.ZipInfo("word/media/image1.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        found.writestr(link, "/etc/passwd")
    return file.getvalue()


def twice() -> bytes:
    """Two members of the same name but for its letters' case: programs differ in which one they open."""
    return samples.docx({"WORD/DOCUMENT.XML": "another"})


def lying_header() -> bytes:
    """The directory says one name, the member's own header another."""
    return samples.docx({"word/harmless.xml": "x"}).replace(b"word/harmless.xml", b"word/dangerous.js", 1)


def hidden_between() -> bytes:
    """Something lies before the directory that the directory does not tell."""
    data = samples.docx()
    at = data.index(b"PK\x01\x02")
    moved = bytearray(data[:at] + PROGRAM + data[at:])
    offset = len(moved) - 6
    moved[offset : offset + 4] = struct.pack("<I", at + len(PROGRAM))
    return bytes(moved)


def zip64() -> bytes:
    """The sizes stand in the fields that another reader ignores."""
    data = bytearray(samples.docx())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = b"\xff\xff\xff\xff"
    return bytes(data)


def huge_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """A header that promises 2.5 thousand million pixels, and rows that compress to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0" * 5_000_000)) + _chunk(
        b"IEND", b""
    )  # fmt: skip


def huge_jpeg(side: int = 60_000) -> bytes:
    data = bytearray(samples.picture("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(data)


def huge_webp() -> bytes:
    return samples.picture("WEBP", (5000, 5000))


def progressive() -> bytes:
    """A progressive JPEG of 25 million pixels, which is held twice while it is read."""
    return samples.picture("JPEG", (5000, 5000), progressive=True)


def moving(format_: str) -> bytes:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, format_, save_all=True, append_images=frames[1:])
    return file.getvalue()


def pdf_with(words: bytes) -> bytes:
    """A PDF with something more in its catalogue."""
    return samples.pdf().replace(b"/Type /Catalog", b"/Type /Catalog " + words)


def pdf_with_hidden_script() -> bytes:
    """A script in a compressed object stream."""
    packed = zlib.compress(b"1 0 << /S /JavaScript /JS (app.alert(1)) >>")
    stream = b"9 0 obj << /Type /ObjStm /N 1 /First 4 /Length %d >>\nstream\n%b\nendstream endobj\n" % (
        len(packed),
        packed,
    )
    return samples.pdf().replace(b"trailer", stream + b"trailer")


def pdf_bomb() -> bytes:
    """Object streams that inflate to gigabytes."""
    packed = zlib.compress(b"\0" * 50_000_000, 9)
    stream = b"9 0 obj << /Type /ObjStm /N 1 /First 4 >>\nstream\n%b\nendstream endobj\n" % packed
    return samples.pdf().replace(b"trailer", stream * 100 + b"trailer")


HOSTILE: Mapping[str, Callable[[], bytes]] = MappingProxyType(
    {
        "empty.pdf": lambda: b"",
        "zero bytes.pdf": lambda: b"\0" * 5_000_000,
        "page.pdf": lambda: b"<!doctype html>" + SCRIPT,
        "page that mentions a PDF.pdf": lambda: b"<!doctype html>" + SCRIPT + samples.pdf(),
        "drawing that runs.png": lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
        "drawing with a mark of order.png": lambda: b"\xef\xbb\xbf<?xml version='1.0'?><svg>" + SCRIPT + b"</svg>",
        "program.docx": lambda: PROGRAM,
        "program.jpg": lambda: b"\x7fELF" + b"\x02\x01\x01" + b"\0" * 300,
        "script.pdf": lambda: b"#!/bin/sh\nrm -rf /\n",
        "script.png": lambda: b"eval(atob('YWxlcnQoMSk='))",
        "moving.jpg": lambda: moving("GIF"),
        "archive.docx": lambda: samples.archive({"readme.txt": "hello"}),
        "program in java.docx": lambda: samples.archive({"META-INF/MANIFEST.MF": "Main-Class: Evil", "A.class": "x"}),
        "app.docx": lambda: samples.archive({"AndroidManifest.xml": "x", "classes.dex": "dex\n035"}),
        "book.odt": lambda: samples.open_document("application/epub+zip"),
        "old word.docx": lambda: OLE2,
        "packed.docx": lambda: b"\x1f\x8b\x08" + b"\0" * 100,
        "seven.docx": lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 100,
        "two kinds.pdf": lambda: samples.pdf() + samples.docx(),
        "two kinds.docx": lambda: b"GIF89a" + samples.docx(),
        "two kinds in front.docx": lambda: b"%PDF-1.7\n" + samples.docx(),
        "behind its end.docx": lambda: samples.docx() + PROGRAM,
        "cut off.pdf": lambda: samples.pdf()[:-300],
        "cut off.docx": lambda: samples.docx()[:-30],
        "cut off.jpg": lambda: samples.picture("JPEG", (400, 400))[:-400],
        "cut off.png": lambda: samples.picture("PNG", (400, 400))[:-60],
        "cut off.webp": lambda: samples.picture("WEBP", (400, 400))[:-60],
        "only a head.jpg": lambda: b"\xff\xd8\xff" + SCRIPT * 100,
        "only a head.png": lambda: b"\x89PNG\r\n\x1a\n" + SCRIPT * 100,
        "only a head.webp": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8 " + SCRIPT * 100,
        "overlapping.docx": lambda: overlapping(20_000_000),
        "overlapping quietly.docx": lambda: overlapping(1_000),
        "bomb.docx": bomb,
        "lying bomb.docx": lambda: bomb(1_000_000),
        "bomb of its own.xlsx": lambda: samples.docx({"xl/sheet.xml": b"\0" * 100_000_000}),
        "hundred thousand.docx": lambda: many_members(100_000),
        "sixty thousand.docx": lambda: many_members(60_000),
        "quine.docx": quine,
        "nested.docx": lambda: samples.docx({"word/media/a.zip": samples.archive({"a.txt": "a"})}),
        "locked.docx": encrypted,
        "locked.odt": lambda: samples.open_document(
            "application/vnd.oasis.opendocument.text", {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
        ),
        "link.docx": symlink,
        "up.docx": lambda: samples.docx({"../../etc/passwd": "x"}),
        "root.docx": lambda: samples.docx({"/etc/passwd": "x"}),
        "drive.docx": lambda: samples.docx({"C:/autoexec.bat": "x"}),
        "backslash.docx": lambda: samples.docx({"..\\evil.dll": "x"}),
        "turned.docx": lambda: samples.docx({"word/\u202egpj.exe": "x"}),
        "twice.docx": twice,
        "lying.docx": lying_header,
        "hidden.docx": hidden_between,
        "zip64.docx": zip64,
        "odd compression.docx": lambda: samples.archive({"[Content_Types].xml": samples.DOCX_TYPES}, zipfile.ZIP_BZIP2),
        "macro.docx": lambda: samples.docx({"word/vbaProject.bin": OLE2}),
        "macro of another name.docx": lambda: samples.docx({"word/media/image1.png": OLE2}),
        "macro by type.docx": lambda: samples.docx(
            types=samples.DOCX_TYPES.replace("document.main+xml", "document.macroEnabled.main+xml")
        ),
        "two documents.docx": lambda: samples.docx(types=samples.DOCX_TYPES + samples.PPTX_TYPES),
        "macro.odt": lambda: samples.open_document(
            "application/vnd.oasis.opendocument.text", {"Basic/Standard/Module1.xml": "Sub Main"}
        ),
        "program inside.docx": lambda: samples.docx({"word/embeddings/setup.bin": PROGRAM}),
        "fetches.docx": lambda: samples.docx({"word/_rels/settings.xml.rels": samples.REMOTE}),
        "grows.docx": lambda: samples.docx({"word/styles.xml": '<!DOCTYPE a [<!ENTITY a "aaaa">]><a>&a;</a>'}),
        "grows later.docx": lambda: samples.docx({"word/styles.xml": " " * 65_530 + '<!ENTITY a "a">'}),
        "huge.png": huge_png,
        "long.png": lambda: huge_png(1_000_000, 20),
        "huge.jpg": huge_jpeg,
        "huge.webp": huge_webp,
        "huge and progressive.jpg": progressive,
        "moving.png": lambda: moving("PNG"),
        "moving.webp": lambda: moving("WEBP"),
        "scripted.pdf": lambda: pdf_with(b"/OpenAction " + SCRIPTED),
        "scripted in numbers.pdf": lambda: pdf_with(b"/OpenAction << /S /J#61vaScr#69pt /J#53 (app.alert(1)) >>"),
        "scripted in a stream.pdf": pdf_with_hidden_script,
        "launching.pdf": lambda: pdf_with(b"/OpenAction << /S /Launch /F (cmd.exe) >>"),
        "carrying.pdf": lambda: pdf_with(b"/Names << /EmbeddedFiles << /Names [(a.exe) 5 0 R] >> >>"),
        "locked.pdf": lambda: pdf_with(b"").replace(b"trailer\n<<", b"trailer\n<< /Encrypt 7 0 R"),
        "bomb.pdf": pdf_bomb,
        "many streams.pdf": lambda: samples.pdf().replace(b"trailer", b"/ObjStm " * 1_000_000 + b"trailer"),
        "streams that never end.pdf": lambda: samples.pdf().replace(
            b"trailer", b"stream " * 1_300_000 + SCRIPTED + b"trailer"
        ),
    }
)
"""By the name under which it comes; each is refused."""


LARGE: Mapping[str, Callable[[], bytes]] = MappingProxyType(
    {
        "large.jpg": lambda: samples.picture("JPEG", (6000, 4000)),
        "from a telephone.jpg": lambda: samples.picture("JPEG", (9248, 6900)),
        "large and progressive.jpg": lambda: samples.picture("JPEG", (4000, 2500), progressive=True, subsampling=0),
        "large.png": lambda: samples.picture("PNG", (5000, 4000), "RGBA"),
        "large.webp": lambda: samples.picture("WEBP", (3000, 2000)),
    }
)
"""The largest pictures that are accepted."""


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _local(name: str, packed: bytes, size: int) -> bytes:
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), size, len(name), 0) + name.encode()


def _entry(name: str, packed: bytes, size: int, offset: int) -> bytes:
    sizes = (0, len(packed), size, len(name), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, *sizes) + name.encode()


def _end(count: int, length: int, offset: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, length, offset, 0)


def _single(name: str, packed: bytes, size: int) -> bytes:
    """An archive whose first member lists a Word file and whose second is given packed."""
    types = samples.DOCX_TYPES.encode()
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = engine.compress(types) + engine.flush()
    content = _local("[Content_Types].xml", first, len(types)) + first
    at = len(content)
    content += _local(name, packed, size) + packed
    entry = bytearray(_entry("[Content_Types].xml", first, len(types), 0))
    entry[16:20] = struct.pack("<I", zlib.crc32(types))
    entries = bytes(entry) + _entry(name, packed, size, at)
    return content + entries + _end(2, len(entries), len(content))
