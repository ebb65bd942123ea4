"""The files of the demonstration: letters and sketches, the same bytes every time, with real content on the shelf."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from random import Random

from flask import current_app
from fpdf import FPDF
from PIL import Image, ImageDraw
from sqlalchemy import select

from registrar.applications.file_models import StoredFile
from registrar.applications.files.kinds import Kind
from registrar.applications.files.shelf import shelf
from registrar.db import DbSession
from registrar.ops.demo.book import Book

DRAWN_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SKETCHES = 5
LETTERS = {
    "en": ("Letter of support", "We agree that our team takes part, and that it may use working hours for it."),
    "fr": ("Lettre de soutien", "Nous sommes d'accord pour que notre équipe participe, sur son temps de travail."),
}


class Papers:
    """Contents by what they are, stored once each."""

    def __init__(self, db: DbSession, book: Book, at: datetime) -> None:
        self._db, self._book, self._at = db, book, at
        self._ids: dict[str, int] = {}

    def letter(self, locale: str) -> tuple[int, str]:
        """Return the number of the content of a letter of support, and a name for the file."""
        name = "Letter of support.pdf" if locale == "en" else "Lettre de soutien.pdf"
        return self._stored(f"letter-{locale}", Kind.PDF, lambda: _letter(*LETTERS[locale])), name

    def sketch(self, number: int) -> tuple[int, str]:
        """Return the number of the content of a sketch, and a name for the file."""
        which = number % SKETCHES
        return self._stored(f"sketch-{which}", Kind.PNG, lambda: _sketch(which)), f"Sketch {which + 1}.png"

    def _stored(self, what: str, media_type: Kind, make: Callable[[], bytes]) -> int:
        if what not in self._ids:
            self._ids[what] = self._keep(make(), media_type)
        return self._ids[what]

    def _keep(self, content: bytes, media_type: Kind) -> int:
        digest = sha256(content).hexdigest()
        place = shelf(current_app)
        with place.draft() as draft:
            draft.write(content)
            place.place(draft, digest)
        known = self._db.scalar(select(StoredFile.id).where(StoredFile.sha256 == digest))
        row = {"sha256": digest, "size": len(content), "media_type": str(media_type), "created_at": self._at}
        return known or int(self._book.add(StoredFile, **row)["id"])


def _letter(title: str, text: str) -> bytes:
    page = FPDF()
    page.set_creation_date(DRAWN_AT)
    page.set_title(title)
    page.add_page()
    page.set_font("Helvetica", "B", 18)
    page.cell(0, 30, title, new_x="LMARGIN", new_y="NEXT")
    page.set_font("Helvetica", size=12)
    page.multi_cell(0, 8, text)
    return bytes(page.output())


def _sketch(number: int) -> bytes:
    """Draw some circles and lines on paper."""
    rng = Random(number)  # noqa: S311 - it must be predictable
    picture = Image.new("RGB", (900, 600), "#f6f3ea")
    pen = ImageDraw.Draw(picture)
    places = [(rng.randrange(80, 820), rng.randrange(80, 520)) for _ in range(6)]
    pen.line(places, fill="#2632c9", width=4)
    for x, y in places:
        size = rng.randrange(18, 60)
        pen.ellipse((x - size, y - size, x + size, y + size), outline="#16171a", width=4, fill="#ffffff")
    content = BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()
