"""What of mail and of the audit trail exists for a member of staff: nothing about what they have a conflict with."""

from sqlalchemy import ColumnElement, Select, or_, select

from registrar.accounts.models import Staff
from registrar.applications.conflicts import barred
from registrar.applications.models import Application
from registrar.audit.models import AuditEntry
from registrar.db import Base
from registrar.mail.models import OutboxMail
from registrar.reviews.models import Assignment, Review


def mails(staff: Staff) -> ColumnElement[bool]:
    """Tell in SQL whether a mail exists for a member of staff."""
    return or_(OutboxMail.application_id.is_(None), OutboxMail.application_id.not_in(barred(staff)))


def entries(staff: Staff) -> ColumnElement[bool]:
    """Tell in SQL whether an entry of the audit trail exists for a member of staff."""
    hidden = [
        (AuditEntry.subject == subject) & AuditEntry.subject_id.in_(ids) for subject, ids in _subjects(staff).items()
    ]
    return ~or_(*hidden)


def _subjects(staff: Staff) -> dict[str, Select[int]]:
    """Select by subject what belongs to the applications that do not exist for them."""
    there = barred(staff)
    models = [mapper.class_ for mapper in Base.registry.mappers]
    found = {
        model.__tablename__: select(model.id).where(model.application_id.in_(there))
        for model in models
        if hasattr(model, "application_id") and hasattr(model, "id")
    }
    reviews = select(Review.id).join(Assignment, Assignment.id == Review.assignment_id)
    return {
        **found,
        Application.__tablename__: there,
        Review.__tablename__: reviews.where(Assignment.application_id.in_(there)),
    }
