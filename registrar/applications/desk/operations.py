"""What organisers decide and write beside an application: eligibility, notes, a withdrawal on its team's behalf."""

from datetime import datetime

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications import answers, leaving, lifecycle
from registrar.applications.desk_models import Note
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Override, Who
from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Refusal

ACTIONS = {Override.ADMITTED: "application.admit", Override.REFUSED: "application.refuse"}


def override(
    db: DbSession, application_id: int, decision: Override, reason: str, *, by: str, now: datetime
) -> Application:
    """Decide about eligibility, whatever the rules say; the reason is the organisers' alone."""
    if not reason.strip():
        raise Refusal(N_("Give a reason, for your colleagues and for later."))
    application = answers.locked(db, application_id)
    application.eligibility, application.eligibility_reason = decision, reason.strip()
    application.eligibility_at, application.eligibility_by = now, by
    audit.record(db, by, ACTIONS[decision], application, now=now)
    return application


def let_rules_decide(db: DbSession, application_id: int, *, by: str, now: datetime) -> bool:
    """Take a decision about eligibility back; return False if there was none."""
    application = answers.locked(db, application_id)
    if application.eligibility is None:
        return False
    audit.record(db, by, "application.rules_decide", application, now=now, before=application.eligibility)
    application.eligibility, application.eligibility_reason = None, ""
    application.eligibility_at, application.eligibility_by = None, ""
    return True


def add_note(db: DbSession, application: Application, text: str, *, staff: Staff, now: datetime) -> Note:
    """Put a note on an application."""
    note = Note(application_id=application.id, staff_id=staff.id, text=text, created_at=now)
    db.add(note)
    db.flush()
    audit.record(db, f"staff:{staff.id}", "application.note", application, now=now, note=note.id)
    return note


def remove_note(db: DbSession, application: Application, note: Note, *, by: str, now: datetime) -> None:
    """Take a note off the page; it is kept, so that it can be put back."""
    if note.removed_at is None:
        note.removed_at = now
        audit.record(db, by, "application.remove_note", application, now=now, note=note.id)


def restore_note(db: DbSession, application: Application, note: Note, *, by: str, now: datetime) -> None:
    """Put a removed note back."""
    if note.removed_at is not None:
        note.removed_at = None
        audit.record(db, by, "application.restore_note", application, now=now, note=note.id)


def withdraw(
    db: DbSession, application: Application, reason: str, *, seen: int, staff: Staff, now: datetime
) -> Application:
    """Withdraw on the team's behalf; the reason becomes a note, and every member is told by mail."""
    by = f"staff:{staff.id}"
    found = lifecycle.withdraw(db, application.id, seen=seen, by=Who.ORGANISER, actor=by, now=now)
    add_note(db, found, reason, staff=staff, now=now)
    leaving.tell(db, found, now=now)
    return found


def has_other(db: DbSession, application: Application) -> bool:
    """Tell whether the institution has another open application to the same call."""
    same = (Application.call_id == application.call_id, Application.institution_id == application.institution_id)
    other = (Application.id != application.id, Application.state != Lifecycle.WITHDRAWN)
    return db.scalar(select(Application.id).where(*same, *other).limit(1)) is not None
