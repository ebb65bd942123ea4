"""Forms as the builder's pages ask for them: with their versions, the calls that use them, who changed what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from registrar.accounts.models import Staff
from registrar.audit.models import AuditEntry
from registrar.calls.models import ApplicationForm, Call, FormVersion
from registrar.db import DbSession
from registrar.folding import folded

REMOVALS = ("form.remove_question", "form.remove_section")
MOST_ENTRIES = 20


@dataclass(frozen=True)
class Line:
    """A form of the list."""

    form: ApplicationForm
    calls: Sequence[Call]

    @property
    def newest(self) -> FormVersion | None:
        return self.form.versions[-1] if self.form.versions else None

    @property
    def is_ahead(self) -> bool:
        """Whether the draft says something else than the newest version."""
        return self.newest is None or self.newest.content != self.form.draft


def listing(db: DbSession) -> list[Line]:
    """Return every form, the one changed last first."""
    statement = select(ApplicationForm).options(selectinload(ApplicationForm.versions))
    forms = db.scalars(statement.order_by(ApplicationForm.updated_at.desc(), ApplicationForm.id.desc())).all()
    used = _calls(db, [each.id for each in forms])
    return [Line(each, [call for call in used if call.form_id == each.id]) for each in forms]


def form(db: DbSession, form_id: int) -> ApplicationForm | None:
    """Return a form with its versions."""
    return db.get(ApplicationForm, form_id, options=[selectinload(ApplicationForm.versions)])


def version(db: DbSession, form_id: int, number: int) -> FormVersion | None:
    """Return one version of a form."""
    return db.scalar(select(FormVersion).where(FormVersion.form_id == form_id, FormVersion.number == number))


def calls_of(db: DbSession, form: ApplicationForm) -> Sequence[Call]:
    """Return the calls that use a form, with the version that each asks."""
    return _calls(db, [form.id])


def versions(db: DbSession) -> Sequence[FormVersion]:
    """Return every version of every form, by the names of the forms, the newest first."""
    statement = select(FormVersion).join(FormVersion.form).options(joinedload(FormVersion.form))
    return db.scalars(statement.order_by(folded(ApplicationForm.name), FormVersion.number.desc())).all()


def removal(db: DbSession, form: ApplicationForm, entry_id: int) -> AuditEntry | None:
    """Return the entry of the audit trail by which something was taken out of this form."""
    found = db.get(AuditEntry, entry_id)
    is_of_form = found and (found.subject, found.subject_id) == (form.__tablename__, form.id)
    return found if found and is_of_form and found.action in REMOVALS else None


def since(db: DbSession, form: ApplicationForm, seen: int) -> list[AuditEntry]:
    """Return who changed the draft since it had this number, the newest first."""
    about = select(AuditEntry).where(AuditEntry.subject == form.__tablename__, AuditEntry.subject_id == form.id)
    found = db.scalars(about.order_by(AuditEntry.id.desc()).limit(MOST_ENTRIES))
    return [each for each in found if each.details.get("number", 0) > seen]


def names(db: DbSession, actors: Iterable[str]) -> dict[str, str]:
    """Return the names of those of the team among the actors of the audit trail."""
    ids = {int(each.partition(":")[2]) for each in actors if each.startswith("staff:")}
    return {f"staff:{each.id}": each.name for each in db.scalars(select(Staff).where(Staff.id.in_(ids)))}


def _calls(db: DbSession, form_ids: Sequence[int]) -> Sequence[Call]:
    statement = select(Call).where(Call.form_id.in_(form_ids)).options(joinedload(Call.form_version))
    return db.scalars(statement.order_by(Call.closes_at.desc(), Call.id)).all()
