"""Before and after submitting: check all answers, submit them, and read what happens next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registrar.applications import answers, lifecycle, submitting
from registrar.applications.applying.blueprint import bp, member_of, private
from registrar.applications.applying.section_page import why_closed
from registrar.applications.files import uploads
from registrar.applications.models import Member
from registrar.applications.rules import Lifecycle, deadline
from registrar.applications.teams import may_write
from registrar.calls.conditions import asked
from registrar.calls.definition import Definition, Question, Section
from registrar.calls.values import Flaw
from registrar.calls.wording import Line, lines
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, IllegalTransition, Refusal
from registrar.web.access import applicant
from registrar.web.failures import tell


@dataclass(frozen=True)
class Item:
    """A question that is asked, its answer in lines and what is wrong with it."""

    question: Question
    lines: list[Line]
    message: str

    @property
    def is_missing(self) -> bool:
        return bool(self.message) and not self.lines


@bp.get("/<reference>/check")
@applicant
def check(reference: str) -> ResponseReturnValue:
    """Show every answer before submitting."""
    return _show(member_of(reference), now())


@bp.post("/<reference>/submit")
@applicant
def submit(reference: str) -> ResponseReturnValue:
    """Submit the application; pressing twice submits once."""
    member, at = member_of(reference), now()
    if not may_write(member):
        abort(403)
    seen = request.form.get("version", 0, type=int)
    try:
        submitting.submit(db, member.application_id, seen=seen, by=member.person, now=at)
    except Refusal as refusal:
        db.rollback()
        return _refused(member_of(reference), refusal, at)
    db.commit()
    return redirect(url_for(".submitted", reference=reference), 303)


@bp.get("/<reference>/submitted")
@applicant
def submitted(reference: str) -> ResponseReturnValue:
    """Confirm that the application has arrived."""
    member = member_of(reference)
    if member.application.state is not Lifecycle.SUBMITTED:
        return redirect(url_for(".check", reference=reference), 303)
    call = member.application.call
    until = deadline(call.closes_at, member.application.extended_until)
    return private("applications/submitted.html", member=member, application=member.application, until=until)


def _refused(member: Member, refusal: Refusal, at: datetime) -> ResponseReturnValue:
    """Say why nothing was submitted; whoever finds it submitted already sees that it is."""
    if member.application.state is Lifecycle.SUBMITTED and isinstance(refusal, Conflict | IllegalTransition):
        return redirect(url_for(".submitted", reference=member.application.reference), 303)
    status = 409 if isinstance(refusal, Conflict) else 422
    missing = isinstance(refusal, lifecycle.Incomplete)
    return _show(member, at, "" if missing else tell(refusal), status)


def _show(member: Member, at: datetime, refusal: str = "", status: int = 200) -> Response:
    application = member.application
    flaws = answers.what_is_missing(db, application)
    values = answers.values(db, application)
    definition = answers.form_of(application).definition
    return private(
        "applications/check.html",
        status,
        member=member,
        application=application,
        sections=_sections(definition, values, uploads.names(uploads.of(db, application)), flaws),
        flaws=flaws,
        refusal=refusal,
        closed=why_closed(member, at),
        until=deadline(application.call.closes_at, application.extended_until),
    )


def _sections(
    definition: Definition, values: Mapping[str, Any], files: Mapping[int, str], flaws: list[Flaw]
) -> list[tuple[Section, list[Item]]]:
    """Return what is asked, section by section, with the answers in words."""
    keys, wrong = asked(definition, values), {each.question: _words(each) for each in flaws}
    return [
        (section, [
            Item(each, lines(each, values.get(each.key), files), wrong.get(each.key, ""))
            for each in section.questions
            if each.key in keys
        ])
        for section in definition.sections
    ]  # fmt: skip


def _words(flaw: Flaw) -> str:
    return tell(Refusal(flaw.message, **dict(flaw.values)))
