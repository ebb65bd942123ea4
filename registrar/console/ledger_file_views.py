"""The mail ledger as a file for spreadsheets."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Response, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.audit import operations as audit
from registrar.clock import now
from registrar.console import ledger_queries as queries
from registrar.console import registration_queries, words
from registrar.console.forms import LedgerFilterForm
from registrar.console.navigation import bp
from registrar.console.rules import LedgerFilter
from registrar.db import db, read_only
from registrar.web import csv_lines
from registrar.web.access import staff


@bp.post("/mail.csv")
@staff(Role.ORGANISER)
def ledger_csv() -> ResponseReturnValue:
    """Stream the filtered ledger as CSV; a POST, because the download is recorded."""
    form = LedgerFilterForm()
    sessions = registration_queries.sessions(db, None)
    form.offer(sessions)
    wanted, at = form.details, now()
    audit.record(db, actor(), "mail.export", signed_in_staff(), now=at, filters=wanted.names_used)
    db.commit()
    titles = {each.id: each.title("en") for each in sessions}
    read_only(db)  # so that a slow download never holds up those who write
    headers = {"Content-Disposition": f'attachment; filename="mails-{at:%Y-%m-%d}.csv"'}
    return Response(stream_with_context(_csv(signed_in_staff(), wanted, titles)), mimetype="text/csv", headers=headers)


def _csv(staff: Staff, wanted: LedgerFilter, titles: dict[int, str]) -> Iterator[str]:
    """Yield the lines of the file, the heading first."""
    yield csv_lines.line(
        [
            _("Number"), _("Kind"), _("Session"), _("Mailing"), _("To"), _("State"), _("Reason"),
            _("The mail server’s words"), _("Written (UTC)"), _("Due (UTC)"), _("Ended (UTC)"), _("Attempts"),
        ]
    )  # fmt: skip
    for row in queries.stream(db, staff, wanted):
        yield csv_lines.line(_cells(row, titles))


def _cells(row: Row[Any], titles: dict[int, str]) -> list[str]:
    reason = str(words.REASONS[row.reason]) if row.reason else ""
    facts = [str(row.id), words.kind_name(row.kind), titles.get(row.session_id, ""), row.campaign or "", row.address]
    facts += [str(words.STATES[row.state]), reason, row.detail]
    return [*facts, _moment(row.created_at), _moment(row.due_at), _moment(row.finished_at), str(row.attempts)]


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
