"""Take the applications of the demonstration out again: its calls and forms, its institutions, its files."""

from flask import current_app
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.sql.elements import ColumnElement

from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files.shelf import shelf
from registrar.applications.models import Application, Invitation
from registrar.calls.models import ApplicationForm, Call, FormVersion
from registrar.db import Base, DbSession
from registrar.ops.demo import reviewing_removal
from registrar.ops.demo.calls import EARLIER
from registrar.ops.demo.teams import DOMAIN
from registrar.people.models import Institution, InstitutionMerge
from registrar.programmes.models import Completion, Programme

INVENTED = f"https://%.{DOMAIN}/"
"""Where the invented institutions are on the web."""


def remove(db: DbSession) -> None:
    """Delete the calls of the demonstration with all applications to them, and what only they needed."""
    calls = select(Call.id).where(Call.is_demo)
    forms = list(db.scalars(select(Call.form_id).where(Call.is_demo)))
    _delete(db, Invitation, Invitation.call_id.in_(calls))
    reviewing_removal.remove(db, calls)
    _delete(db, Application, Application.call_id.in_(calls))
    _delete(db, Call, Call.is_demo.is_(True))
    unused = ~exists().where(Call.form_id == ApplicationForm.id) & ApplicationForm.id.in_(forms)
    _delete(db, FormVersion, FormVersion.form_id.in_(select(ApplicationForm.id).where(unused)))
    _delete(db, ApplicationForm, unused)
    _delete(db, Programme, Programme.slug == EARLIER)
    _empty_shelf(db)


def forget_institutions(db: DbSession) -> None:
    """Delete the invented institutions, and what was merged into them."""
    invented = list(db.scalars(select(Institution.id).where(Institution.website.like(INVENTED))))
    _delete(db, Completion, Completion.institution_id.in_(invented))
    merged = or_(InstitutionMerge.kept_id.in_(invented), InstitutionMerge.merged_id.in_(invented))
    _delete(db, InstitutionMerge, merged)
    _delete(db, Institution, or_(Institution.id.in_(invented), Institution.merged_into_id.in_(invented)))


def _empty_shelf(db: DbSession) -> None:
    """Forget content that no upload needs any more."""
    unused = ~exists().where(Upload.file_id == StoredFile.id)
    for sha256 in db.scalars(select(StoredFile.sha256).where(unused)).all():
        shelf(current_app).remove(sha256)
    _delete(db, StoredFile, unused)


def _delete(db: DbSession, model: type[Base], condition: ColumnElement[bool]) -> None:
    db.execute(delete(model).where(condition), execution_options={"synchronize_session": False})
