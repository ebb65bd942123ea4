"""The PDF of an application: A4, one column, with letters of most of Europe's scripts."""

from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _
from fpdf import FPDF, XPos, YPos

from registrar.applications.documents.contents import Entry, Part
from registrar.applications.documents.sources import Document
from registrar.applications.documents.wording import role_in_words, state_in_words
from registrar.applications.files.wording import file_kind, file_size
from registrar.calls.wording import Line
from registrar.web.locale import country_name, current_locale, local_time, with_colon, zone_label

FONTS = Path(__file__).parent / "fonts"
FAMILY = "dejavu"
MARGIN = 22.0
"""Millimetres, as all lengths here; sizes of letters are points."""
TERM_WIDTH = 42.0
INK, SOFT, RULE = (22, 23, 26), (90, 94, 100), (200, 202, 204)
MISSING = "\u25a1"
"""A square, for what the letters at hand do not have."""


class Paper(FPDF):
    """Pages with the reference and their number at the foot."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
        self._letters: frozenset[int] = frozenset(self.fonts[FAMILY].cmap) & frozenset(self.fonts[f"{FAMILY}B"].cmap)  # type: ignore[union-attr]  # fonts from files have it
        self.set_margins(MARGIN, MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(auto=True, margin=MARGIN + 4)
        self.add_page()

    def footer(self) -> None:
        """Write the foot of each page; fpdf2 calls it."""
        self.set_y(-16)
        self.look(8, SOFT)
        self.cell(self.epw / 2, 5, self.known(self._foot))
        number = _("Page %(number)s of %(total)s", number=self.page_no(), total="{nb}")
        self.cell(self.epw / 2, 5, number, align="R")

    def look(self, size: float, ink: tuple[int, int, int] = INK, style: str = "") -> None:
        """Choose letters."""
        self.set_font(FAMILY, style, size)
        self.set_text_color(*ink)

    def known(self, text: str) -> str:
        """Put a square where a letter is missing; fpdf2 would write a line into the log for each."""
        return "".join(c if ord(c) in self._letters else MISSING for c in text.replace("\t", " ") if c.isprintable())

    def paragraph(self, text: str, height: float = 5.4, link: str = "") -> None:
        """Write text over the whole width, broken into lines, and go on below it."""
        options = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT, "align": "L", "link": link}
        self.multi_cell(0, height, self.known(text), **options)  # type: ignore[arg-type]  # one dict, several types

    def room(self, height: float) -> None:
        """Begin a new page unless so much is left on this one: nothing stands alone at its foot."""
        if self.will_page_break(height):
            self.add_page()


def pdf(document: Document, *, now: datetime) -> bytes:
    """Write the document as PDF, in the language of the page."""
    title = document.institution or document.application.reference
    paper = Paper(f"{document.application.reference} · {document.call}")
    paper.set_title(f"{document.application.reference} {title}")
    paper.set_lang(current_locale())
    paper.set_creation_date(now)
    _head(paper, document, title, now)
    for part in document.parts:
        _part(paper, part, document)
    return bytes(paper.output())


def _head(paper: Paper, document: Document, title: str, now: datetime) -> None:
    paper.look(10, SOFT)
    paper.paragraph(document.call)
    paper.ln(1)
    paper.look(20, style="B")
    paper.paragraph(title, 8.6)
    paper.ln(3)
    for term, value in _facts(document, now):
        _fact(paper, term, value)


def _facts(document: Document, now: datetime) -> list[tuple[str, str]]:
    """Return what stands above the answers; without what the reader may not know."""
    application, zone = document.application, document.zone
    moments = (
        (_("Submitted"), application.submitted_at),
        (_("Answers as of"), document.counted_at),
        (_("Printed"), now),
    )
    return [
        (_("Reference"), application.reference),
        (_("State"), state_in_words(application.state)),
        *([(_("Country"), country_name(document.country))] if document.country else []),
        *((term, f"{local_time(at, zone)}, {zone_label(at, zone)}") for term, at in moments if at),
        *([(_("Team"), "\n".join(f"{name}, {role_in_words(role)}" for name, role in document.people))]
          if document.people else []),
    ]  # fmt: skip


def _fact(paper: Paper, term: str, value: str) -> None:
    for number, line in enumerate(value.split("\n")):
        top = paper.get_y()
        paper.look(9, SOFT)
        paper.cell(TERM_WIDTH, 5.2, paper.known(term if number == 0 else ""))
        paper.look(9)
        paper.set_xy(MARGIN + TERM_WIDTH, top)
        paper.paragraph(line, 5.2)


def _part(paper: Paper, part: Part, document: Document) -> None:
    title = part.section.title.in_(current_locale())
    paper.ln(6)
    paper.room(40)
    paper.set_draw_color(*RULE)
    paper.line(MARGIN, paper.get_y(), MARGIN + paper.epw, paper.get_y())
    paper.ln(4)
    paper.start_section(paper.known(title))
    paper.look(14, style="B")
    paper.paragraph(title, 6.6)
    for entry in part.entries:
        _entry(paper, entry, document)


def _entry(paper: Paper, entry: Entry, document: Document) -> None:
    paper.ln(3.5)
    paper.room(18)
    paper.look(9, SOFT, "B")
    paper.paragraph(entry.question.label.in_(current_locale()), 4.8)
    paper.ln(0.8)
    if not entry.lines:
        paper.look(10, SOFT)
        paper.paragraph(_("No answer"))
    for line in entry.lines:
        paper.look(10)
        paper.paragraph(_line(line, document) or " ", link=line.url or "")


def _line(line: Line, document: Document) -> str:
    """Return a line of an answer; a file with its kind and size."""
    upload = next((each for each in document.files if each.id == line.upload), None)
    if upload is None:
        return line.text
    return f"{with_colon(line.text)} {file_kind(upload.file.media_type)}, {file_size(upload.file.size)}"
