"""The one place where an application's state changes: under its row's lock, by the table of moves, audited."""

from datetime import datetime

from registrar.applications import answers
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Who, move
from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal


class Incomplete(Refusal):
    """The form is not filled in; see `answers.what_is_missing`."""


def submit(db: DbSession, application_id: int, *, seen: int, actor: str, now: datetime) -> Application:
    """Submit a complete draft before its deadline; from then on its last complete state counts.

    Raise `Conflict` if the application has moved since `seen` (its version), `TooLate` after the deadline and
    `Incomplete` while something is missing.
    """
    application = _seen(answers.locked(db, application_id), seen)
    answers.refuse_if_over(application, now)
    to = move(application.state, Lifecycle.SUBMITTED, Who.TEAM)
    application.form_version_id = answers.form_of(application).id
    if not answers.count(db, application, now=now):
        raise Incomplete(N_("Some answers are missing or need a change."))
    application.submitted_at = application.submitted_at or now
    return _become(db, application, to, "application.submit", actor, now)


def withdraw(db: DbSession, application_id: int, *, seen: int, by: Who, actor: str, now: datetime) -> Application:
    """Withdraw an application; its text is kept, and its institution may begin another."""
    application = _seen(answers.locked(db, application_id), seen)
    to = move(application.state, Lifecycle.WITHDRAWN, by)
    application.withdrawn_at = now
    return _become(db, application, to, "application.withdraw", actor, now)


def restore(db: DbSession, application_id: int, *, seen: int, by: Who, actor: str, now: datetime) -> Application:
    """Take a withdrawal back: the application is again what it was, unless its institution has begun another.

    The team may until the deadline, an organiser always. The database holds "one open application per institution".
    """
    application = _seen(answers.locked(db, application_id), seen)
    to = move(application.state, Lifecycle.SUBMITTED if application.submitted_at else Lifecycle.DRAFT, by)
    application.state, application.withdrawn_at = to, None
    if by is Who.TEAM:
        answers.refuse_if_over(application, now)
    return _become(db, application, to, "application.restore", actor, now)


def _seen(application: Application, version: int) -> Application:
    if application.version != version:
        raise Conflict(N_("The application has changed in the meantime. See how it stands now."))
    return application


def _become(
    db: DbSession, application: Application, to: Lifecycle, action: str, actor: str, now: datetime
) -> Application:
    application.state = to
    application.version += 1
    audit.record(db, actor, action, application, now=now, state=application.state)
    db.flush()
    return application
