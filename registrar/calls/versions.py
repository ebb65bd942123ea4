"""Publish forms: a version never changes, and a call asks one of them."""

from datetime import datetime

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.calls.definition import Definition
from registrar.calls.form_changes import Change, changes
from registrar.calls.form_checks import errors
from registrar.calls.form_operations import StaleForm, locked
from registrar.calls.models import ApplicationForm, Call, FormVersion
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal


class Unfinished(Refusal):
    """The draft has errors; see `form_checks.errors`."""


def newest(form: ApplicationForm) -> FormVersion | None:
    """Return the version published last."""
    return max(form.versions, key=lambda each: each.number, default=None)


def unpublished(form: ApplicationForm) -> list[Change]:
    """Return what has changed in the draft since the newest version."""
    last = newest(form)
    return changes(last.definition if last else Definition(), form.draft_definition)


def publish(db: DbSession, form_id: int, *, seen: int | None = None, by: str, now: datetime) -> FormVersion:
    """Publish the draft as the next version; no call asks it before it is chosen there.

    Raise `StaleForm` if the draft has moved on since `seen`, and `Unfinished` if it has errors.
    """
    form = locked(db, form_id)
    db.refresh(form, ["versions"])
    if seen is not None and form.draft_number != seen:
        raise StaleForm
    if errors(form.draft_definition):
        raise Unfinished(N_("Mend the errors of the form first."))
    last = newest(form)
    if last is not None and last.definition == form.draft_definition:
        raise Refusal(N_("Nothing has changed since version %(number)s."), number=last.number)
    made = FormVersion(number=last.number + 1 if last else 1, content=form.draft, published_at=now, published_by=by)
    form.versions.append(made)
    db.flush()
    audit.record(db, by, "form.publish", form, now=now, version=made.number)
    return made


def use(db: DbSession, call_id: int, version: FormVersion, *, seen: int, by: str, now: datetime) -> Call:
    """Let a call ask another version of its form: drafts follow, what was submitted stays as it is.

    Raise `Conflict` if somebody else has changed the call since `seen` (its version).
    """
    statement = select(Call).where(Call.id == call_id).with_for_update(of=Call)
    call = db.scalars(statement, execution_options={"populate_existing": True}).one()
    if call.version != seen:
        raise Conflict(N_("Somebody else has changed this call in the meantime. Look at it again."))
    if version.form_id != call.form_id:
        raise Refusal(N_("This call uses another form."))
    before = call.form_version.number if call.form_version else None
    if before == version.number:
        return call
    call.form_version, call.version, call.updated_at = version, call.version + 1, now
    audit.record(db, by, "call.use_version", call, now=now, before=before, after=version.number)
    db.flush()
    return call
