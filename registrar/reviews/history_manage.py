"""The history of a call, its export as files, and the end of its season."""

from tempfile import TemporaryFile

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.audit import operations as audit
from registrar.calls import freezing
from registrar.clock import now
from registrar.cohorts.queries import names_of
from registrar.db import db, read_only
from registrar.errors import Refusal
from registrar.reviews import history_queries, history_words, whole_call
from registrar.reviews.blueprint import bp, found_call
from registrar.reviews.done_manage import done
from registrar.reviews.release_forms import ReasonForm
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.headers import keep_private
from registrar.web.paging import page, page_number

PER_PAGE = 50


@bp.get("/history")
@staff(Role.ORGANISER)
def history(slug: str) -> ResponseReturnValue:
    """Show what was done with a call, its applications, reviews and decisions, the newest first."""
    return _page(slug)


@bp.post("/history/export")
@staff(Role.ORGANISER)
def export_call(slug: str) -> ResponseReturnValue:
    """Send the whole call as files; a POST, because the download is recorded."""
    call, who = found_call(slug), signed_in_staff()
    audit.record(db, actor(), "call.export", call, now=now())
    db.commit()
    read_only(db)  # so that a slow download never holds up those who write
    file = TemporaryFile()  # noqa: SIM115 - closed when the answer is
    whole_call.write(file, whole_call.tables(db, found_call(slug), who))
    file.seek(0)
    name = f"{slug}-{now():%Y-%m-%d}.zip"
    return keep_private(send_file(file, mimetype="application/zip", as_attachment=True, download_name=name))


@bp.post("/history/freeze")
@staff(Role.ORGANISER)
def freeze(slug: str) -> ResponseReturnValue:
    """End the season of a call."""
    try:
        freezing.freeze(db, found_call(slug).id, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _page(slug, tell(refusal)), 409
    return done(".history", _("The season is over. Nothing of this call changes any more."), slug=slug)


@bp.post("/history/thaw")
@staff(Role.ADMIN)
def thaw(slug: str) -> ResponseReturnValue:
    """Let a frozen call change again, for a reason."""
    form = ReasonForm()
    if not form.validate():
        return _page(slug, form.first_error), 422
    try:
        freezing.thaw(db, found_call(slug).id, form.reason.data or "", by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _page(slug, tell(refusal)), 409
    return done(".history", _("The call may change again."), slug=slug)


def _page(slug: str, problem: str = "") -> str:
    call, who, number = found_call(slug), signed_in_staff(), page_number()
    group = request.args.get("what", "")
    wanted = history_queries.statement(call, who, history_words.BEGINNINGS.get(group, ()))
    found = db.scalars(wanted.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    shown = history_queries.told(db, found[:PER_PAGE])
    return render_template(
        "reviews_manage/history.html",
        call=call,
        told=shown,
        problem=problem,
        group=group,
        words=history_words,
        who=names_of(db, [each.entry.actor for each in shown]),
        page=page(number, PER_PAGE, len(shown), more=len(found[PER_PAGE:])),
        zone=who.timezone,
        is_admin=who.role is Role.ADMIN,
    )
