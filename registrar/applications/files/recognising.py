"""What a file is, told from its content alone: neither its name nor what the browser says is believed."""

from collections.abc import Callable, Mapping
from typing import IO

from registrar.applications.files import office, pdfs
from registrar.applications.files.kinds import Kind, RefusedFile, unknown
from registrar.errors import N_


def recognise(file: IO[bytes]) -> Kind:
    """Return the kind of a file and look through it; pictures are only told apart here, `pictures.clean` reads them.

    Raise `RefusedFile` for every other kind, and for what is damaged or not harmless.
    """
    file.seek(0)
    begin = file.read(16)
    if not begin:
        raise RefusedFile(N_("This file is empty."))
    if begin.startswith(office.OLE2):  # Word, Excel and PowerPoint before 2007, and newer ones with a password
        raise RefusedFile(N_("This is an old kind of office file, or one with a password. Save it as .docx, .xlsx, "
                             ".pptx or PDF without a password."))  # fmt: skip
    for marker, look in _LOOKS.items():
        if begin.startswith(marker):
            return look(file)
    if begin.startswith(b"RIFF") and begin[8:12] == b"WEBP":
        return Kind.WEBP
    raise unknown()


def _pdf(file: IO[bytes]) -> Kind:
    pdfs.check(file)
    return Kind.PDF


_LOOKS: Mapping[bytes, Callable[[IO[bytes]], Kind]] = {
    b"%PDF-": _pdf,
    b"\xff\xd8\xff": lambda _file: Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": lambda _file: Kind.PNG,
    b"PK\x03\x04": office.check,
}
