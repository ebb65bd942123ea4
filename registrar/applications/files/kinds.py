"""The kinds of files that teams may add, and the refusal of all others."""

from enum import StrEnum

from registrar.errors import N_, Refusal


class Kind(StrEnum):
    """A kind of file; its value is its media type (IANA)."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ODP = "application/vnd.oasis.opendocument.presentation"

    @property
    def ending(self) -> str:
        """The ending of its files' names, without the point."""
        return "jpg" if self is Kind.JPEG else self.name.lower()


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
ENDINGS = frozenset({*(kind.ending for kind in Kind), "jpeg", "jpe"})
NAMES = "PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), OpenDocument (.odt, .ods, .odp), JPEG, PNG, WebP"
"""What is accepted, in words that are the same in every language."""


class RefusedFile(Refusal):
    """A file that is not taken in; its message says why and what would be."""

    name: str = ""
    """What the file calls itself."""

    def about(self, name: str) -> "RefusedFile":
        """Say which of several files it is."""
        self.name = name
        return self


def unknown() -> RefusedFile:
    """Refuse a file of another kind, whatever it calls itself."""
    return RefusedFile(N_("This kind of file is not accepted. Accepted are: %(kinds)s."), kinds=NAMES)


def damaged() -> RefusedFile:
    """Refuse a file that is not whole."""
    return RefusedFile(N_("This file is damaged or not complete. Open it, save it again and add it once more."))
