"""Exports of the filtered list, in full or as reviewers see it: CSV as a stream, XLSX out of a temporary file."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications.desk import export_queries as queries
from registrar.applications.desk import list_queries, sheets, workbook
from registrar.applications.desk.blueprint import bp, found_call
from registrar.applications.desk.list_manage import filters
from registrar.applications.desk.reading_manage import asked_reader
from registrar.applications.documents.contents import Reader
from registrar.audit import operations as audit
from registrar.clock import now
from registrar.db import db, read_only
from registrar.web import csv_lines
from registrar.web.access import staff
from registrar.web.headers import keep_private

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 64 * 1024
NAMES = {Reader.TEAM: "", Reader.REVIEWERS: "-reviewers", Reader.BLIND_REVIEWERS: "-blind"}


@bp.post("/calls/<slug>/applications/export")
@staff(Role.ORGANISER)
def export(slug: str) -> ResponseReturnValue:
    """Send the filtered applications as a file; a POST, because the download is recorded."""
    reader, kind = asked_reader(), "csv" if request.form.get("format") == "csv" else "xlsx"
    call = found_call(slug)
    reading = signed_in_staff()
    wanted = filters(call, list_queries.counts(db, call, reading))[1]
    asked = {"filters": wanted.names_used, "format": kind, "reader": reader.value}
    audit.record(db, actor(), "application.export_list", call, now=now(), **asked)
    db.commit()
    read_only(db)  # so that a slow download never holds up those who write
    call, reading = found_call(slug), signed_in_staff()
    versions = queries.versions_used(db, call, reading)
    sheet = sheets.sheet(versions.values(), reader)
    rows = queries.exported(db, call, reading, list_queries.ids(db, call, reading, wanted), versions)
    made = _csv(sheet, rows) if kind == "csv" else _xlsx(sheet, rows)
    name = f"{slug}-applications{NAMES[reader]}-{now():%Y-%m-%d}.{kind}"
    made.headers.set("Content-Disposition", "attachment", filename=name)
    return keep_private(made)


def _csv(sheet: sheets.Sheet, rows: Iterator[queries.Exported]) -> Response:
    def lines() -> Iterator[str]:
        yield "\ufeff" + csv_lines.line(sheet.headings)  # spreadsheets take the file for UTF-8 by its mark
        for each in rows:
            yield csv_lines.line(map(sheets.as_text, sheet.row(each)))

    return Response(stream_with_context(lines()), mimetype="text/csv")


def _xlsx(sheet: sheets.Sheet, rows: Iterator[queries.Exported]) -> Response:
    file = TemporaryFile()  # noqa: SIM115 - closed when the answer is
    try:
        workbook.write(file, sheet, rows)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    response = Response(_pieces(file), mimetype=XLSX)
    response.content_length = size
    response.call_on_close(file.close)
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece
