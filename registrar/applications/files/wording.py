"""Files in words: their size and their kind."""

from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext as _

from registrar.applications.files.kinds import Kind
from registrar.web.locale import babel_locale

KILO = 1000
SHORT = {
    Kind.DOCX: "Word",
    Kind.XLSX: "Excel",
    Kind.PPTX: "PowerPoint",
    Kind.ODT: "OpenDocument",
    Kind.ODS: "OpenDocument",
    Kind.ODP: "OpenDocument",
    Kind.WEBP: "WebP",
}


def file_size(size: int) -> str:
    """Write a number of bytes as people read it: `1.2 MB`."""
    if size >= KILO * KILO:
        return str(_("%(size)s MB", size=format_decimal(size / KILO / KILO, "0.#", locale=babel_locale())))
    return str(_("%(size)s kB", size=max(1, round(size / KILO))))


def file_kind(media_type: str) -> str:
    """Name a kind of file briefly: `PDF`, `Word`."""
    try:
        kind = Kind(media_type)
    except ValueError:
        return str(_("File"))
    return SHORT.get(kind, kind.name)


def accepted_endings() -> str:
    """Return what a file field offers to choose from."""
    return ",".join([*(f".{kind.ending}" for kind in Kind), ".jpeg"])


def install(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.filters.update(file_size=file_size, file_kind=file_kind)
    app.jinja_env.globals["accepted_endings"] = accepted_endings
