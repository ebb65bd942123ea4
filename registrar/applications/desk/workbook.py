"""Applications as an Excel file: typed cells, no formulas, written row by row so that memory stays small."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Any

from flask_babel import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from registrar.applications.desk import sheets
from registrar.applications.desk.export_queries import Exported
from registrar.applications.desk.sheets import Cell, Sheet
from registrar.applications.documents.contents import Reader

LONGEST_CELL = 32_767
"""Characters that Excel keeps in a cell."""
CUT = " […]"
FIRST_YEAR = 1900
"""Excel knows no day before it."""
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTHS = (14, 34)
"""Of the first column and of the others, in characters."""


def write(file: IO[bytes], sheet: Sheet, rows: Iterable[Exported]) -> None:
    """Write a workbook with a sheet of applications and, where names may be seen, one of people."""
    with Workbook(file, OPTIONS) as book:
        formats = {kind: book.add_format({"num_format": shape, "valign": "top"}) for kind, shape in _SHAPES.items()}
        applications = _begin(book, _("Applications"), sheet.headings)
        people = _begin(book, _("People"), sheets.people_headings()) if sheet.reader is Reader.TEAM else None
        count = 0
        for line, each in enumerate(rows, start=1):
            _put(applications, line, sheet.row(each), formats)
            for cells in sheets.people(each) if people else ():
                count += 1
                _put(people, count, cells, formats)


_SHAPES: dict[type, str] = {
    datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", int: "0", float: "General", str: "@",
}  # fmt: skip


def _begin(book: Workbook, name: str, headings: list[str]) -> Worksheet:
    """Add a sheet whose heading stays in sight."""
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, WIDTHS[0])
    sheet.set_column(1, max(len(headings) - 1, 1), WIDTHS[1])
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, _short(heading), bold)
    return sheet


def _put(sheet: Worksheet | None, line: int, cells: list[Cell], formats: dict[type, Any]) -> None:
    for place, cell in enumerate(cells) if sheet else ():
        _write(sheet, line, place, cell, formats)


def _write(sheet: Any, line: int, place: int, cell: Cell, formats: dict[type, Any]) -> None:
    """Write a cell as what it is; text always as text, whatever it begins with."""
    if cell is None:
        return
    if isinstance(cell, date) and cell.year >= FIRST_YEAR:
        sheet.write_datetime(line, place, cell, formats[type(cell)])
    elif isinstance(cell, int | float):
        sheet.write_number(line, place, cell, formats[type(cell)])
    else:
        sheet.write_string(line, place, _short(sheets.as_text(cell)), formats[str])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT
