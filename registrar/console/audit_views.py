"""The audit trail, for administrators."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.audit.models import AuditEntry
from registrar.console import reach, words
from registrar.console.navigation import bp, page, page_number
from registrar.console.rules import PER_PAGE
from registrar.db import db
from registrar.web.access import staff

SUBJECTS = (
    "person",
    "application",
    "call",
    "application_form",
    "institution",
    "registration",
    "seat",
    "session",
    "programme",
    "staff",
    "staff_session",
    "sign_up",
    "outbox",
)


@bp.get("/audit")
@staff(Role.ADMIN)
def audit() -> ResponseReturnValue:
    """List what was done, the newest first."""
    subject, subject_id = request.args.get("subject", ""), request.args.get("id", "")
    statement = select(AuditEntry).where(reach.entries(signed_in_staff())).order_by(AuditEntry.id.desc())
    if subject in SUBJECTS:
        statement = statement.where(AuditEntry.subject == subject)
    if subject_id.isdecimal() and len(subject_id) < 10:
        statement = statement.where(AuditEntry.subject_id == int(subject_id))
    number = page_number()
    found = db.scalars(statement.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    pages = page(number, PER_PAGE, len(found[:PER_PAGE]), more=len(found[PER_PAGE:]))
    return render_template(
        "console/audit.html", entries=found[:PER_PAGE], page=pages, subject=subject, subject_id=subject_id,
        subjects=SUBJECTS, words=words, zone=signed_in_staff().timezone,
    )  # fmt: skip
