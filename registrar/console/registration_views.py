"""The list of registrations, its CSV, and the sign-ups that nobody has confirmed."""

from collections.abc import Iterator
from datetime import datetime

from flask import Response, render_template, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.audit import operations as audit
from registrar.clock import now
from registrar.console import registration_queries as queries
from registrar.console import words
from registrar.console.forms import RegistrationFilterForm
from registrar.console.navigation import bp, page, page_number
from registrar.console.rules import PER_PAGE, RegistrationFilter
from registrar.db import db, read_only
from registrar.programmes.models import Programme
from registrar.web.access import staff
from registrar.web.csv_lines import line


def _form() -> RegistrationFilterForm:
    """Return the filter of the address, with what can be chosen."""
    form = RegistrationFilterForm()
    asked = str(form.programme.data or "")
    programmes = queries.series(db)
    chosen = next((each.id for each in programmes if str(each.id) == asked), None)
    form.offer(programmes, queries.sessions(db, chosen))
    return form


@bp.get("/registrations")
@staff(Role.ORGANISER)
def registrations() -> ResponseReturnValue:
    """List registrations, a page at a time."""
    form = _form()
    wanted = form.details
    number = page_number()
    lines, more = queries.lines(db, wanted, number)
    pages = page(number, PER_PAGE, len(lines), total=queries.total(db, wanted), more=more)
    return render_template(
        "console/registrations.html", filters_form=form, wanted=wanted, lines=lines, page=pages, words=words
    )


@bp.post("/registrations.csv")
@staff(Role.ORGANISER)
def registrations_csv() -> ResponseReturnValue:
    """Stream the filtered registrations as CSV; a POST, because the download is recorded."""
    wanted = _form().details
    subject = db.get(Programme, wanted.programme_id) if wanted.programme_id else None
    audit.record(
        db, actor(), "registrations.export", subject or signed_in_staff(), now=now(), filters=wanted.names_used
    )
    db.commit()
    read_only(db)  # so that a slow download never holds up those who write
    name = f"registrations-{now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(_csv(wanted)), mimetype="text/csv", headers=headers)


def _csv(wanted: RegistrationFilter) -> Iterator[str]:
    """Yield the lines of the file, the heading first."""
    yield line(
        [
            _("Reference"), _("Name"), _("E-mail address"), _("Institution"), _("Country"), _("Language"),
            _("Time zone"), _("Registered for"), _("Registered at (UTC)"), _("Cancelled at (UTC)"), _("Seat"),
        ]
    )  # fmt: skip
    for registration, person, seat in queries.stream(db, wanted):
        facts = [registration.reference, person.name, person.email, person.institution or "", person.country or ""]
        facts += [person.locale, person.timezone, registration.scope.value]
        facts += [_moment(registration.confirmed_at), _moment(registration.cancelled_at), seat.value if seat else ""]
        yield line(facts)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""


@bp.get("/sign-ups")
@staff(Role.ORGANISER)
def sign_ups() -> ResponseReturnValue:
    """List the sign-ups whose address nobody has confirmed yet."""
    number = page_number()
    found, more = queries.open_sign_ups(db, number)
    return render_template(
        "console/sign_ups.html", sign_ups=found, page=page(number, PER_PAGE, len(found), more=more), words=words,
        zone=signed_in_staff().timezone,
    )  # fmt: skip
