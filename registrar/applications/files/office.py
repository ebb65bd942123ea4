"""Office files: which of the accepted kinds an archive is, and whether it holds programs, other files or traps."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO

from registrar.applications.files import archives
from registrar.applications.files.archives import Member
from registrar.applications.files.kinds import Kind, RefusedFile, unknown
from registrar.errors import N_

CONTENT_TYPES = "[Content_Types].xml"
MANIFEST = "META-INF/manifest.xml"
MAIN = {
    b"wordprocessingml.document.main+xml": Kind.DOCX,
    b"spreadsheetml.sheet.main+xml": Kind.XLSX,
    b"presentationml.presentation.main+xml": Kind.PPTX,
    b"presentationml.slideshow.main+xml": Kind.PPTX,
}
OPEN = {str(kind).encode(): kind for kind in (Kind.ODT, Kind.ODS, Kind.ODP)}
MOST_TEXT = 2 * 1024 * 1024
MOST_EMBEDDED = 10 * 1024 * 1024
MACRO_FOLDERS = ("basic/", "scripts/")
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS = (OLE2, b"MZ", b"\x7fELF", b"#!", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
"""What begins like this runs, or holds what runs: OLE2 objects (and with them macros), programs, other archives."""
ARCHIVE = b"PK\x03\x04"
_FETCHED = (b"/attachedTemplate", b"/oleObject", b"/frame", b"/subDocument", b"/control", b"/package")
"""Kinds of relations that a program follows by itself when the file is opened; others are links to click on."""
RELATIONS = ".rels"
ENTITY = b"<!ENTITY"
"""Entities can grow without end."""


def check(file: IO[bytes]) -> Kind:
    """Return which kind of office file this is; raise `RefusedFile` if none, or if it is not harmless."""
    return _check(file, depth=0)


def _check(file: IO[bytes], depth: int) -> Kind:
    found = archives.members(file)
    kind = _kind(file, found)
    for member in found:
        if not member.is_folder:
            _check_member(file, member, depth)
    return kind


def _kind(file: IO[bytes], found: list[Member]) -> Kind:
    by_name = {member.name: member for member in found}
    if CONTENT_TYPES in by_name:
        return _microsoft(archives.read(file, by_name[CONTENT_TYPES], MOST_TEXT))
    if found[0].name == "mimetype" and MANIFEST in by_name:
        if b"encryption-data" in archives.read(file, by_name[MANIFEST], MOST_TEXT):
            raise archives.locked()
        _refuse_macros(found)
        kind = OPEN.get(archives.read(file, found[0], 100))
        if kind is not None:
            return kind
    raise unknown()


def _microsoft(types: bytes) -> Kind:
    """Return which kind the list of content types declares: exactly one, and none with macros."""
    if b"macroEnabled" in types or b"vbaProject" in types or b"activeX" in types:
        raise _runs()
    kinds = {kind for name, kind in MAIN.items() if name in types}
    if len(kinds) != 1:
        raise unknown()
    return kinds.pop()


def _refuse_macros(found: Iterable[Member]) -> None:
    if any(member.name.lower().startswith(MACRO_FOLDERS) for member in found):
        raise _runs()


def _check_member(file: IO[bytes], member: Member, depth: int) -> None:
    """Inflate a member once and look at how it begins; texts are looked through."""
    if member.name.lower().endswith("vbaproject.bin"):
        raise _runs()
    is_text, tail, begun = member.name.lower().endswith((".xml", RELATIONS)), b"", b""
    for piece in archives.pieces(file, member):
        if not begun:
            begun = piece[:16]
            _refuse_program(begun)
        if is_text and ENTITY in tail + piece:
            raise archives.suspicious()
        tail = piece[-len(ENTITY) :]
    if member.name.lower().endswith(RELATIONS):
        _refuse_fetching(archives.read(file, member, MOST_TEXT))
    if begun.startswith(ARCHIVE):
        _check_embedded(file, member, depth)


def _check_embedded(file: IO[bytes], member: Member, depth: int) -> None:
    """Let an office file hold another one (a diagram's table), and that one no further."""
    if depth > 0 or "/embeddings/" not in f"/{member.name}":
        raise _runs()
    _check(BytesIO(archives.read(file, member, MOST_EMBEDDED)), depth + 1)


def _refuse_program(begun: bytes) -> None:
    if begun.startswith(PROGRAMS):
        raise _runs()


def _refuse_fetching(relations: bytes) -> None:
    """Refuse a file of which a program would fetch parts from elsewhere by itself."""
    for relation in relations.split(b"<Relationship")[1:]:
        if b'"External"' in relation and any(kind in relation for kind in _FETCHED):
            raise RefusedFile(N_("This file fetches parts of itself from elsewhere. Save it as PDF and add that."))


def _runs() -> RefusedFile:
    return RefusedFile(N_("This file holds macros, programs or other files. Save it without them, or as PDF."))
